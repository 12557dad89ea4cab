// SPDX-License-Identifier: Apache-2.0

/// What can make a request more than plain.
///
/// A command has the concerns that may touch it, from its declaration; the server and every client
/// have those that are the case at present. Only where both meet does the dispatcher take the long
/// way, so all features together cost a plain request one test.
///
/// A new one needs: a bit here; a line in ``init(of:isWrite:)`` that says which commands it
/// touches; someone who switches it, ``Admission`` for all clients or ``Session`` for one; and its
/// deed, in `Dispatcher.admit(_:_:)` or `Dispatcher.route(_:in:)`. The bit is only the way there: it
/// may be set without need, and what is done looks at the facts again.
public struct Concerns: OptionSet, Sendable {
    public let rawValue: UInt32

    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// The client has not authenticated.
    public static let authentication = Concerns(rawValue: 1 << 0)
    /// The server is loading its files.
    public static let loading = Concerns(rawValue: 1 << 1)
    /// Memory is limited.
    public static let memory = Concerns(rawValue: 1 << 2)
    /// Writes are refused.
    public static let writeRefusal = Concerns(rawValue: 1 << 3)
    /// The client is inside MULTI.
    public static let transaction = Concerns(rawValue: 1 << 4)
    /// The client may not want the reply. Touches no command: it is looked at after all of them.
    public static let replyMode = Concerns(rawValue: 1 << 5)
    /// The client is not the default user, or that one may not do everything.
    public static let access = Concerns(rawValue: 1 << 6)
    /// The client listens to channels or monitors, so that it may not do everything.
    public static let listening = Concerns(rawValue: 1 << 7)
    /// Somebody listens to what all requests do.
    public static let observed = Concerns(rawValue: 1 << 8)
    /// What the client does is no use of the keys.
    public static let noTouch = Concerns(rawValue: 1 << 13)
    /// A script has been running for too long, and the rest is told so.
    public static let busy = Concerns(rawValue: 1 << 12)
}

extension Concerns {
    /// The concerns that may touch a command.
    init(of declaration: CommandDeclaration, isWrite: Bool) {
        let flags = declaration.flags
        self = [.access, .noTouch, .listening, .observed]
        if !flags.contains(.noAuth) { insert(.authentication) }
        if !flags.contains(.loading) { insert(.loading) }
        let needsMemory: CommandDeclaration.Flags = [.denyOutOfMemory, .runsTransaction]
        if !flags.isDisjoint(with: needsMemory) || declaration.group == .scripting {
            insert(.memory)
        }
        if isWrite || flags.contains(.runsTransaction) { insert(.writeRefusal) }
        if !flags.contains(.allowBusy) { insert(.busy) }
        if !flags.contains(.notQueued) { insert(.transaction) }
    }

    /// Sets or clears `concern`.
    mutating func set(_ concern: Concerns, to isTheCase: Bool) {
        if isTheCase { insert(concern) } else { remove(concern) }
    }
}
