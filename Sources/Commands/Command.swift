// SPDX-License-Identifier: Apache-2.0

public import RESP
public import Store

/// A command, named as the client types it.
///
/// Declared once, here; everything else (the dispatch table, COMMAND, ACL categories, admission,
/// documentation, the fuzz tests' requests) is derived.
public protocol Command: SendableMetatype {
    static var declaration: CommandDeclaration { get }
}

/// A command that cannot change the keyspace.
public protocol ReadCommand: Command {
    /// Reads the arguments, which stand behind the name, and writes exactly one reply.
    static func run(_ call: inout Call, in keyspace: borrowing Keyspace) throws(ErrorReply)
}

/// A command that may change the keyspace.
public protocol WriteCommand: Command {
    /// As ``ReadCommand/run(_:in:)``. Every changed key is told to
    /// ``Keyspace/didChange(_:_:)``; an error means that nothing has changed.
    static func run(_ call: inout Call, in keyspace: inout Keyspace) throws(ErrorReply)
}

/// A command about the connection or about other commands: it neither reads nor writes keys.
public protocol SessionCommand: Command {
    static func run(
        _ call: inout Call, in keyspace: inout Keyspace, by dispatcher: inout Dispatcher
    ) throws(ErrorReply)
}

/// A command that acts on the server itself; its body is in Server.
public protocol HostCommand: Command {
    static func run(
        _ call: inout Call, in keyspace: inout Keyspace, by dispatcher: inout Dispatcher,
        of host: any CommandHost
    ) throws(ErrorReply)
}

/// The server, as ``HostCommand``s get it.
public protocol CommandHost: AnyObject {
    /// A client as CLIENT LIST shows it.
    func describe(_ session: Session, at nowMilliseconds: Int64) -> String
    /// Told of a command that took at least ``CommandTiming/slowTicks``.
    func commandWasSlow(_ entry: CommandEntry, _ call: borrowing Call, microseconds: Int64)
    /// Told when there are too many codes of errors to count them.
    func errorCountingEnded(_ counts: inout ErrorCounts)
}

/// A command whose second word names what to do, as `CONFIG GET`.
public protocol ContainerCommand: Command {
    static var subcommands: [any Command.Type] { get }
    /// What `HELP` answers, without its frame: syntax lines, explanations indented by four spaces.
    /// Without a line there is no HELP but what ``subcommands`` hold.
    static var help: [String] { get }
}
