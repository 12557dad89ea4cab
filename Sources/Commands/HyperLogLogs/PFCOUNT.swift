// SPDX-License-Identifier: Apache-2.0

import Containers
import Primitives
public import RESP
public import Store

/// Estimates how many distinct elements one or several HyperLogLogs have seen together.
public enum PFCOUNT: WriteCommand {
    public static let declaration = CommandDeclaration(
        name: "PFCOUNT",
        summary:
            "Returns the approximated cardinality of the set(s) observed by the HyperLogLog key(s).",
        group: .hyperLogLog,
        since: "2.8.9",
        complexity:
            "O(1) with a very small average constant time when called with a single key. O(N) with N being the number of keys, and much bigger constant times, when called with multiple keys.",
        arity: .atLeast(2),
        flags: [.mayReplicate],
        keys: [.all],
        syntax: "key [key ...]"
    )

    public static func run(_ call: inout Call, in keyspace: inout Keyspace) throws(ErrorReply) {
        if call.arguments.remaining > 1 { return try countUnion(&call, in: keyspace) }
        let key = try call.arguments.next()
        guard let (bytes, _) = try keyspace.hyperLogLog(key) else {
            return call.reply.integer(0)
        }
        if let count = HyperLogLog.cachedCount(of: bytes) {
            keyspace.changeString(key, lengthening: 0) { _ in }
            return call.reply.integer(Int64(bitPattern: count))
        }
        let count = try HyperLogLog.reporting { () throws(HyperLogLog.Damage) in
            try HyperLogLog.count(of: bytes)
        }
        // The count is kept in the value, so the value has changed.
        keyspace.changeString(key, lengthening: 0) { bytes in
            HyperLogLog.setCachedCount(count, of: &bytes)
        }
        keyspace.didChange(key)
        call.reply.integer(Int64(bitPattern: count))
    }

    private static func countUnion(
        _ call: inout Call, in keyspace: borrowing Keyspace
    ) throws(ErrorReply) {
        var registers = [UInt8](repeating: 0, count: HyperLogLog.registerCount)
        while call.arguments.hasMore {
            let key = try call.arguments.next()
            guard let (bytes, _) = try keyspace.hyperLogLog(key) else { continue }
            try HyperLogLog.reporting { () throws(HyperLogLog.Damage) in
                try HyperLogLog.merge(bytes, into: &registers)
            }
        }
        let count = HyperLogLog.count(ofRegisters: registers)
        call.reply.integer(Int64(bitPattern: count))
    }
}
