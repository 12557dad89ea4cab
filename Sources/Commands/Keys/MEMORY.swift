// SPDX-License-Identifier: Apache-2.0

public import RESP
public import Store

/// Looks at the memory that keys take.
public enum MEMORY: ContainerCommand {
    public static let declaration = CommandDeclaration(
        name: "MEMORY",
        summary: "A container for memory diagnostics commands.",
        group: .server,
        since: "4.0.0",
        complexity: "Depends on subcommand.",
        arity: .atLeast(2)
    )

    public static let subcommands: [any Command.Type] = [USAGE.self]

    public static let help = [
        "USAGE <key> [SAMPLES <count>]",
        "    Return memory in bytes used by <key> and its value. Nested values are",
        "    sampled up to <count> times (default: 5, 0 means sample all).",
    ]
}

extension MEMORY {
    /// Returns the bytes that a key takes with its value and its place in the table.
    public enum USAGE: ReadCommand {
        public static let declaration = CommandDeclaration(
            name: "USAGE",
            summary: "Estimates the memory usage of a key.",
            group: .server,
            since: "4.0.0",
            complexity: "O(N) where N is the number of samples.",
            arity: .atLeast(3),
            keys: [.range(first: 2, last: 2, step: 1)],
            syntax: "key [SAMPLES count:integer]"
        )

        /// A slot of the table with its tag, at the fill that is usual.
        private static let slotBytes = 14

        public static func run(
            _ call: inout Call, in keyspace: borrowing Keyspace
        ) throws(ErrorReply) {
            let key = try call.arguments.next()
            var samples: Int64 = 5
            while call.arguments.hasMore {
                guard call.arguments.remaining > 1, call.arguments.consume("SAMPLES") else {
                    throw .syntax
                }
                samples = try call.arguments.integer()
                guard samples >= 0 else { throw .syntax }
            }
            guard let entry = keyspace.peek(key) else { return call.reply.null() }
            call.reply.integer(entry.memoryBytes(samples: Int(samples)) + slotBytes)
        }
    }
}
