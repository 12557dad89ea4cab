// SPDX-License-Identifier: Apache-2.0

import Primitives
import RESP
import Store

/// The words that requests and errors have for the members of a collection.
struct MemberWords {
    /// In front of the count of members.
    let keyword: StaticString
    /// Of several, in errors.
    let plural: StaticString
    /// What errors call the count, in both spellings that Redis has.
    let count: StaticString
    let countInCapitals: StaticString

    static let fields = MemberWords(
        keyword: "FIELDS", plural: "fields", count: "numfields", countInCapitals: "numFields")
    static let elements = MemberWords(
        keyword: "ELEMENTS", plural: "elements", count: "numelements",
        countInCapitals: "numElements")

    var countMustBePositive: ErrorReply {
        ErrorReply("ERR Number of \(plural) must be a positive integer")
    }

    var countMustBeGreaterThanZero: ErrorReply {
        ErrorReply("ERR Parameter `\(countInCapitals)` should be greater than 0")
    }
}

extension Arguments {
    /// Reads `FIELDS numfields` or `ELEMENTS numelements` where exactly so many arguments must
    /// follow.
    mutating func readMemberCount(
        of words: MemberWords, else error: ErrorReply? = nil
    ) throws(ErrorReply) {
        guard consume(words.keyword) else {
            throw ErrorReply(
                "ERR Mandatory argument \(words.keyword) is missing or not at the right position")
        }
        let count = try integer(in: 1...Int64.max, else: error ?? words.countMustBePositive)
        guard count == Int64(remaining) else {
            throw ErrorReply(
                "ERR The `\(words.count)` parameter must match the number of arguments")
        }
    }

    /// Reads a time to live or a time and returns when that is, in milliseconds since 1970.
    ///
    /// - Parameter base: what a time to live counts from, 0 for an absolute time.
    mutating func readMemberDeadline(
        unitMilliseconds: Int64, base: Int64, of declaration: CommandDeclaration
    ) throws(ErrorReply) -> Int64 {
        let number = try integer()
        guard number >= 0 else { throw ErrorReply("ERR invalid expire time, must be >= 0") }
        // Redis keeps two bits of its 48 for other uses.
        let maximum: Int64 = (1 << 46) - 1
        guard number <= maximum / unitMilliseconds,
            number * unitMilliseconds <= maximum - base
        else {
            throw ErrorReply(
                "ERR invalid expire time in '\(declaration.name.lowercased())' command")
        }
        return base + number * unitMilliseconds
    }
}

/// What HEXPIRE, VEXPIRE and their like ask for, up to the members themselves.
struct MemberExpiryRequest {
    /// When an expiry may be set.
    private enum Condition {
        case always
        /// NX: the member has no expiry.
        case hasNone
        /// XX: it has one.
        case hasOne
        /// GT: the new one is later.
        case isLater
        /// LT: the new one is earlier, or there is none.
        case isEarlier

        init(_ arguments: inout Arguments) {
            if arguments.consume("NX") {
                self = .hasNone
            } else if arguments.consume("XX") {
                self = .hasOne
            } else if arguments.consume("GT") {
                self = .isLater
            } else if arguments.consume("LT") {
                self = .isEarlier
            } else {
                self = .always
            }
        }
    }

    /// In milliseconds since 1970.
    let deadline: Int64
    private let condition: Condition

    init(
        _ arguments: inout Arguments, _ words: MemberWords, of declaration: CommandDeclaration,
        unitMilliseconds: Int64, base: Int64
    ) throws(ErrorReply) {
        deadline = try arguments.readMemberDeadline(
            unitMilliseconds: unitMilliseconds, base: base, of: declaration)
        condition = Condition(&arguments)
        try arguments.readMemberCount(of: words, else: words.countMustBeGreaterThanZero)
    }

    func isAllowed(insteadOf old: Int64) -> Bool {
        let hasExpiry = old != ExpiringCollection.noExpiry
        switch condition {
        case .always: return true
        case .hasNone: return !hasExpiry
        case .hasOne: return hasExpiry
        case .isLater: return hasExpiry && deadline > old
        case .isEarlier: return !hasExpiry || deadline < old
        }
    }
}

/// What a command has done to the expiry of members.
struct MemberChanges {
    var updated = 0
    var removed = 0

