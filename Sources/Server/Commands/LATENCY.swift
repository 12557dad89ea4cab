// SPDX-License-Identifier: Apache-2.0

import Commands
import Containers
import Primitives
import RESP
import Store

/// What made the server slow, and how long commands take.
enum LATENCY: ContainerCommand {
    static let declaration = CommandDeclaration(
        name: "LATENCY", summary: "A container for latency diagnostics commands.", group: .server,
        since: "2.8.13", complexity: "Depends on subcommand.", arity: .atLeast(2))

    static let help = [
        "DOCTOR",
        "    Return a human readable latency analysis report.",
        "GRAPH <event>",
        "    Return an ASCII latency graph for the <event> class.",
        "HISTORY <event>",
        "    Return time-latency samples for the <event> class.",
        "LATEST",
        "    Return the latest latency samples for all events.",
        "RESET [<event> ...]",
        "    Reset latency data of one or more <event> classes.",
        "    (default: reset all data for all event classes)",
        "HISTOGRAM [COMMAND ...]",
        "    Return a cumulative distribution of latencies in the format of a histogram for the "
            + "specified command names.",
        "    If no commands are specified then all histograms are replied.",
    ]

    static let subcommands: [any Command.Type] = [
        DOCTOR.self, GRAPH.self, HISTOGRAM.self, HISTORY.self, LATEST.self, RESET.self,
    ]

    private static let flags: CommandDeclaration.Flags = [
        .admin, .dangerous, .noScript, .loading, .stale,
    ]

    enum DOCTOR: ServerCommand {
        static let declaration = CommandDeclaration(
            name: "DOCTOR", summary: "Returns a human-readable latency analysis report.",
            group: .server, since: "2.8.13", complexity: "O(1)", arity: .exactly(2), flags: flags)

        static func run(
            _ call: inout Call, in keyspace: inout Keyspace, by dispatcher: inout Dispatcher,
            on host: Host
        ) throws(ErrorReply) {
            call.reply.verbatim(ByteString(host.latencyReport()))
        }
    }

    enum GRAPH: ServerCommand {
        static let declaration = CommandDeclaration(
            name: "GRAPH", summary: "Returns a latency graph for an event.", group: .server,
            since: "2.8.13", complexity: "O(1)", arity: .exactly(3), flags: flags, syntax: "event")

        static func run(
            _ call: inout Call, in keyspace: inout Keyspace, by dispatcher: inout Dispatcher,
            on host: Host
        ) throws(ErrorReply) {
            let event = try call.arguments.next()
            guard let series = host.latencyMonitor.series[event.description] else {
                throw ErrorReply("ERR No samples available for event '", event, "'")
            }
            let graph = series.graph(event.description, at: call.nowMilliseconds / 1000)
            call.reply.verbatim(ByteString(graph))
        }
    }

    enum HISTOGRAM: ServerCommand {
        static let declaration = CommandDeclaration(
            name: "HISTOGRAM",
            summary:
                "Returns the cumulative distribution of latencies of a subset or all commands.",
            group: .server, since: "7.0.0",
            complexity: "O(N) where N is the number of commands with latency information being "
                + "retrieved.",
            arity: .atLeast(2), flags: flags, syntax: "[command ...]")

        static func run(
            _ call: inout Call, in keyspace: inout Keyspace, by dispatcher: inout Dispatcher,
            on host: Host
        ) throws(ErrorReply) {
            var asked: [CommandEntry] = []
            if call.arguments.hasMore {
                while call.arguments.hasMore {
                    let name = try call.arguments.next()
                    if let entry = dispatcher.table.find(fullName: name) { asked.append(entry) }
                }
            } else {
                asked = dispatcher.table.entries
            }
            let measured = asked.flatMap { [$0] + $0.subcommands }.filter { !$0.histogram.isEmpty }
            call.reply.map(measured.count)
            for entry in measured {
                call.reply.bulk(entry.shownName)
                call.reply.map(2)
                call.reply.bulk("calls")
                call.reply.integer(entry.histogram.total)
                call.reply.bulk("histogram_usec")
                let steps = entry.histogram.doublingSteps()
                call.reply.map(steps.count)
                for (microseconds, count) in steps {
                    call.reply.integer(microseconds)
                    call.reply.integer(count)
                }
            }
        }
    }

