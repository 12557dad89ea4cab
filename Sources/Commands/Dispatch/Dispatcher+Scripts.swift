// SPDX-License-Identifier: Apache-2.0

public import Primitives
public import RESP
public import Store

/// What scripts run on; its body is in Scripting.
public protocol ScriptRunner: AnyObject {
    /// Whether a request that runs a script or function says of it that it writes nothing.
    func isReadOnly(_ request: [Bytes]) -> Bool
}

/// What a script may do, and what it has done.
public struct ScriptRights {
    /// Whether commands that change something are refused.
    public let isReadOnly: Bool
    /// Whether it may go on though memory is used up.
    public let allowsOutOfMemory: Bool
    /// Whether memory was used up when it began: it is not stopped half way.
    public let isOutOfMemory: Bool
    /// Whether it has called a command that changes keys.
    public internal(set) var hasWritten = false

    public init(isReadOnly: Bool, allowsOutOfMemory: Bool, isOutOfMemory: Bool) {
        self.isReadOnly = isReadOnly
        self.allowsOutOfMemory = allowsOutOfMemory
        self.isOutOfMemory = isOutOfMemory
    }
}

/// What of a client a script must leave as it was.
public struct ScriptSurroundings {
    let session: Session
    let database: Int
    let protocolVersion: Int
    let entry: CommandEntry?
}

extension Dispatcher {
    /// Remembers what a script must leave as it is.
    public func beginScript(for session: Session) -> ScriptSurroundings {
        session.outerProtocolVersion = session.protocolVersion
        return ScriptSurroundings(
            session: session, database: session.database,
            protocolVersion: session.protocolVersion, entry: session.lastEntry)
    }

    /// Puts everything back after a script.
    public mutating func endScript(
        _ surroundings: ScriptSurroundings, hasFailed: Bool, in keyspace: inout Keyspace,
        at nowMilliseconds: Int64
    ) {
        surroundings.session.database = surroundings.database
        surroundings.session.protocolVersion = surroundings.protocolVersion
        surroundings.session.outerProtocolVersion = nil
        surroundings.session.lastEntry = surroundings.entry
        keyspace.selected = surroundings.database
        keyspace.nowMilliseconds = nowMilliseconds
        if hasFailed { surroundings.entry?.failedCount &+= 1 }
    }

    /// Runs one command for a script; its reply, or the error, is all that is then in `call.reply`.
    ///
    /// The command runs as the script's client, at the script's time, and never waits.
    public mutating func runForScript(
        _ call: inout Call, with rights: inout ScriptRights, in keyspace: inout Keyspace
    ) {
        keyspace.selected = call.session.database
        keyspace.nowMilliseconds = call.nowMilliseconds
        call.mayBlock = false
        call.isInScript = true
        do throws(ErrorReply) {
            let entry = try admitForScript(&call, &rights)
            commandCount &+= 1
            call.session.commandCount &+= 1
            try run(entry, &call, in: &keyspace)
            if let work = call.detached {
                call.detached = nil
                work.run(&call.reply)
            }
        } catch {
            call.reply.clear()
            failed(error, &call)
        }
        call.closesConnection = false
    }

    /// Finds a script's command and checks whether the script may run it.
    private mutating func admitForScript(
        _ call: inout Call, _ rights: inout ScriptRights
    ) throws(ErrorReply) -> CommandEntry {
        let entry: CommandEntry
        do throws(ErrorReply) {
            entry = try find(&call)
        } catch {
            let isKnown = error.message.array.starts(with: "ERR wrong number".utf8)
            throw isKnown ? .wrongCountInScript : .unknownInScript
        }
        do throws(ErrorReply) {
            guard !entry.flags.contains(.noScript) || allowsAllInScripts else {
                throw .refusedToScripts
            }
            if call.session.user != nil || access.guardsDefaultUser {
                try authorizeForScript(entry, call)
            }
            if rights.isReadOnly, entry.isWrite || entry.flags.contains(.mayReplicate) {
                throw .writeInReadOnlyScript
            }
            guard !rights.hasWritten else { return entry }
            if entry.isWrite, let refusal = admission.writeRefusal { throw refusal }
            if entry.flags.contains(.denyOutOfMemory), rights.isOutOfMemory,
                !rights.allowsOutOfMemory
            {
                throw .outOfMemory
            }
        } catch {
            entry.rejectedCount &+= 1
            throw error
        }
        if entry.isWrite { rights.hasWritten = true }
        return entry
    }

    /// Counts an error reply that a script made by itself.
    public mutating func countScriptError(_ error: ErrorReply) {
        countFailure(error)
    }

    /// Whether the client of a script may run a command; nil when there is none of this name.
    public func scriptMayRun(_ arguments: borrowing Arguments, for session: Session) -> Bool? {
        let words = arguments.all[...]
        guard let entry = table.find(request: words) else { return nil }
        return user(of: session).denial(of: AccessRequest(entry, words)) == nil
    }

    /// Refuses a command that the client of the script may not run.
    private mutating func authorizeForScript(
        _ entry: CommandEntry, _ call: borrowing Call
    ) throws(ErrorReply) {
        let session = call.session
        let now = call.nowMilliseconds
        guard let denial = denial(entry, call.arguments.all[...], session, .lua, at: now) else {
            return
        }
        let reply = denialReply(denial, entry, user(of: session)).message.array
        let reason = reply.drop { $0 != UInt8(ascii: " ") }.dropFirst()
        throw ErrorReply(ByteString(Array("ERR ACL failure in script: ".utf8) + reason))
    }
}

extension ErrorReply {
    fileprivate static let unknownInScript = ErrorReply(
        "ERR Unknown Redis command called from script")
    fileprivate static let wrongCountInScript = ErrorReply(
        "ERR Wrong number of args calling Redis command from script")
    fileprivate static let refusedToScripts = ErrorReply(
        "ERR This Redis command is not allowed from script")
    fileprivate static let writeInReadOnlyScript = ErrorReply(
        "ERR Write commands are not allowed from read-only scripts.")
}
