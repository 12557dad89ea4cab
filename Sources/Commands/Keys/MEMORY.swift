// SPDX-License-Identifier: Apache-2.0

public import Primitives
public import RESP
public import Store

/// Looks at the memory that keys and the server take.
public enum MEMORY: ContainerCommand {
    public static let declaration = CommandDeclaration(
        name: "MEMORY",
        summary: "A container for memory diagnostics commands.",
        group: .server,
        since: "4.0.0",
        complexity: "Depends on subcommand.",
        arity: .atLeast(2)
    )

    public static let subcommands: [any Command.Type] = [
        DOCTOR.self, MALLOC_STATS.self, PURGE.self, STATS.self, USAGE.self,
    ]

    public static let help = [
        "DOCTOR",
        "    Return memory problems reports.",
        "MALLOC-STATS",
        "    Return internal statistics report from the memory allocator.",
        "PURGE",
        "    Attempt to purge dirty pages for reclamation by the allocator.",
        "STATS",
        "    Return information about the memory usage of the server.",
        "USAGE <key> [SAMPLES <count>]",
        "    Return memory in bytes used by <key> and its value. Nested values are",
        "    sampled up to <count> times (default: 5, 0 means sample all).",
    ]
}

/// A server that knows what memory it uses.
public protocol MemoryReporting: CommandHost {
    /// The memory in use, looked up now.
    func memoryReport(_ keyspace: inout Keyspace) -> MemoryReport
}

/// The memory that a server uses, in bytes.
public struct MemoryReport: Sendable {
    /// In use now, at most so far, and before the first key.
    public var used = 0
    public var peak = 0
    public var atStart = 0
    /// Held for clients.
    public var clients = 0
    /// In physical memory.
    public var resident = 0
    /// The allocator's own view.
    public var allocator = ProcessMemory.allocatorState()
    /// Databases that hold keys: number, keys, bytes of the table, bytes of the expiry index.
    public var databases: [(index: Int, keys: Int, table: Int, expiries: Int)] = []

    public init() {}

    public var keyCount: Int { databases.reduce(0) { $0 + $1.keys } }

    /// What is no data: the state before the first key, clients, tables.
    public var overhead: Int {
        atStart + clients + databases.reduce(0) { $0 + $1.table + $1.expiries }
    }

    /// What the data take.
    public var dataset: Int { max(0, used - overhead) }

    /// The data's share of what came after the start, in per cent.
    public var datasetPercentage: Double {
        let net = max(1, used - atStart)
        return min(100, 100 * Double(dataset) / Double(net))
    }
}

extension MEMORY {
    private static func report(
        _ host: any CommandHost, _ keyspace: inout Keyspace
    ) throws(ErrorReply) -> MemoryReport {
        guard let host = host as? any MemoryReporting else {
            throw ErrorReply("ERR this command needs a server")
        }
        return host.memoryReport(&keyspace)
    }

    /// Says what is odd about the memory in use.
    public enum DOCTOR: HostCommand {
        public static let declaration = CommandDeclaration(
            name: "DOCTOR",
            summary: "Outputs a memory problems report.",
            group: .server,
            since: "4.0.0",
            complexity: "O(1)",
            arity: .exactly(2)
        )

        public static func run(
            _ call: inout Call, in keyspace: inout Keyspace, by dispatcher: inout Dispatcher,
            of host: any CommandHost
        ) throws(ErrorReply) {
            let text = diagnosis(of: try report(host, &keyspace))
            call.reply.verbatim(ByteString(text))
        }

        /// The bounds are those of Redis.
        private static func diagnosis(of report: MemoryReport) -> String {
            guard report.used >= 5 * 1024 * 1024 else {
                return "This server holds almost nothing yet: less than 5 MB are in use, too "
                    + "little to tell anything from.\n"
            }
            var findings: [String] = []
            if Double(report.peak) > 1.5 * Double(report.used) {
                findings.append(
                    "Memory in use was once more than half again as much as now. What the "
                        + "allocator kept from then may make fragmentation look high; MEMORY "
                        + "PURGE gives it back.")
            }
            let allocated = max(1, report.allocator.allocated)
            let idle = report.allocator.active - report.allocator.allocated
            if Double(report.allocator.active) > 1.1 * Double(allocated), idle > 10 << 20 {
                findings.append(
                    "More than a tenth of the allocator's pages is unused: keys of very "
                        + "different sizes have come and gone.")
            }
            let kept = report.allocator.resident - report.allocator.active
            if Double(report.allocator.resident) > 1.1 * Double(max(1, report.allocator.active)),
                kept > 10 << 20
            {
                findings.append(
                    "The allocator has not given free pages back yet; MEMORY PURGE makes it do so.")
            }
            if findings.isEmpty { return "Nothing is odd about the memory in use.\n" }
            return findings.map { " * \($0)\n" }.joined()
        }
    }

    /// Returns what the allocator says of itself.
    public enum MALLOC_STATS: SessionCommand {
        public static let declaration = CommandDeclaration(
            name: "MALLOC-STATS",
            summary: "Returns the allocator statistics.",
            group: .server,
            since: "4.0.0",
            complexity: "Depends on how much memory is allocated, could be slow",
            arity: .exactly(2)
        )

        public static func run(
            _ call: inout Call, in keyspace: inout Keyspace, by dispatcher: inout Dispatcher
        ) throws(ErrorReply) {
            let text = ProcessMemory.allocatorReport()
            let none = "Stats not supported for the current allocator"
            call.reply.verbatim(ByteString(text.isEmpty ? none : text))
        }
    }

