// SPDX-License-Identifier: Apache-2.0

import Primitives
public import RESP
public import Store

/// Looks at how a value is kept.
public enum OBJECT: ContainerCommand {
    public static let declaration = CommandDeclaration(
        name: "OBJECT",
        summary: "A container for object introspection commands.",
        group: .generic,
        since: "2.2.3",
        complexity: "Depends on subcommand.",
        arity: .atLeast(2)
    )

    public static let subcommands: [any Command.Type] = [
        ENCODING.self, FREQ.self, IDLETIME.self, REFCOUNT.self,
    ]

    public static let help = [
        "ENCODING <key>",
        "    Return the kind of internal representation used in order to store the value",
        "    associated with a <key>.",
        "FREQ <key>",
        "    Return the access frequency index of the <key>. The returned integer is",
        "    proportional to the logarithm of the recent access frequency of the key.",
        "IDLETIME <key>",
        "    Return the idle time of the <key>, that is the approximated number of",
        "    seconds elapsed since the last access to the key.",
        "REFCOUNT <key>",
        "    Return the number of references of the value associated with the specified",
        "    <key>.",
    ]
}

extension OBJECT {
    /// Names the form in which the value is kept, in Redis's words.
    public enum ENCODING: ReadCommand {
        public static let declaration = CommandDeclaration(
            name: "ENCODING",
            summary: "Returns the internal encoding of a Redis object.",
            group: .generic,
            since: "2.2.3",
            complexity: "O(1)",
            arity: .exactly(3),
            flags: [.keyspace],
            keys: [.range(first: 2, last: 2, step: 1)],
            syntax: "key"
        )

        public static func run(
            _ call: inout Call, in keyspace: borrowing Keyspace
        ) throws(ErrorReply) {
            guard let entry = keyspace.inspect(try call.arguments.next(), notifying: false) else {
                return call.reply.null()
            }
            call.reply.bulk(Bytes(entry.encodingName))
        }
    }

    /// How often the value is used, known under a policy that counts uses.
    public enum FREQ: ReadCommand {
        public static let declaration = CommandDeclaration(
            name: "FREQ",
            summary: "Returns the logarithmic access frequency counter of a Redis object.",
            group: .generic,
            since: "4.0.0",
            complexity: "O(1)",
            arity: .exactly(3),
            flags: [.keyspace],
            keys: [.range(first: 2, last: 2, step: 1)],
            syntax: "key"
        )

        public static func run(
            _ call: inout Call, in keyspace: borrowing Keyspace
        ) throws(ErrorReply) {
            guard let entry = keyspace.inspect(try call.arguments.next(), notifying: false) else {
                return call.reply.null()
            }
            guard keyspace.eviction.policy.countsUses else {
                throw ErrorReply(
                    "ERR An LFU maxmemory policy is not selected, access frequency not tracked. Please note that when switching between policies at runtime LRU and LFU data will take some time to adjust."
                )
            }
            call.reply.integer(keyspace.useCount(of: entry))
        }
    }

    /// Returns the seconds since the key was last used.
    public enum IDLETIME: ReadCommand {
        public static let declaration = CommandDeclaration(
            name: "IDLETIME",
            summary: "Returns the time since the last access to a Redis object.",
            group: .generic,
            since: "2.2.3",
            complexity: "O(1)",
            arity: .exactly(3),
            flags: [.keyspace],
            keys: [.range(first: 2, last: 2, step: 1)],
            syntax: "key"
        )

        public static func run(
            _ call: inout Call, in keyspace: borrowing Keyspace
        ) throws(ErrorReply) {
            guard let entry = keyspace.inspect(try call.arguments.next(), notifying: false) else {
                return call.reply.null()
            }
            guard !keyspace.eviction.policy.countsUses else {
                throw ErrorReply(
                    "ERR An LFU maxmemory policy is selected, idle time not tracked. Please note that when switching between policies at runtime LRU and LFU data will take some time to adjust."
                )
            }
            call.reply.integer(keyspace.idleSeconds(of: entry))
        }
    }

    /// Returns how often the value is referred to, which is once.
    public enum REFCOUNT: ReadCommand {
        public static let declaration = CommandDeclaration(
            name: "REFCOUNT",
            summary: "Returns the reference count of a value of a key.",
            group: .generic,
            since: "2.2.3",
            complexity: "O(1)",
            arity: .exactly(3),
            flags: [.keyspace],
            keys: [.range(first: 2, last: 2, step: 1)],
            syntax: "key"
        )

        public static func run(
            _ call: inout Call, in keyspace: borrowing Keyspace
        ) throws(ErrorReply) {
            guard keyspace.inspect(try call.arguments.next(), notifying: false) != nil else {
                return call.reply.null()
            }
            call.reply.integer(1)
        }
    }
}
