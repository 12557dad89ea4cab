// SPDX-License-Identifier: Apache-2.0

import Commands
import Durability
import Glibc
import Logging
import Primitives
import RESP
import Scripting
import Store
import Synchronization

/// What tests ask of a server, allowed by `enable-debug-command` only.
enum DEBUG: ServerCommand {
    static let declaration = CommandDeclaration(
        name: "DEBUG",
        summary: "A container for debugging commands.",
        group: .server,
        since: "1.0.0",
        complexity: "Depends on subcommand.",
        arity: .atLeast(2),
        flags: [.admin, .dangerous, .noScript, .loading, .stale],
        syntax: "subcommand [argument ...]"
    )

    static func run(
        _ call: inout Call, in keyspace: inout Keyspace, by dispatcher: inout Dispatcher,
        on host: Host
    ) throws(ErrorReply) {
        try checkAllowed(try host.client(of: call), host)
        let shown = try call.arguments.next().description
        let name = shown.lowercased()
        switch (name, call.arguments.remaining) {
        case ("sleep", 1): try sleep(&call, in: &keyspace, &dispatcher)
        case ("object", 1...2): try describe(&call, in: keyspace, host)
        case ("digest", 0): call.reply.simple(KeyDigest(of: &keyspace))
        case ("digest-value", 0...): try digestValues(&call, in: keyspace)
        case ("htstats", 1...2): try describeTable(&call, in: &keyspace)
        case ("htstats-key", 1...2): try describeTableOfKey(&call, in: keyspace)
        case ("populate", 1...3): try populate(&call, in: &keyspace)
        case ("error", 1): throw ErrorReply(ByteString(try call.arguments.next()))
        case ("set-active-expire", 1):
            let isOn = try call.arguments.integer() != 0
            host.setActiveExpiry(isOn, by: call.session)
            call.reply.ok()
        case ("replybuffer", 2): try steerReplyBuffers(&call, host)
        case ("pause-cron", 1):
            let isPaused = try call.arguments.integer() != 0
            host.isTimerPaused.store(isPaused, ordering: .relaxed)
            call.reply.ok()
        case ("reload", 0...): try reload(&call, in: &keyspace, host)
        case ("protocol", 1): try showProtocol(&call)
        case ("stringmatch-len", 2): try matchLength(&call)
        case ("set-disable-deny-scripts", 1):
            dispatcher.allowsAllInScripts = try call.arguments.integer() != 0
            call.reply.ok()
        case ("change-repl-id", 0):
            host.identity.replicationID = ServerIdentity.randomDigits()
            call.reply.ok()
        case ("log", 1):
            let message = try call.arguments.next().description
            host.logger.notice("DEBUG LOG: \(message)")
            call.reply.ok()
        case ("listpack", 1), ("quicklist", 1...2): try checkPacked(&call, in: keyspace, name)
        case ("sdslen", 1): try describeString(&call, in: keyspace)
        case ("stringmatch-test", 0):
            call.reply.simple("Apparently Engram did not crash: test passed")
        case ("quicklist-packed-threshold", 1), ("dict-resizing", 1),
            ("replicate", 2...), ("keysizes-hist-assert", 1):
            // They steer what Engram does not have; what follows them in a test still holds.
            call.reply.ok()
        default:
            throw ErrorReply(
                "ERR unknown subcommand or wrong number of arguments for '\(shown)'. "
                    + "Try DEBUG HELP.")
        }
    }

    private static func checkAllowed(_ client: Client, _ host: Host) throws(ErrorReply) {
        let setting = host.configuration["enable-debug-command"]
        guard setting == "yes" || (setting == "local" && client.isLocal) else {
            throw ErrorReply(
                "ERR DEBUG command not allowed. If the enable-debug-command option is set to "
                    + "\"local\", you can run it from a local connection, otherwise you need to "
                    + "set this option in the configuration file, and then restart the server.")
        }
    }

    /// Keeps everybody waiting, as Redis does; who waited for a key is served at the time then. In
    /// a transaction the time stands still until its end.
    private static func sleep(
        _ call: inout Call, in keyspace: inout Keyspace, _ dispatcher: inout Dispatcher
    ) throws(ErrorReply) {
        let seconds = try call.arguments.double()
        let microseconds = min(max(seconds, 0) * 1e6, 3600e6)
        usleep(UInt32(microseconds))
        let now = WallClock.microseconds() / 1000
        if call.mayBlock {
            keyspace.nowMilliseconds = max(keyspace.nowMilliseconds, now)
        } else {
            dispatcher.lateMilliseconds = now
        }
        call.reply.ok()
    }

    private static func describe(
        _ call: inout Call, in keyspace: borrowing Keyspace, _ host: Host
    ) throws(ErrorReply) {
        let key = try call.arguments.next()
        guard let entry = keyspace.peekRegardless(key) else { throw .noSuchKey }
        let encoding =
            entry.value.collection.map { "\($0.encodingName)" }
            ?? "\(entry.stringEncoding)"
        let idle = keyspace.idleSeconds(of: entry)
        let clock = (call.nowMilliseconds / 1000 - idle) & 0xFF_FFFF
        let text =
            "Value at:0x0 refcount:1 encoding:\(encoding) "
            + "serializedlength:\(entry.memoryBytes(samples: 5)) lru:\(clock) "
            + "lru_seconds_idle:\(idle)" + quicklist(entry, host)
        ByteString(text).withBytes { call.reply.simple($0) }
    }

