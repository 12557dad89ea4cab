// SPDX-License-Identifier: Apache-2.0

import Containers
import Primitives
public import RESP
public import Store

/// Counts elements in the HyperLogLog at a key.
public enum PFADD: WriteCommand {
    public static let declaration = CommandDeclaration(
        name: "PFADD",
        summary: "Adds elements to a HyperLogLog key. Creates the key if it doesn't exist.",
        group: .hyperLogLog,
        since: "2.8.9",
        complexity: "O(1) to add every element.",
        arity: .atLeast(2),
        flags: [.denyOutOfMemory, .fast],
        keys: [.first],
        syntax: "key [element ...]"
    )

    public static func run(_ call: inout Call, in keyspace: inout Keyspace) throws(ErrorReply) {
        let key = try call.arguments.next()
        let hasChanged: Bool
        if let entry = try keyspace.hyperLogLogEntryForUpdate(key) {
            hasChanged =
                try entry.encoding == .dense
                ? addDense(&call.arguments, to: key, in: &keyspace)
                : addSparse(&call.arguments, to: key, entry.bytes, in: &keyspace)
        } else {
            var bytes = HyperLogLog.empty
            try add(&call.arguments, to: &bytes, keyspace.sparseHyperLogLogBytes)
            keyspace.setHyperLogLog(key, bytes)
            hasChanged = true
        }
        if hasChanged { keyspace.didChange(key, KeyspaceEvent(.string, "pfadd")) }
        call.reply.integer(hasChanged ? 1 : 0)
    }

    private static func addDense(
        _ arguments: inout Arguments, to key: Bytes, in keyspace: inout Keyspace
    ) throws(ErrorReply) -> Bool {
        var elements: [Bytes] = []
        while arguments.hasMore { elements.append(try arguments.next()) }
        return keyspace.changeString(key, lengthening: 0) { bytes in
            var hasChanged = false
            for element in elements where HyperLogLog.add(element, toDense: &bytes) {
                hasChanged = true
            }
            if hasChanged { HyperLogLog.invalidateCache(of: &bytes) }
            return hasChanged
        }
    }

    /// Copies the value only when an element changes it.
    private static func addSparse(
        _ arguments: inout Arguments, to key: Bytes, _ bytes: Bytes, in keyspace: inout Keyspace
    ) throws(ErrorReply) -> Bool {
        while arguments.hasMore {
            let position = arguments.position
            let element = try arguments.next()
            let wouldChange = try HyperLogLog.reporting { () throws(HyperLogLog.Damage) in
                try HyperLogLog.wouldChange(bytes, byAdding: element)
            }
            guard wouldChange else { continue }
            arguments.position = position
            var copy = ByteString(bytes).array
            // Where broken runs end it, the elements before stay, as in Redis.
            defer { keyspace.setHyperLogLog(key, copy) }
            try add(&arguments, to: &copy, keyspace.sparseHyperLogLogBytes)
            return true
        }
        keyspace.changeString(key, lengthening: 0) { _ in }
        return false
    }

    private static func add(
        _ arguments: inout Arguments, to bytes: inout [UInt8], _ mostSparseBytes: Int
    ) throws(ErrorReply) {
        while arguments.hasMore {
            let element = try arguments.next()
            _ = try HyperLogLog.reporting { () throws(HyperLogLog.Damage) in
                try HyperLogLog.add(element, to: &bytes, mostSparseBytes: mostSparseBytes)
            }
        }
        var span = bytes.mutableSpan
        HyperLogLog.invalidateCache(of: &span)
    }
}

extension HyperLogLog {
    /// Does `body`, and turns what is wrong with a value into what the client is told.
    static func reporting<Result>(
        _ body: () throws(Damage) -> Result
    ) throws(ErrorReply) -> Result {
        do throws(Damage) {
            return try body()
        } catch {
            switch error {
            case .notAHyperLogLog:
                throw ErrorReply("WRONGTYPE Key is not a valid HyperLogLog string value.")
            case .brokenRuns: throw ErrorReply("INVALIDOBJ Corrupted HLL object detected")
            }
        }
    }
}

extension Keyspace {
    /// The HyperLogLog at a key with its encoding, or nil.
    borrowing func hyperLogLog(
        _ key: Bytes
    ) throws(ErrorReply) -> (bytes: Bytes, encoding: HyperLogLog.Encoding)? {
        guard let entry = try stringEntry(key) else { return nil }
        return try Self.hyperLogLog(in: entry)
    }

    /// As ``hyperLogLog(_:)``, to be changed.
    mutating func hyperLogLogEntryForUpdate(
        _ key: Bytes
    ) throws(ErrorReply) -> (bytes: Bytes, encoding: HyperLogLog.Encoding)? {
        guard let entry = try stringEntryForUpdate(key) else { return nil }
        return try Self.hyperLogLog(in: entry)
    }

    private static func hyperLogLog(
        in entry: Entry
    ) throws(ErrorReply) -> (bytes: Bytes, encoding: HyperLogLog.Encoding) {
        let encoding = try HyperLogLog.reporting { () throws(HyperLogLog.Damage) in
            try HyperLogLog.encoding(of: entry.string)
        }
        return (entry.string, encoding)
    }

    /// Writes a HyperLogLog; the key's expiry stays.
    mutating func setHyperLogLog(_ key: Bytes, _ bytes: [UInt8]) {
        ByteString(bytes).withBytes { setRawString(key, $0, keepingExpiry: true) }
    }
}
