// SPDX-License-Identifier: Apache-2.0

import Primitives
public import RESP
public import Store

/// Gives fields values and an expiry.
public enum HSETEX: WriteCommand {
    public static let declaration = CommandDeclaration(
        name: "HSETEX",
        summary:
            "Set the value of one or more fields of a given hash key, and optionally set their expiration.",
        group: .hash,
        since: "8.0.0",
        complexity: "O(N) where N is the number of fields being set.",
        arity: .atLeast(6),
        flags: [.denyOutOfMemory, .fast, .endsFields],
        keys: [.first],
        syntax:
            "key [FNX | FXX] [EX seconds:integer | PX milliseconds:integer | EXAT unix-time-seconds:unix-time | PXAT unix-time-milliseconds:unix-time | KEEPTTL] FIELDS numfields:integer field value [field value ...]"
    )

    public static func run(_ call: inout Call, in keyspace: inout Keyspace) throws(ErrorReply) {
        let key = try call.arguments.next()
        let options = try Options(&call.arguments, at: keyspace.nowMilliseconds)
        let first = call.arguments.position
        let existing = try keyspace.hashForUpdate(key)
        // An emptied hash lives on when it gets fields below.
        if let existing, options.condition != nil { keyspace.endFields(of: existing, at: key) }
        guard options.isMet(by: existing, for: call.arguments, at: keyspace.nowMilliseconds) else {
            if keyspace.removeIfEmpty(key) { keyspace.notify(key, KeyspaceEvent(.generic, "del")) }
            return call.reply.integer(0)
        }
        let hash = existing ?? keyspace.insertHash(key)
        hash.prepare(for: call.arguments, from: first, limits: keyspace.hashLimits)
        if options.deadline != nil { hash.allowExpiries() }
        var changed = MemberChanges()
        while call.arguments.hasMore {
            let field = try call.arguments.next()
            let value = try call.arguments.next()
            hash.set(
                field, value, at: keyspace.nowMilliseconds,
                keepingExpiry: options.keepsExpiry || options.deadline != nil,
                limits: keyspace.hashLimits)
            guard let deadline = options.deadline else { continue }
            _ = keyspace.setDeadline(of: field, in: hash, to: deadline, &changed)
        }
        keyspace.didChangeFields(of: hash)
        let isEmpty = keyspace.removeIfEmpty(key)
        keyspace.didChange(key, KeyspaceEvent(.hash, "hset"))
        if changed.any {
            keyspace.notify(key, KeyspaceEvent(.hash, changed.removed > 0 ? "hdel" : "hexpire"))
        }
        if isEmpty { keyspace.notify(key, KeyspaceEvent(.generic, "del")) }
        call.reply.integer(1)
    }
}

extension HSETEX {
    private enum Condition {
        /// FNX: none of the fields exists.
        case noneExists
        /// FXX: all of them do.
        case allExist
    }

    private struct Options {
        var condition: Condition?
        var keepsExpiry = false
        /// In milliseconds since 1970.
        var deadline: Int64?

        /// Reads up to the first field.
        init(_ arguments: inout Arguments, at nowMilliseconds: Int64) throws(ErrorReply) {
            while arguments.hasMore {
                if arguments.consume("FIELDS") {
                    try Self.checkFieldCount(&arguments)
                    return
                }
                if try readExpiry(&arguments, at: nowMilliseconds) { continue }
                let isFNX = arguments.consume("FNX")
                guard isFNX || arguments.consume("FXX") else {
                    let word = try arguments.next()
                    throw ErrorReply(
                        ByteString(Array("ERR unknown argument: ".utf8) + ByteString(word).array))
                }
                guard condition == nil else {
                    throw ErrorReply("ERR Only one of FXX or FNX arguments can be specified")
                }
                condition = isFNX ? .noneExists : .allExist
            }
            throw .wrongArgumentCount(declaration.name)
        }

        /// Reads an option about the expiry; false when there is none.
        private mutating func readExpiry(
            _ arguments: inout Arguments, at nowMilliseconds: Int64
        ) throws(ErrorReply) -> Bool {
            let word = arguments[arguments.position]
            let isKeep = word.equalsIgnoringCase("KEEPTTL")
            guard isKeep || FieldDeadlineOption(word) != nil else { return false }
            guard !keepsExpiry, deadline == nil else {
                throw ErrorReply(
                    "ERR Only one of EX, PX, EXAT, PXAT or KEEPTTL arguments can be specified")
            }
            if isKeep {
                keepsExpiry = arguments.consume("KEEPTTL")
                return true
            }
            guard arguments.remaining > 1 else { throw ErrorReply("ERR missing expire time") }
            deadline = try arguments.readFieldDeadlineOption(at: nowMilliseconds, of: declaration)
            return true
        }

        private static func checkFieldCount(_ arguments: inout Arguments) throws(ErrorReply) {
            guard arguments.remaining > 2 else { throw .wrongArgumentCount(declaration.name) }
            let count = try arguments.integer(
                in: 1...Int64(Int32.max), else: ErrorReply("ERR invalid number of fields"))
            guard arguments.remaining % 2 == 0, count == Int64(arguments.remaining / 2) else {
                throw .wrongArgumentCount(declaration.name)
            }
        }

        /// Whether the fields behind the options exist as the condition asks.
        func isMet(
            by hash: HashValue?, for arguments: borrowing Arguments, at nowMilliseconds: Int64
        ) -> Bool {
            guard let condition else { return true }
            for index in stride(from: arguments.position, to: arguments.count, by: 2) {
                let exists = hash?.value(of: arguments[index], at: nowMilliseconds) != nil
                switch condition {
                case .noneExists: if exists { return false }
                case .allExist: if !exists { return false }
                }
            }
            return true
        }
    }
}
