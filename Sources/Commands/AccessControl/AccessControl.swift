// SPDX-License-Identifier: Apache-2.0

public import Primitives

/// All users and what they may do, and the log of what they tried and might not.
public struct AccessControl {
    public let defaultUser: AccessUser
    private var users: [ByteString: AccessUser]
    /// `acl-pubsub-default`: what new users may listen to.
    public var allowsAllChannels = false
    public var log = AccessLog()
    /// Whether clients of the default user must be looked at before each command: it needs a
    /// password, or it may not do everything. Kept here so that all other requests pay for one
    /// test.
    public private(set) var guardsDefaultUser = false

    /// The name of the user that clients are until they say otherwise.
    public static let defaultName: ByteString = "default"

    init(_ table: borrowing CommandTable) {
        let profile = Self.unlimitedProfile(table)
        defaultUser = AccessUser(name: Self.defaultName, profile: profile)
        users = [Self.defaultName: defaultUser]
    }

    private static func unlimitedProfile(_ table: borrowing CommandTable) -> AccessProfile {
        var profile = AccessProfile(allowsAllChannels: true)
        profile.isEnabled = true
        profile.needsNoPassword = true
        for rule in ["+@all", "~*"] as [ByteString] {
            do throws(AccessRuleError) {
                try profile.apply(rule, table, allowsAllChannels: true)
            } catch {
                preconditionFailure("the default user's rule \(rule): \(error.text)")
            }
        }
        return profile
    }
}

extension AccessControl {
    /// All users by name.
    public var sortedUsers: [AccessUser] { users.values.sorted { $0.name < $1.name } }

    public func user(named name: ByteString) -> AccessUser? { users[name] }

    /// Whether whoever comes as the default user must say a password first.
    public var requiresPassword: Bool {
        !defaultUser.profile.needsNoPassword || !defaultUser.profile.isEnabled
    }

    /// The user who is let in with this password, or nil.
    public func authenticated(_ name: Bytes, _ password: Bytes) -> AccessUser? {
        guard let user = users[ByteString(name)], user.profile.isEnabled, user.accepts(password)
        else { return nil }
        return user
    }

    /// `requirepass`: the only password of the default user, or none.
    public mutating func setDefaultPassword(_ password: ByteString) {
        defaultUser.profile.needsNoPassword = password.isEmpty
        defaultUser.profile.passwords =
            password.isEmpty ? [] : [SHA256.hexadecimalDigest(password)]
        noteChange()
    }

    private mutating func noteChange() {
        guardsDefaultUser = requiresPassword || !defaultUser.isUnlimited
    }

    /// Applies rules to a user, who is made if there is none: all of them or, with an error, none.
    /// - Throws: Redis's text for what is wrong.
    @discardableResult
    public mutating func set(
        _ name: ByteString, _ rules: [ByteString], _ table: borrowing CommandTable
    ) throws(AccessError) -> AccessUser {
        let merged = try Self.merged(rules)
        let user = users[name]
        var profile = user?.profile ?? AccessProfile(allowsAllChannels: allowsAllChannels)
        for rule in merged {
            do throws(AccessRuleError) {
                try profile.apply(rule, table, allowsAllChannels: allowsAllChannels)
            } catch {
                throw AccessError(
                    "Error in ACL SETUSER modifier '\(rule)': \(error.text)",
                    isUnknownCommand: error.isUnknownCommand)
            }
        }
        let changed = user ?? AccessUser(name: name, profile: profile)
        changed.profile = profile
        users[name] = changed
        noteChange()
        return changed
    }

    /// Forgets a user; whoever calls this ends its clients.
    public mutating func remove(_ name: ByteString) -> AccessUser? {
        guard name != Self.defaultName else { return nil }
        return users.removeValue(forKey: name)
    }

