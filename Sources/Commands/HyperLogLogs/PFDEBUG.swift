// SPDX-License-Identifier: Apache-2.0

import Containers
import Primitives
public import RESP
public import Store

/// Shows the inside of a HyperLogLog.
public enum PFDEBUG: WriteCommand {
    public static let declaration = CommandDeclaration(
        name: "PFDEBUG",
        summary: "Internal commands for debugging HyperLogLog values.",
        group: .hyperLogLog,
        since: "2.8.9",
        complexity: "N/A",
        arity: .exactly(3),
        flags: [.denyOutOfMemory, .admin],
        keys: [.range(first: 2, last: 2, step: 1)],
        syntax: "subcommand key"
    )

    public static func run(_ call: inout Call, in keyspace: inout Keyspace) throws(ErrorReply) {
        let name = try call.arguments.next()
        let key = try call.arguments.next()
        if name.equalsIgnoringCase("SIMD") {
            guard key.equalsIgnoringCase("ON") || key.equalsIgnoringCase("OFF") else {
                throw ErrorReply("ERR Argument must be ON or OFF")
            }
            // There is one way to merge registers, and it is not SIMD.
            return call.reply.simple("disabled")
        }
        guard let (bytes, encoding) = try keyspace.hyperLogLogEntryForUpdate(key) else {
            throw ErrorReply("ERR The specified key does not exist")
        }
        if name.equalsIgnoringCase("ENCODING") {
            call.reply.simple(encoding == .dense ? "dense" : "sparse")
        } else if name.equalsIgnoringCase("DECODE") {
            guard encoding == .sparse else { throw ErrorReply("ERR HLL encoding is not sparse") }
            call.reply.bulk(HyperLogLog.describeRuns(of: bytes))
        } else if name.equalsIgnoringCase("TODENSE") {
            if encoding == .sparse { try makeDense(key, bytes, in: &keyspace) }
            call.reply.integer(encoding == .sparse ? 1 : 0)
        } else if name.equalsIgnoringCase("GETREG") {
            let registers = try HyperLogLog.reporting { () throws(HyperLogLog.Damage) in
                try HyperLogLog.registers(of: bytes)
            }
            if encoding == .sparse { try makeDense(key, bytes, in: &keyspace) }
            call.reply.array(registers.count)
            for register in registers { call.reply.integer(Int64(register)) }
        } else {
            throw ErrorReply("ERR Unknown PFDEBUG subcommand '", name, "'")
        }
    }

    private static func makeDense(
        _ key: Bytes, _ bytes: Bytes, in keyspace: inout Keyspace
    ) throws(ErrorReply) {
        let dense = try HyperLogLog.reporting { () throws(HyperLogLog.Damage) in
            try HyperLogLog.dense(bytes)
        }
        keyspace.setHyperLogLog(key, dense)
        // No watcher is told, as in Redis: what it counts is the same.
        keyspace.didChangeAside(key)
    }
}
