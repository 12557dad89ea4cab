// SPDX-License-Identifier: Apache-2.0

/// Why a rule of ACL SETUSER cannot be applied, with Redis's texts.
public enum AccessRuleError: Error {
    case unknownCommand
    case syntax
    case needlessKeyPattern
    case needlessChannelPattern
    case noSuchPassword
    case badHash
    case argumentOfSubcommand

    public var text: String {
        switch self {
        case .unknownCommand: "Unknown command or category name in ACL"
        case .syntax: "Syntax error"
        case .needlessKeyPattern:
            "Adding a pattern after the * pattern (or the 'allkeys' flag) is not valid and does "
                + "not have any effect. Try 'resetkeys' to start with an empty list of patterns"
        case .needlessChannelPattern:
            "Adding a pattern after the * pattern (or the 'allchannels' flag) is not valid and "
                + "does not have any effect. Try 'resetchannels' to start with an empty list of "
                + "channels"
        case .noSuchPassword: "The password you are trying to remove from the user does not exist"
        case .badHash:
            "The password hash must be exactly 64 characters and contain only lowercase "
                + "hexadecimal characters"
        case .argumentOfSubcommand: "Allowing first-arg of a subcommand is not supported"
        }
    }
}

/// Why a request was refused to a user.
public enum AccessDenial: Sendable, Equatable {
    case command
    /// The index of the key among the request's words.
    case key(Int)
    case channel(Int)

    /// How ACL LOG calls it.
    public var name: String {
        switch self {
        case .command: "command"
        case .key: "key"
        case .channel: "channel"
        }
    }

    /// Of the denials by several selectors the one that tells most is reported: a channel before a
    /// key before the command, and of the same kind the later word.
    var rank: (kind: Int, index: Int) {
        switch self {
        case .command: (1, 0)
        case .key(let index): (2, index)
        case .channel(let index): (3, index)
        }
    }
}