    enum HISTORY: ServerCommand {
        static let declaration = CommandDeclaration(
            name: "HISTORY", summary: "Returns timestamp-latency samples for an event.",
            group: .server, since: "2.8.13", complexity: "O(1)", arity: .exactly(3), flags: flags,
            syntax: "event")

        static func run(
            _ call: inout Call, in keyspace: inout Keyspace, by dispatcher: inout Dispatcher,
            on host: Host
        ) throws(ErrorReply) {
            let event = try call.arguments.next().description
            let samples = host.latencyMonitor.series[event]?.samples ?? []
            call.reply.array(samples.count)
            for (seconds, milliseconds) in samples {
                call.reply.array(2)
                call.reply.integer(seconds)
                call.reply.integer(milliseconds)
            }
        }
    }

    enum LATEST: ServerCommand {
        static let declaration = CommandDeclaration(
            name: "LATEST", summary: "Returns the latest latency samples for all events.",
            group: .server, since: "2.8.13", complexity: "O(1)", arity: .exactly(2), flags: flags)

        static func run(
            _ call: inout Call, in keyspace: inout Keyspace, by dispatcher: inout Dispatcher,
            on host: Host
        ) throws(ErrorReply) {
            let events = host.latencyMonitor.series.sorted { $0.key < $1.key }
            call.reply.array(events.count)
            for (name, series) in events {
                call.reply.array(4)
                call.reply.bulk(name)
                call.reply.integer(series.samples.last?.seconds ?? 0)
                call.reply.integer(series.samples.last?.milliseconds ?? 0)
                call.reply.integer(series.worst)
            }
        }
    }

    enum RESET: ServerCommand {
        static let declaration = CommandDeclaration(
            name: "RESET", summary: "Resets the latency data for one or more events.",
            group: .server, since: "2.8.13", complexity: "O(1)", arity: .atLeast(2), flags: flags,
            syntax: "[event ...]")

        static func run(
            _ call: inout Call, in keyspace: inout Keyspace, by dispatcher: inout Dispatcher,
            on host: Host
        ) throws(ErrorReply) {
            guard call.arguments.hasMore else {
                return call.reply.integer(host.latencyMonitor.reset())
            }
            var count = 0
            while call.arguments.hasMore {
                count += host.latencyMonitor.reset(try call.arguments.next().description)
            }
            call.reply.integer(count)
        }
    }
}

extension Host {
    /// What LATENCY DOCTOR says of the events that were noted.
    fileprivate func latencyReport() -> String {
        let threshold = latencyMonitor.thresholdMilliseconds
        guard threshold > 0 else {
            return
                "Latency monitoring is off, so nothing can be said. Turn it on with 'CONFIG SET "
                + "latency-monitor-threshold <milliseconds>', and ask again after a while.\n"
        }
        let events = latencyMonitor.series.sorted { $0.key < $1.key }
        guard !events.isEmpty else {
            return "Nothing has taken \(threshold) milliseconds or more since the last reset.\n"
        }
        var text = "Since the last reset there were latency spikes:\n\n"
        for (index, (name, series)) in events.enumerated() {
            let (mean, deviation, period) = series.summary
            text +=
                "\(index + 1). \(name): \(series.samples.count) latency spikes (average \(mean)ms, "
                + "mean deviation \(deviation)ms, period \(InfoText.decimal(period)) sec). Worst "
                + "all time event \(series.worst)ms.\n"
        }
        text += "\nWhat can be done:\n\n"
        let names = Set(events.map(\.key))
        if names.contains("command") {
            if !slowLog.isOn || slowLog.thresholdMicroseconds > threshold * 1000 {
                text +=
                    "- The slow log does not hold all of these commands. Lower its limit with "
                    + "'CONFIG SET slowlog-log-slower-than \(threshold * 1000)'.\n"
            }
            text +=
                "- Look at SLOWLOG GET for the commands that take long, and at their arguments: "
                + "large values are slow to read and to write.\n"
        }
        if names.contains("fast-command") {
            text +=
                "- Even commands that should never be slow are. The machine may be overloaded: "
                + "lower its load, or measure it with 'redis-cli --intrinsic-latency 100'.\n"
        }
        if names.contains("expire-cycle") {
            text +=
                "- Many or large keys end at the same time. Spread their times to live.\n"
        }
        return text
    }
}
