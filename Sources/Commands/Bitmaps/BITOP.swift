// SPDX-License-Identifier: Apache-2.0

import Primitives
public import RESP
public import Store

/// Makes one string of several, bit by bit.
public enum BITOP: WriteCommand {
    public static let declaration = CommandDeclaration(
        name: "BITOP",
        summary: "Performs bitwise operations on multiple strings, and stores the result.",
        group: .bitmap,
        since: "2.6.0",
        complexity: "O(N)",
        arity: .atLeast(4),
        flags: [.denyOutOfMemory],
        keys: [.range(first: 2, last: 2, step: 1), .range(first: 3, last: -1, step: 1)],
        syntax: "<AND | OR | XOR | NOT | DIFF | DIFF1 | ANDOR | ONE> destkey:key key [key ...]"
    )

    public static func run(_ call: inout Call, in keyspace: inout Keyspace) throws(ErrorReply) {
        let name = try call.arguments.next()
        guard let operation = operation(named: name) else { throw .syntax }
        let target = try call.arguments.next()
        switch operation {
        case .not where call.arguments.remaining != 1:
            throw ErrorReply("ERR BITOP NOT must be called with a single source key.")
        case .difference, .otherDifference, .andOr:
            guard call.arguments.remaining > 1 else {
                let shown = name.description.uppercased()
                throw ErrorReply(
                    "ERR BITOP \(shown) must be called with at least two source keys.")
            }
        case .and, .or, .xor, .not, .one: break
        }
        var sources: [Bytes] = []
        while call.arguments.hasMore {
            let key = try call.arguments.next()
            sources.append(try keyspace.stringEntry(key)?.string ?? .empty)
        }
        let result = operation(sources)
        if result.isEmpty {
            if keyspace.remove(target) {
                keyspace.didChange(target, KeyspaceEvent(.generic, "del"))
            }
        } else {
            result.withBytes { keyspace.setRawString(target, $0) }
            keyspace.didChange(target, KeyspaceEvent(.string, "set"))
        }
        call.reply.integer(result.count)
    }

    private static func operation(named name: Bytes) -> BitOperation? {
        let names: [(StaticString, BitOperation)] = [
            ("AND", .and), ("OR", .or), ("XOR", .xor), ("NOT", .not), ("DIFF", .difference),
            ("DIFF1", .otherDifference), ("ANDOR", .andOr), ("ONE", .one),
        ]
        return names.first { name.equalsIgnoringCase($0.0) }?.1
    }
}

extension Keyspace {
    /// Gives a key a string that counts as built in place, whatever its length: OBJECT ENCODING
    /// says `raw`.
    mutating func setRawString(_ key: Bytes, _ bytes: Bytes, keepingExpiry: Bool = false) {
        setString(key, bytes, keepingExpiry: keepingExpiry, detectingInteger: false)
        changeString(key, lengthening: 0) { _ in }
    }
}