    /// What Redis adds about a list of several chunks. Compression is what was asked for: here
    /// chunks are packed anyway.
    private static func quicklist(_ entry: Entry, _ host: Host) -> String {
        guard case .list(let list) = entry.value, entry.encodingName.description == "quicklist"
        else { return "" }
        let average = list.count * 100 / max(1, list.chunkCount)
        let isCompressed = host.configuration.integer("list-compress-depth") != 0
        var bytes = 0
        list.forEach { bytes += $0.count }
        let fraction = average % 100
        return " ql_nodes:\(list.chunkCount) "
            + "ql_avg_node:\(average / 100).\(fraction < 10 ? "0" : "")\(fraction) "
            + "ql_listpack_max:\(list.fill) ql_compressed:\(isCompressed ? 1 : 0) "
            + "ql_uncompressed_size:\(bytes)"
    }

    private struct ReloadOptions {
        var saves = true
        var flushes = true
        var merges = false

        init(_ arguments: inout Arguments) throws(ErrorReply) {
            while arguments.hasMore {
                if arguments.consume("NOSAVE") {
                    saves = false
                } else if arguments.consume("NOFLUSH") {
                    flushes = false
                } else if arguments.consume("MERGE") {
                    merges = true
                } else {
                    throw ErrorReply(
                        "ERR DEBUG RELOAD only supports the MERGE, NOFLUSH and NOSAVE options.")
                }
            }
        }
    }

    /// Saves, empties and loads the keyspace.
    private static func reload(
        _ call: inout Call, in keyspace: inout Keyspace, _ host: Host
    ) throws(ErrorReply) {
        let options = try ReloadOptions(&call.arguments)
        let libraries = keyspace.functionLibraries
        do {
            if options.saves { try host.persistence.save(&keyspace, for: host) }
            if options.flushes {
                for index in 0..<keyspace.databaseCount {
                    keyspace.inDatabase(index) { $0.removeAll() }
                }
                keyspace.removeAllLibraries()
            }
            try host.persistence.load(
                host.snapshotPath, into: &keyspace, replaces: options.merges,
                keyDelayMicroseconds: host.configuration.integer("key-load-delay"))
            if options.merges { host.scripts.keepNewestLibraries(in: &keyspace) }
            try host.scripts.reloadLibraries(keyspace)
        } catch {
            host.logger.error("reloading failed: \(error)")
            if !options.flushes {
                keyspace.removeAllLibraries()
                keyspace.addLibraries(libraries)
                try host.scripts.reloadLibraries(keyspace)
            }
            throw ErrorReply("ERR Error trying to load the RDB dump, check server logs.")
        }
        call.reply.ok()
    }

    private static func steerReplyBuffers(
        _ call: inout Call, _ host: Host
    ) throws(ErrorReply) {
        if call.arguments.consume("PEAK-RESET-TIME") {
            if call.arguments.consume("NEVER") {
                host.replyBuffers.idleMilliseconds = -1
            } else if call.arguments.consume("RESET") {
                host.replyBuffers.idleMilliseconds = ReplyBuffers.standardIdleMilliseconds
            } else {
                host.replyBuffers.idleMilliseconds = try call.arguments.integer()
            }
        } else if call.arguments.consume("RESIZING") {
            host.replyBuffers.isResizing = try call.arguments.integer() != 0
        } else {
            throw .syntax
        }
        call.reply.ok()
    }

    private static func matchLength(_ call: inout Call) throws(ErrorReply) {
        let length = try call.arguments.integer(in: 0...(64 << 20), else: .outOfRange)
        let pattern = try call.arguments.next()
        let text = ByteString([UInt8](repeating: UInt8(ascii: "a"), count: Int(length)))
        let matches = text.withBytes { GlobPattern.matches($0, pattern) }
        call.reply.integer(matches ? 1 : 0)
    }

    /// One reply of each kind that the protocol has.
    private static func showProtocol(_ call: inout Call) throws(ErrorReply) {
        let kind = try call.arguments.next().description.lowercased()
        switch kind {
        case "string": call.reply.bulk("Hello World")
        case "integer": call.reply.integer(12345)
        case "double": call.reply.double(3.141)
        case "bignum":
            let digits = "1234567999999999999999999999999999999"
            if call.reply.isRESP3 {
                ByteString("(\(digits)\r\n").withBytes { call.reply.raw($0) }
            } else {
                call.reply.bulk(digits)
            }
        case "null": call.reply.null()
        case "array", "set":
            kind == "set" ? call.reply.set(3) : call.reply.array(3)
            for number in 0..<3 { call.reply.integer(number) }
        case "map":
            call.reply.map(3)
            for number in 0..<3 {
                call.reply.integer(number)
                call.reply.boolean(number == 1)
            }
        case "attrib":
            if call.reply.isRESP3 {
                call.reply.attribute(1)
                call.reply.bulk("key-popularity")
                call.reply.array(2)
                call.reply.bulk("key:123")
                call.reply.integer(90)
            }
            call.reply.bulk("Some real reply following the attribute")
        case "push":
            guard call.reply.isRESP3 else {
                throw ErrorReply("ERR RESP2 is not supported by this command")
            }
            call.reply.push(2)
            call.reply.bulk("server-cpu-usage")
            call.reply.integer(42)
            call.reply.bulk("Some real reply following the push reply")
        case "true": call.reply.boolean(true)
        case "false": call.reply.boolean(false)
        case "verbatim": call.reply.verbatim("This is a verbatim\nstring")
        default:
            throw ErrorReply(
                "ERR Wrong protocol type name. Please use one of the following: "
                    + "string|integer|double|bignum|null|array|set|map|attrib|push|verbatim|true|"
                    + "false")
        }
    }
}
