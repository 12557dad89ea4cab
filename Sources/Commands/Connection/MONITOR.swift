// SPDX-License-Identifier: Apache-2.0

import Primitives
public import RESP
public import Store

/// Shows the client every request that the server gets.
public enum MONITOR: SessionCommand {
    public static let declaration = CommandDeclaration(
        name: "MONITOR",
        summary: "Listens for all requests received by the server in real-time.",
        group: .server,
        since: "1.0.0",
        complexity: "",
        arity: .exactly(1),
        flags: [.admin, .dangerous, .noScript, .loading, .stale]
    )

    public static func run(
        _ call: inout Call, in keyspace: inout Keyspace, by dispatcher: inout Dispatcher
    ) throws(ErrorReply) {
        guard call.mayBlock else {
            throw ErrorReply("ERR MONITOR isn't allowed for DENY BLOCKING client")
        }
        // As Redis, which says nothing to a client that is a monitor already.
        guard !call.session.isMonitor else { return }
        call.session.isMonitor = true
        dispatcher.monitors.append(call.session)
        dispatcher.noteObservers(&keyspace)
        call.reply.ok()
    }
}

extension Dispatcher {
    mutating func stopMonitoring(_ session: Session, in keyspace: inout Keyspace) {
        session.isMonitor = false
        monitors.removeAll { $0 === session }
        noteObservers(&keyspace)
    }

    /// Shows a request to the monitors, unless it is an administrator's.
    mutating func feedMonitors(_ entry: CommandEntry, _ call: borrowing Call, _ database: Int) {
        guard !entry.flags.contains(.admin) else { return }
        let time = call.nowMicroseconds
        let digits = String(time % 1_000_000)
        let fraction = String(repeating: "0", count: max(0, 6 - digits.count)) + digits
        let origin = call.isInScript ? "lua" : call.session.address
        var line = Array("+\(time / 1_000_000).\(fraction) [\(database) \(origin)]".utf8)
        let secrets = Self.secretArguments(entry, call.arguments)
        for index in 0..<call.arguments.count {
            line.append(UInt8(ascii: " "))
            if secrets.contains(index) || call.redactedIndexes.contains(index) {
                line += Array("\"(redacted)\"".utf8)
            } else {
                Self.appendQuoted(call.arguments[index], to: &line)
            }
        }
        line += Array("\r\n".utf8)
        ByteString(line).withBytes { bytes in
            for monitor in monitors
            where monitor.replyMode != .off && monitor.replyMode != .skipping {
                // Nothing follows the reply that closes a connection.
                if call.closesConnection, monitor === call.session { continue }
                push(bytes, to: monitor)
            }
        }
    }

    /// The arguments that are passwords or stand with one.
    private static func secretArguments(
        _ entry: CommandEntry, _ arguments: borrowing Arguments
    ) -> Range<Int> {
        let count = arguments.count
        guard entry.flags.contains(.noAuth) else { return 0..<0 }
        if entry.fullName == "auth" { return 1..<count }
        guard entry.fullName == "hello" else { return 0..<0 }
        for index in 1..<count where arguments[index].equalsIgnoringCase("AUTH") {
            return index + 1..<min(count, index + 3)
        }
        return 0..<0
    }

    /// Appends bytes in quotes, what is not printable escaped.
    private static func appendQuoted(_ bytes: Bytes, to line: inout [UInt8]) {
        line.append(UInt8(ascii: "\""))
        for index in 0..<bytes.count {
            let byte = bytes[index]
            switch byte {
            case UInt8(ascii: "\\"), UInt8(ascii: "\""): line += [UInt8(ascii: "\\"), byte]
            case 0x0A: line += Array("\\n".utf8)
            case 0x0D: line += Array("\\r".utf8)
            case 0x09: line += Array("\\t".utf8)
            case 0x07: line += Array("\\a".utf8)
            case 0x08: line += Array("\\b".utf8)
            case 0x20..<0x7F: line.append(byte)
            default:
                let text = String(byte, radix: 16)
                line += Array("\\x\(byte < 16 ? "0" : "")\(text)".utf8)
            }
        }
        line.append(UInt8(ascii: "\""))
    }
}
