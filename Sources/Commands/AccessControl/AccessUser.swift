// SPDX-License-Identifier: Apache-2.0

public import Primitives

/// What a user may do and how it proves who it is.
struct AccessProfile {
    var isEnabled = false
    var needsNoPassword = false
    var skipsSanitizing = false
    /// SHA-256 in hexadecimal digits.
    var passwords: [ByteString] = []
    /// The first is the user's own, those behind it stood in parentheses.
    var selectors: [AccessSelector]

    init(allowsAllChannels: Bool) {
        selectors = [AccessSelector(allowsAllChannels: allowsAllChannels)]
    }
}

/// A user, shared by all its clients.
public final class AccessUser {
    public let name: ByteString
    var profile: AccessProfile

    init(name: ByteString, profile: AccessProfile) {
        self.name = name
        self.profile = profile
    }
}

extension AccessUser {
    public var isEnabled: Bool { profile.isEnabled }

    /// Whether anybody is let in as this user, without a password.
    public var needsNoPassword: Bool { profile.needsNoPassword }

    /// Whether it may do everything, so that no request needs a check.
    var isUnlimited: Bool { profile.selectors.contains { $0.isUnlimited } }

    /// The words that ACL GETUSER reports of it.
    public var flagNames: [String] {
        [
            profile.isEnabled ? "on" : "off", profile.needsNoPassword ? "nopass" : nil,
            profile.skipsSanitizing ? "skip-sanitize-payload" : "sanitize-payload",
        ].compactMap { $0 }
    }

    /// The digests of its passwords.
    public var passwords: [ByteString] { profile.passwords }

    /// What each selector allows, the user's own first.
    public var selectors: [(commands: String, keys: ByteString, channels: ByteString)] {
        profile.selectors.map { ($0.commandsText, $0.keysText, $0.channelsText) }
    }

    /// All rules that make it what it is, as in a configuration file behind `user NAME`.
    public var rules: ByteString {
        var text = Array(flagNames.joined(separator: " ").utf8)
        for password in passwords { text += Array(" #".utf8) + password.array }
        for (index, selector) in profile.selectors.enumerated() {
            let inner = selector.text.array
            text += index == 0 ? Array(" ".utf8) + inner : Array(" (".utf8) + inner + [0x29]
        }
        return ByteString(text)
    }

    /// Whether this is one of the passwords. All are compared, each in constant time.
    func accepts(_ password: Bytes) -> Bool {
        if profile.needsNoPassword { return true }
        let given = SHA256.hexadecimalDigest(ByteString(password)).array
        var isRight = false
        for known in profile.passwords {
            var difference: UInt8 = 0
            for (left, right) in zip(given, known.array) { difference |= left ^ right }
            if difference == 0, known.count == given.count { isRight = true }
        }
        return isRight
    }

    /// Why a request is refused; nil when some selector allows it.
    func denial(of request: AccessRequest) -> AccessDenial? {
        var worst: AccessDenial?
        for selector in profile.selectors {
            guard let denial = selector.denial(of: request) else { return nil }
            if let known = worst, known.rank >= denial.rank { continue }
            worst = denial
        }
        return worst ?? .command
    }

    /// Whether a request that may touch any key, because a pattern in it names them, is allowed.
    public func mayReadEverything(_ entry: CommandEntry, _ words: ArraySlice<Bytes>) -> Bool {
        let request = AccessRequest(entry, words)
        return profile.selectors.contains { $0.readsEverything && $0.denial(of: request) == nil }
    }

    /// Whether everything that a client listens to may be listened to.
    public func allows(_ subscriptions: Subscriptions) -> Bool {
        guard !subscriptions.isEmpty else { return true }
        let (channels, shardChannels, patterns) = subscriptions.names
        return (channels + shardChannels).allSatisfy { allowsChannel($0, isPattern: false) }
            && patterns.allSatisfy { allowsChannel($0, isPattern: true) }
    }

    /// Whether a channel, or a pattern of channels, may be listened to.
    public func allowsChannel(_ channel: ByteString, isPattern: Bool) -> Bool {
        channel.withBytes { channel in
            profile.selectors.contains { $0.allowsChannel(channel, isPattern) }
        }
    }
}

// MARK: - Rules

extension AccessProfile {
    /// Applies one rule of ACL SETUSER.
    mutating func apply(
        _ rule: ByteString, _ table: borrowing CommandTable, allowsAllChannels: Bool
    ) throws(AccessRuleError) {
        guard !rule.isEmpty else { return }
        try rule.withBytes { (rule) throws(AccessRuleError) in
            if applyWord(rule, table, allowsAllChannels) { return }
            if try applyPassword(rule) { return }
            if rule[0] == UInt8(ascii: "("), rule[rule.count - 1] == UInt8(ascii: ")") {
                try addSelector(rule, table, allowsAllChannels)
            } else {
                try selectors[0].apply(rule, table)
            }
        }
    }

    private mutating func applyWord(
        _ rule: Bytes, _ table: borrowing CommandTable, _ allowsAllChannels: Bool
    ) -> Bool {
        if rule.equalsIgnoringCase("on") {
            isEnabled = true
        } else if rule.equalsIgnoringCase("off") {
            isEnabled = false
        } else if rule.equalsIgnoringCase("skip-sanitize-payload") {
            skipsSanitizing = true
        } else if rule.equalsIgnoringCase("sanitize-payload") {
            skipsSanitizing = false
        } else if rule.equalsIgnoringCase("nopass") {
            needsNoPassword = true
            passwords = []
        } else if rule.equalsIgnoringCase("resetpass") {
            needsNoPassword = false
            passwords = []
        } else if rule.equalsIgnoringCase("clearselectors") {
            selectors.removeLast(selectors.count - 1)
        } else if rule.equalsIgnoringCase("reset") {
            self = AccessProfile(allowsAllChannels: allowsAllChannels)
        } else {
            return false
        }
        return true
    }

    private mutating func applyPassword(_ rule: Bytes) throws(AccessRuleError) -> Bool {
        let given = ByteString(rule.dropping(1))
        let digest: ByteString
        switch rule[0] {
        case UInt8(ascii: ">"), UInt8(ascii: "<"): digest = SHA256.hexadecimalDigest(given)
        case UInt8(ascii: "#"), UInt8(ascii: "!"):
            guard Self.isDigest(given) else { throw .badHash }
            digest = given
        default: return false
        }
        if rule[0] == UInt8(ascii: ">") || rule[0] == UInt8(ascii: "#") {
            if !passwords.contains(digest) { passwords.append(digest) }
            needsNoPassword = false
        } else {
            guard let index = passwords.firstIndex(of: digest) else { throw .noSuchPassword }
            passwords.remove(at: index)
        }
        return true
    }

    private static func isDigest(_ text: ByteString) -> Bool {
        text.count == 64
            && text.array.allSatisfy {
                ($0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9"))
                    || ($0 >= UInt8(ascii: "a") && $0 <= UInt8(ascii: "f"))
            }
    }

    private mutating func addSelector(
        _ rule: Bytes, _ table: borrowing CommandTable, _ allowsAllChannels: Bool
    ) throws(AccessRuleError) {
        var selector = AccessSelector(allowsAllChannels: allowsAllChannels)
        let inner = ByteString(rule[1..<(rule.count - 1)]).array
        for word in inner.split(separator: UInt8(ascii: " ")) {
            try ByteString(Array(word)).withBytes { (word) throws(AccessRuleError) in
                try selector.apply(word, table)
            }
        }
        selectors.append(selector)
    }
}
