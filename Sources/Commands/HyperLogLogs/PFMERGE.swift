// SPDX-License-Identifier: Apache-2.0

import Containers
import Primitives
public import RESP
public import Store

/// Makes one HyperLogLog of several.
public enum PFMERGE: WriteCommand {
    public static let declaration = CommandDeclaration(
        name: "PFMERGE",
        summary: "Merges one or more HyperLogLog values into a single key.",
        group: .hyperLogLog,
        since: "2.8.9",
        complexity: "O(N) to merge N HyperLogLogs, but with high constant times.",
        arity: .atLeast(2),
        flags: [.denyOutOfMemory],
        keys: [.first, .range(first: 2, last: -1, step: 1)],
        syntax: "destkey:key [sourcekey:key ...]"
    )

    public static func run(_ call: inout Call, in keyspace: inout Keyspace) throws(ErrorReply) {
        let target = call.arguments[1]
        var registers = [UInt8](repeating: 0, count: HyperLogLog.registerCount)
        var isDense = false
        var bytes = HyperLogLog.empty
        while call.arguments.hasMore {
            let isTarget = call.arguments.position == 1
            let key = try call.arguments.next()
            guard let source = try keyspace.hyperLogLog(key) else { continue }
            if source.encoding == .dense { isDense = true }
            if isTarget { bytes = ByteString(source.bytes).array }
            try HyperLogLog.reporting { () throws(HyperLogLog.Damage) in
                try HyperLogLog.merge(source.bytes, into: &registers)
            }
        }
        try HyperLogLog.reporting { () throws(HyperLogLog.Damage) in
            if isDense {
                bytes = try ByteString(bytes).withBytes { (view) throws(HyperLogLog.Damage) in
                    try HyperLogLog.dense(view)
                }
                var span = bytes.mutableSpan
                HyperLogLog.write(registers, to: &span)
                return
            }
            // Register by register, so that the runs are cut as Redis cuts them.
            for (index, value) in registers.enumerated() where value > 0 {
                _ = try HyperLogLog.raise(
                    index, to: value, in: &bytes,
                    mostSparseBytes: keyspace.sparseHyperLogLogBytes)
            }
        }
        var span = bytes.mutableSpan
        HyperLogLog.invalidateCache(of: &span)
        keyspace.setHyperLogLog(target, bytes)
        keyspace.didChange(target, KeyspaceEvent(.string, "pfadd"))
        call.reply.ok()
    }
}
