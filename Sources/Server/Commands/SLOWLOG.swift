// SPDX-License-Identifier: Apache-2.0

import Commands
import Logging
import RESP
import Store

/// The commands that took too long.
enum SLOWLOG: ContainerCommand {
    static let declaration = CommandDeclaration(
        name: "SLOWLOG", summary: "A container for slow log commands.", group: .server,
        since: "2.2.12", complexity: "Depends on subcommand.", arity: .atLeast(2))

    static let help = [
        "GET [<count>]",
        "    Return top <count> entries from the slowlog (default: 10, -1 mean all).",
        "    Entries are made of:",
        "    id, timestamp, time in microseconds, arguments array, client IP and port,",
        "    client name",
        "LEN",
        "    Return the length of the slowlog.",
        "RESET",
        "    Reset the slowlog.",
    ]

    static let subcommands: [any Command.Type] = [GET.self, LEN.self, RESET.self]

    enum GET: ServerCommand {
        static let declaration = CommandDeclaration(
            name: "GET", summary: "Returns the slow log's entries.", group: .server,
            since: "2.2.12", complexity: "O(N) where N is the number of entries returned",
            arity: .atLeast(2), flags: [.admin, .dangerous, .loading, .stale],
            syntax: "[count:integer]")

        static func run(
            _ call: inout Call, in keyspace: inout Keyspace, by dispatcher: inout Dispatcher,
            on host: Host
        ) throws(ErrorReply) {
            try call.checkForm(of: "SLOWLOG")
            var count: Int64 = 10
            if call.arguments.hasMore {
                let wrong = ErrorReply("ERR count should be greater than or equal to -1")
                count = try call.arguments.integer(in: -1...Int64.max, else: wrong)
            }
            let known = host.slowLog.entries
            let entries = known.prefix(count < 0 ? known.count : Int(clamping: count))
            call.reply.array(entries.count)
            for entry in entries {
                call.reply.array(6)
                call.reply.integer(entry.id)
                call.reply.integer(entry.seconds)
                call.reply.integer(entry.microseconds)
                call.reply.array(entry.words.count)
                for word in entry.words { call.reply.bulk(word) }
                call.reply.bulk(entry.address)
                call.reply.bulk(entry.clientName)
            }
        }
    }

    enum LEN: ServerCommand {
        static let declaration = CommandDeclaration(
            name: "LEN", summary: "Returns the number of entries in the slow log.",
            group: .server, since: "2.2.12", complexity: "O(1)", arity: .exactly(2),
            flags: [.admin, .dangerous, .loading, .stale])

        static func run(
            _ call: inout Call, in keyspace: inout Keyspace, by dispatcher: inout Dispatcher,
            on host: Host
        ) throws(ErrorReply) {
            call.reply.integer(host.slowLog.entries.count)
        }
    }

    enum RESET: ServerCommand {
        static let declaration = CommandDeclaration(
            name: "RESET", summary: "Clears all entries from the slow log.", group: .server,
            since: "2.2.12", complexity: "O(N) where N is the number of entries in the slowlog",
            arity: .exactly(2), flags: [.admin, .dangerous, .loading, .stale])

        static func run(
            _ call: inout Call, in keyspace: inout Keyspace, by dispatcher: inout Dispatcher,
            on host: Host
        ) throws(ErrorReply) {
            host.slowLog.reset()
            call.reply.ok()
        }
    }
}

extension Host {
    func commandWasSlow(_ entry: CommandEntry, _ call: borrowing Call, microseconds: Int64) {
        let seconds = call.nowMilliseconds / 1000
        let event = entry.flags.contains(.fast) ? "fast-command" : "command"
        latencyMonitor.add(event, microseconds / 1000, at: seconds)
        guard !entry.flags.contains(.skipSlowlog), slowLog.isOn,
            microseconds >= slowLog.thresholdMicroseconds
        else { return }
        let client = clients[call.session.id]
        slowLog.add(
            call.loggableArguments(), microseconds, at: seconds, from: client?.address ?? "",
            named: call.session.name)
    }

    func errorCountingEnded(_ counts: inout ErrorCounts) {
        let codes = counts.abandonedCodes.joined(separator: ", ")
        counts.abandonedCodes = []
        logger.warning(
            """
            Errorstats stopped adding new errors because the number of errors reached the limit, \
            may be misuse of lua error_reply, please check INFO ERRORSTATS, this can be re-enabled \
            via CONFIG RESETSTAT.
            """)
        logger.warning("Current errors code list: \(codes)")
    }
}