    /// Gives memory that the allocator keeps back to the system.
    public enum PURGE: SessionCommand {
        public static let declaration = CommandDeclaration(
            name: "PURGE",
            summary: "Asks the allocator to release memory.",
            group: .server,
            since: "4.0.0",
            complexity: "Depends on how much memory is allocated, could be slow",
            arity: .exactly(2)
        )

        public static func run(
            _ call: inout Call, in keyspace: inout Keyspace, by dispatcher: inout Dispatcher
        ) throws(ErrorReply) {
            ProcessMemory.releaseFreeMemory()
            call.reply.ok()
        }
    }

    /// Returns what memory is used for.
    public enum STATS: HostCommand {
        public static let declaration = CommandDeclaration(
            name: "STATS",
            summary: "Returns details about memory usage.",
            group: .server,
            since: "4.0.0",
            complexity: "O(1)",
            arity: .exactly(2)
        )

        public static func run(
            _ call: inout Call, in keyspace: inout Keyspace, by dispatcher: inout Dispatcher,
            of host: any CommandHost
        ) throws(ErrorReply) {
            let report = try report(host, &keyspace)
            call.reply.map(33 + report.databases.count)
            writeTotals(report, to: &call.reply)
            writeDatabases(report, to: &call.reply)
            writeAllocator(report, to: &call.reply)
        }

        private static func writeTotals(_ report: MemoryReport, to reply: inout ReplyWriter) {
            let totals: [(StaticString, Int)] = [
                ("peak.allocated", report.peak), ("total.allocated", report.used),
                ("startup.allocated", report.atStart), ("replication.backlog", 0),
                ("replica.fullsync.buffer", 0), ("clients.slaves", 0),
                ("clients.normal", report.clients), ("cluster.links", 0), ("aof.buffer", 0),
                ("lua.caches", 0), ("functions.caches", 0), ("script.VMs", 0),
            ]
            for (name, value) in totals { write(name, value, to: &reply) }
        }

        private static func writeDatabases(_ report: MemoryReport, to reply: inout ReplyWriter) {
            for database in report.databases {
                reply.bulk("db.\(database.index)")
                reply.map(2)
                write("overhead.hashtable.main", database.table, to: &reply)
                write("overhead.hashtable.expires", database.expiries, to: &reply)
            }
            let tables = report.databases.reduce(0) { $0 + $1.table }
            write("overhead.db.hashtable.lut", tables, to: &reply)
            // Tables grow by segments: nothing is ever rehashed as a whole.
            write("overhead.db.hashtable.rehashing", 0, to: &reply)
            write("overhead.total", report.overhead, to: &reply)
            write("db.dict.rehashing.count", 0, to: &reply)
            let keys = report.keyCount
            write("keys.count", keys, to: &reply)
            let net = max(0, report.used - report.atStart)
            write("keys.bytes-per-key", keys == 0 ? 0 : net / keys, to: &reply)
            write("dataset.bytes", report.dataset, to: &reply)
            write("dataset.percentage", report.datasetPercentage, to: &reply)
            let share = 100 * Double(report.used) / Double(max(1, report.peak))
            write("peak.percentage", share, to: &reply)
        }

        private static func writeAllocator(_ report: MemoryReport, to reply: inout ReplyWriter) {
            let allocator = report.allocator
            write("allocator.allocated", allocator.allocated, to: &reply)
            write("allocator.active", allocator.active, to: &reply)
            write("allocator.resident", allocator.resident, to: &reply)
            write("allocator.muzzy", allocator.muzzy, to: &reply)
            let pairs: [(StaticString, StaticString, Int, Int)] = [
                (
                    "allocator-fragmentation.ratio", "allocator-fragmentation.bytes",
                    allocator.active, allocator.allocated
                ),
                (
                    "allocator-rss.ratio", "allocator-rss.bytes", allocator.resident,
                    allocator.active
                ),
                (
                    "rss-overhead.ratio", "rss-overhead.bytes", report.resident,
                    allocator.resident
                ),
                ("fragmentation", "fragmentation.bytes", report.resident, report.used),
            ]
            for (ratio, bytes, whole, part) in pairs {
                write(ratio, Double(whole) / Double(max(1, part)), to: &reply)
                write(bytes, whole - part, to: &reply)
            }
        }

        private static func write(
            _ name: StaticString, _ value: Int, to reply: inout ReplyWriter
        ) {
            reply.bulk(Bytes(name))
            reply.integer(value)
        }

        private static func write(
            _ name: StaticString, _ value: Double, to reply: inout ReplyWriter
        ) {
            reply.bulk(Bytes(name))
            reply.double(value)
        }
    }

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
            // With its share of the table, and of the index of what expires. What the database
            // takes anyway, and room that is there for many more keys, is no key's own.
            let overhead = keyspace.overheadBytes()
            var bytes = entry.memoryBytes(samples: Int(samples))
            bytes += max(0, overhead.table - Keyspace.emptyTableBytes) / max(keyspace.count, 1)
            let indexed = keyspace.expiringCount + keyspace.expiringCollectionCount
            if entry.isIndexed {
                bytes += min(overhead.expiries / max(indexed, 1), Keyspace.largestExpiryShareBytes)
            }
            call.reply.integer(bytes)
        }
    }
}