    /// Joins the words of selectors that stand in several: `(+get ~a*)`.
    static func merged(_ rules: [ByteString]) throws(AccessError) -> [ByteString] {
        var merged: [ByteString] = []
        var open: (text: [UInt8], first: ByteString)?
        for rule in rules {
            let closes = rule.array.last == UInt8(ascii: ")")
            if let (text, first) = open {
                let joined = text + [UInt8(ascii: " ")] + rule.array
                open = closes ? nil : (joined, first)
                if closes { merged.append(ByteString(joined)) }
            } else if rule.array.first == UInt8(ascii: "("), !closes {
                open = (rule.array, rule)
            } else {
                merged.append(rule)
            }
        }
        if let first = open?.first {
            throw AccessError("Unmatched parenthesis in acl selector starting at '\(first)'.")
        }
        return merged
    }

    /// The lines that describe all users, as ACL SAVE writes them.
    public var lines: [ByteString] {
        sortedUsers.map { user in
            ByteString(Array("user ".utf8) + user.name.array + [0x20] + user.rules.array)
        }
    }

    /// Replaces all users by those of a file's text; the default user stays the same object.
    /// - Throws: everything that is wrong with the text, which then changes nothing.
    public mutating func load(
        _ text: ByteString, named path: String, _ table: borrowing CommandTable
    ) throws(AccessError) {
        var new: [ByteString: AccessProfile] = [:]
        var errors = ""
        let lines = text.array.split(separator: 0x0A, omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() {
            let words = Self.words(line)
            guard !words.isEmpty else { continue }
            do throws(AccessError) {
                try read(words, at: "\(path):\(index + 1)", into: &new, index + 1, table)
            } catch {
                errors += error.text
            }
        }
        guard errors.isEmpty else {
            throw AccessError(
                errors + "WARNING: ACL errors detected, no change to the previously active ACL "
                    + "rules was performed")
        }
        defaultUser.profile =
            new.removeValue(forKey: Self.defaultName) ?? Self.unlimitedProfile(table)
        users = new.reduce(into: [Self.defaultName: defaultUser]) { users, pair in
            users[pair.key] = AccessUser(name: pair.key, profile: pair.value)
        }
        noteChange()
    }

    private static func words(_ line: ArraySlice<UInt8>) -> [ByteString] {
        let blanks: Set<UInt8> = [0x20, 0x09, 0x0D]
        return line.split(whereSeparator: { blanks.contains($0) }).map { ByteString(Array($0)) }
    }

    private func read(
        _ words: [ByteString], at place: String, into users: inout [ByteString: AccessProfile],
        _ line: Int, _ table: borrowing CommandTable
    ) throws(AccessError) {
        guard words.count >= 2, words[0] == "user" else {
            throw AccessError(
                "\(place) should start with user keyword followed by the username. ")
        }
        guard users[words[1]] == nil else {
            throw AccessError("WARNING: Duplicate user '\(words[1])' found on line \(line). ")
        }
        var profile = AccessProfile(allowsAllChannels: allowsAllChannels)
        defer { users[words[1]] = profile }
        guard let rules = try? Self.merged(Array(words.dropFirst(2))) else {
            throw AccessError("\(place): Unmatched parenthesis in selector definition.")
        }
        var errors = ""
        var isWrong = false
        for rule in rules {
            do throws(AccessRuleError) {
                try profile.apply(rule, table, allowsAllChannels: allowsAllChannels)
            } catch {
                if error.isUnknownCommand {
                    errors += "\(place): Error in applying operation '\(rule)': \(error.text). "
                } else if !isWrong {
                    isWrong = true
                    errors += "\(place): \(error.text). "
                }
            }
        }
        if !errors.isEmpty { throw AccessError(errors) }
    }
}

/// What is wrong with a user's rules, in Redis's words.
public struct AccessError: Error {
    public let text: String
    public let isUnknownCommand: Bool

    public init(_ text: String, isUnknownCommand: Bool = false) {
        self.text = text
        self.isUnknownCommand = isUnknownCommand
    }
}

extension AccessRuleError {
    fileprivate var isUnknownCommand: Bool {
        if case .unknownCommand = self { true } else { false }
    }
}