    var any: Bool { updated + removed > 0 }
}

extension Keyspace {
    /// Answers for each member that follows: 1 when its expiry is set, 2 when it ended at once
    /// because that time is past, 0 when the condition is not met, -2 when there is no such member.
    mutating func setDeadlines<Collection: ExpiringMembers>(
        _ request: MemberExpiryRequest, in collection: Collection?, at key: Bytes,
        _ call: inout Call
    ) throws(ErrorReply) {
        call.reply.array(call.arguments.remaining)
        var changed = MemberChanges()
        while call.arguments.hasMore {
            let member = try call.arguments.next()
            guard let collection, let old = collection.expiry(of: member, at: nowMilliseconds)
            else {
                call.reply.integer(-2)
                continue
            }
            guard request.isAllowed(insteadOf: old) else {
                call.reply.integer(0)
                continue
            }
            let isKept = setDeadline(of: member, in: collection, to: request.deadline, &changed)
            call.reply.integer(isKept ? 1 : 2)
        }
        guard let collection, changed.any else { return }
        let events = Collection.memberEvents
        didChangeMembers(
            of: collection, at: key, changed.removed > 0 ? events.removed : events.expires)
    }

    /// Answers for each member that follows with its time, -1 if it stays, -2 if it is not there.
    /// Parts of a second count as a whole one.
    borrowing func answerDeadlines<Collection: ExpiringMembers>(
        of collection: Collection?, unitMilliseconds: Int64, isRelative: Bool, _ call: inout Call
    ) throws(ErrorReply) {
        let base = isRelative ? nowMilliseconds : 0
        call.reply.array(call.arguments.remaining)
        while call.arguments.hasMore {
            let member = try call.arguments.next()
            guard let expiry = collection?.expiry(of: member, at: nowMilliseconds) else {
                call.reply.integer(-2)
                continue
            }
            guard expiry != Collection.noExpiry else {
                call.reply.integer(-1)
                continue
            }
            // From a file it may be any; set by a request it is at most 2^46.
            let (rest, _) = expiry.subtractingReportingOverflow(base)
            let whole = rest / unitMilliseconds
            call.reply.integer(rest % unitMilliseconds > 0 ? whole + 1 : whole)
        }
    }

    /// Lets each member that follows stay, and answers: 1 when it would have ended, -1 when not,
    /// -2 when there is no such member.
    mutating func clearDeadlines<Collection: ExpiringMembers>(
        in collection: Collection?, at key: Bytes, _ call: inout Call
    ) throws(ErrorReply) {
        var hasChanged = false
        call.reply.array(call.arguments.remaining)
        while call.arguments.hasMore {
            let member = try call.arguments.next()
            guard let collection, let expiry = collection.expiry(of: member, at: nowMilliseconds)
            else {
                call.reply.integer(-2)
                continue
            }
            if expiry == Collection.noExpiry {
                call.reply.integer(-1)
            } else {
                collection.setExpiry(of: member, to: Collection.noExpiry)
                hasChanged = true
                call.reply.integer(1)
            }
        }
        guard let collection, hasChanged else { return }
        didChangeMembers(of: collection)
        didChange(key, Collection.memberEvents.stays)
    }

    /// Lets a member that is there end at a time; when that is past it goes at once, and the answer
    /// is false.
    mutating func setDeadline<Collection: ExpiringMembers>(
        of member: Bytes, in collection: Collection, to deadline: Int64,
        _ changes: inout MemberChanges
    ) -> Bool {
        guard deadline > nowMilliseconds else {
            collection.remove(member, at: nowMilliseconds)
            statistics.expiredFields &+= 1
            changes.removed += 1
            return false
        }
        collection.setExpiry(of: member, to: deadline)
        changes.updated += 1
        return true
    }

    /// After a change that may have removed the last member: removes the key then, and tells.
    mutating func didChangeMembers<Collection: ExpiringMembers>(
        of collection: Collection, at key: Bytes, _ event: KeyspaceEvent
    ) {
        didChangeMembers(of: collection)
        let isEmpty = collection.count == 0 && remove(key)
        didChange(key, event)
        if isEmpty { notify(key, KeyspaceEvent(.generic, "del")) }
    }
}
