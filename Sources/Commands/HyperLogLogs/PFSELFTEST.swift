// SPDX-License-Identifier: Apache-2.0

import Containers
import Primitives
public import RESP
public import Store

/// Compares the two forms of a HyperLogLog with each other and their estimates with the truth.
public enum PFSELFTEST: SessionCommand {
    public static let declaration = CommandDeclaration(
        name: "PFSELFTEST",
        summary: "An internal command for testing HyperLogLog values.",
        group: .hyperLogLog,
        since: "2.8.9",
        complexity: "N/A",
        arity: .exactly(1),
        flags: [.admin]
    )

    /// Ten times the number is looked at next.
    private static let lastCheckpoint = 100_000

    public static func run(
        _ call: inout Call, in keyspace: inout Keyspace, by dispatcher: inout Dispatcher
    ) throws(ErrorReply) {
        try checkRegisters(keyspace.random)
        try checkEstimates(keyspace.random, mostSparseBytes: keyspace.sparseHyperLogLogBytes)
        call.reply.ok()
    }

    private static func checkRegisters(_ random: RandomStream) throws(ErrorReply) {
        let registers = (0..<HyperLogLog.registerCount).map { _ in
            UInt8(truncatingIfNeeded: random.next() & 63)
        }
        let read = try HyperLogLog.reporting { () throws(HyperLogLog.Damage) in
            var dense = try ByteString(HyperLogLog.empty).withBytes {
                (view) throws(HyperLogLog.Damage) in try HyperLogLog.dense(view)
            }
            var span = dense.mutableSpan
            HyperLogLog.write(registers, to: &span)
            return try ByteString(dense).withBytes { (view) throws(HyperLogLog.Damage) in
                try HyperLogLog.registers(of: view)
            }
        }
        for (index, value) in registers.enumerated() where read[index] != value {
            throw ErrorReply(
                "ERR TESTFAILED Register \(index) should be \(value) but is \(read[index])")
        }
    }

    private static func checkEstimates(
        _ random: RandomStream, mostSparseBytes: Int
    ) throws(ErrorReply) {
        let seed = random.next()
        try HyperLogLog.reporting { () throws(HyperLogLog.Damage) in
            var dense = try ByteString(HyperLogLog.empty).withBytes {
                (view) throws(HyperLogLog.Damage) in try HyperLogLog.dense(view)
            }
            var other = HyperLogLog.empty
            var checkpoint = 1
            for number in 1...lastCheckpoint {
                let element = ByteString(String(UInt64(number) ^ seed))
                try element.withBytes { (element) throws(HyperLogLog.Damage) in
                    var span = dense.mutableSpan
                    _ = HyperLogLog.add(element, toDense: &span)
                    _ = try HyperLogLog.add(element, to: &other, mostSparseBytes: mostSparseBytes)
                }
                guard number == checkpoint else { continue }
                checkpoint *= 10
                let counts = try [dense, other].map { (bytes) throws(HyperLogLog.Damage) in
                    try ByteString(bytes).withBytes { (view) throws(HyperLogLog.Damage) in
                        try HyperLogLog.count(of: view)
                    }
                }
                let error = (Double(counts[0]) - Double(number)).magnitude
                // Six standard errors; a collision shows most among ten.
                let most = number == 10 ? 1 : (1.04 / 128 * 6 * Double(number)).rounded(.up)
                guard counts[0] == counts[1], error <= most else { throw .brokenRuns }
            }
        }
    }
}
