// SPDX-License-Identifier: Apache-2.0

import Commands
import Primitives
import RESP
import Store

/// Tells how the server is doing, in Redis's sections and field names.
enum INFO: ServerCommand {
    static let declaration = CommandDeclaration(
        name: "INFO",
        summary: "Returns information and statistics about the server.",
        group: .server,
        since: "1.0.0",
        complexity: "O(1)",
        arity: .atLeast(1),
        flags: [.loading, .stale, .dangerous],
        syntax: "[section [section ...]]"
    )

    /// The sections in the order in which they are shown.
    private static let order = [
        "server", "clients", "memory", "persistence", "threads", "stats", "replication", "cpu",
        "modules", "commandstats", "errorstats", "latencystats", "cluster", "vectors",
        "keyspace", "keysizes",
    ]
    /// Only shown when asked for.
    private static let special: Set<String> = ["commandstats", "latencystats"]
    private static let standard = order.filter { !special.contains($0) }

    /// For so long a count of the keys' sizes is shown again to who has not asked for it by name.
    private static let keptMilliseconds: Int64 = 60_000
    /// Up to so many keys are counted for every INFO.
    private static let smallCount = 2_000

    static func run(
        _ call: inout Call, in keyspace: inout Keyspace, by dispatcher: inout Dispatcher,
        on host: Host
    ) throws(ErrorReply) {
        var asked: Set<String> = []
        var isNamed = false
        while call.arguments.hasMore {
            let section = try call.arguments.next().description.lowercased()
            switch section {
            case "all", "everything": asked.formUnion(order)
            case "keysizes":
                isNamed = true
                asked.insert(section)
            case "default": asked.formUnion(standard)
            default: asked.insert(section)
            }
        }
        if asked.isEmpty { asked = Set(standard) }
        var text = InfoText()
        for section in order + ["debug"] where asked.contains(section) {
            write(section, &text, in: &keyspace, dispatcher, host, call.nowMicroseconds)
        }
        guard asked.contains("keysizes") else {
            return call.reply.verbatim(ByteString(text.text))
        }
        finish(text, isNamed: isNamed, &call, in: &keyspace, host)
    }

    /// Answers with the keys' sizes at the end, counted anew where it is worth it.
    private static func finish(
        _ text: InfoText, isNamed: Bool, _ call: inout Call, in keyspace: inout Keyspace,
        _ host: Host
    ) {
        let count = (0..<keyspace.databaseCount).reduce(0) { sum, index in
            sum + keyspace.inDatabase(index) { $0.count }
        }
        if count > smallCount, let last = host.keySizes.value {
            let isSame = last.changes == keyspace.changes
            let isRecent = call.nowMilliseconds - last.countedMilliseconds < keptMilliseconds
            if isSame || (isRecent && !isNamed) {
                return call.reply.verbatim(ByteString(text.text + last.lines))
            }
        }
        call.detached = KeySizesWork(
            text: text.text, snapshot: keyspace.snapshot(), cache: host.keySizes)
    }

    private static func write(
        _ section: String, _ text: inout InfoText, in keyspace: inout Keyspace,
        _ dispatcher: borrowing Dispatcher, _ host: Host, _ nowMicroseconds: Int64
    ) {
        switch section {
        case "server": text.server(host, nowMicroseconds)
        case "clients": text.clients(host, dispatcher)
        case "memory": text.memory(host, &keyspace)
        case "persistence": text.persistence(host, keyspace)
        case "stats": text.statistics(host, keyspace, dispatcher)
        case "replication": text.replication(host)
        case "cpu": text.processor()
        case "modules": text.modules()
        case "errorstats": text.errors(dispatcher)
        case "cluster": text.cluster()
        case "vectors": text.vectors(host)
        case "keyspace": text.keyspace(&keyspace)
        case "commandstats": text.commands(dispatcher)
        case "latencystats": text.latencies(dispatcher, host)
        case "threads": text.threads(host)
        case "keysizes": text.section("Keysizes")
        case "debug": text.debug(dispatcher, host)
        default: break
        }
    }
}

/// INFO's text as it grows.
struct InfoText {
    private(set) var text = ""

    mutating func section(_ name: String) {
        if !text.isEmpty { text += "\r\n" }
        text += "# \(name)\r\n"
    }

    mutating func field(_ name: String, _ value: some CustomStringConvertible) {
        text += "\(name):\(value)\r\n"
    }

    mutating func field(_ name: String, _ isTrue: Bool) {
        field(name, isTrue ? 1 : 0)
    }

    /// A number of bytes, and the same for people.
    mutating func bytes(_ name: String, _ value: Int) {
        field(name, value)
        field(name + "_human", Self.human(value))
    }

    /// A number with two decimals.
    static func decimal(_ value: Double) -> String {
        let hundredths = Int64((value * 100).rounded())
        let rest = hundredths % 100
        return "\(hundredths / 100).\(rest < 10 ? "0" : "")\(rest)"
    }

    /// A number of bytes as `1.50M`.
    static func human(_ bytes: Int) -> String {
        var value = Double(bytes)
        for unit in ["B", "K", "M", "G"] {
            if value < 1024 { return (unit == "B" ? "\(bytes)" : decimal(value)) + unit }
            value /= 1024
        }
        return decimal(value) + "T"
    }
}
