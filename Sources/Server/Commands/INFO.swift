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

    /// The sections in the order in which they are shown; the last two only when asked for.
    private static let standard = [
        "server", "clients", "memory", "persistence", "stats", "replication", "cpu", "modules",
        "errorstats", "cluster", "keyspace",
    ]
    private static let order = standard + ["commandstats"]

    static func run(
        _ call: inout Call, in keyspace: inout Keyspace, by dispatcher: inout Dispatcher,
        on host: Host
    ) throws(ErrorReply) {
        var asked: Set<String> = []
        while call.arguments.hasMore {
            let section = try call.arguments.next().description.lowercased()
            switch section {
            case "all", "everything": asked.formUnion(order)
            case "default": asked.formUnion(standard)
            default: asked.insert(section)
            }
        }
        if asked.isEmpty { asked = Set(standard) }
        var text = InfoText()
        for section in order where asked.contains(section) {
            write(section, &text, in: &keyspace, dispatcher, host, call.nowMicroseconds)
        }
        call.reply.verbatim(ByteString(text.text))
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
        case "keyspace": text.keyspace(&keyspace)
        case "commandstats": text.commands(dispatcher)
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
