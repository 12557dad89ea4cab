// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@Suite("Statistics", .serialized)
struct StatisticsCommandTests {
    @Test("the slow log keeps the newest, shortened, and no passwords")
    func slowLog() async throws {
        let server = try await LiveServer(["--slowlog-log-slower-than", "-1"])
        let client = try server.connect()
        #expect(try client("SLOWLOG LEN") == ":0")
        #expect(try client("CONFIG SET slowlog-max-len 2 slowlog-log-slower-than 0") == "+OK")
        #expect(try client("PING") == "+PONG")
        #expect(try client("ACL SETUSER ann >secret") == "+OK")
        #expect(try client("CONFIG SET slowlog-log-slower-than -1") == "+OK")
        #expect(try client("SLOWLOG LEN") == ":2")
        #expect(try client("SLOWLOG GET 1") == "*1")
        let lines = try (0..<14).map { _ in try client.line() }
        #expect(lines[0] == "*6")
        #expect(lines[4] == "*4")
        #expect(lines[12] == "(redacted)")
        #expect(try client.line().hasPrefix("127.0.0.1:"))
        #expect(try [client.line(), client.line()] == ["$0", ""])
        #expect(try client("SLOWLOG GET -2") == "-ERR count should be greater than or equal to -1")
        #expect(try client("SLOWLOG RESET") == "+OK")
        #expect(try client("SLOWLOG LEN") == ":0")
        try await server.stop()
    }

    @Test("latency of commands is noted above its threshold")
    func latency() async throws {
        let server = try await LiveServer(["--latency-monitor-threshold", "20"])
        let client = try server.connect()
        #expect(try client("DEBUG SLEEP 0.05") == "+OK")
        #expect(try client("LATENCY HISTORY command") == "*1")
        #expect(try client.line() == "*2")
        _ = try client.line()
        #expect(try client.line().hasPrefix(":5"))
        #expect(try client.bulk("LATENCY GRAPH command").hasPrefix("command - high 5"))
        #expect(try client.bulk("LATENCY DOCTOR").contains("1. command: 1 latency spikes"))
        #expect(
            try client("LATENCY GRAPH nosuch") == "-ERR No samples available for event 'nosuch'")
        #expect(try client("LATENCY RESET") == ":1")
        #expect(try client("LATENCY LATEST") == "*0")
        try await server.stop()
    }

    @Test("INFO counts calls, errors and times")
    func information() async throws {
        let server = try await LiveServer()
        let client = try server.connect()
        #expect(try client("CONFIG RESETSTAT") == "+OK")
        #expect(try client("SET a 1") == "+OK")
        #expect(try client("LPUSH a 1").hasPrefix("-WRONGTYPE"))
        #expect(try client("SET a").hasPrefix("-ERR"))
        let commands = try client.bulk("INFO commandstats")
        let set = /cmdstat_set:calls=1,usec=\d+,usec_per_call=[\d.]+,rejected_calls=1,failed/
        #expect(commands.firstMatch(of: set) != nil)
        #expect(commands.contains("rejected_calls=0,failed_calls=1"))
        let errors = try client.bulk("INFO errorstats")
        #expect(errors.contains("errorstat_ERR:count=1\r\nerrorstat_WRONGTYPE:count=1"))
        let latencies = try client.bulk("INFO latencystats")
        #expect(
            latencies.firstMatch(
                of: /latency_percentiles_usec_set:p50=[\d.]+,p99=[\d.]+,p99.9=[\d.]+\r\n/) != nil)
        let all = try client.bulk("INFO everything")
        for name in ["Threads", "Latencystats", "Keysizes", "Commandstats", "Modules"] {
            #expect(all.contains("# \(name)\r\n"), "\(name)")
        }
        #expect(!(try client.bulk("INFO")).contains("# Commandstats"))
        try await server.stop()
    }

    @Test("INFO keysizes counts keys by the size of their values")
    func keySizes() async throws {
        let server = try await LiveServer()
        let client = try server.connect()
        #expect(try client.bulk("INFO keysizes") == "# Keysizes\r\n")
        #expect(try client("SET empty ''") == "+OK")
        #expect(try client("SETRANGE long 2047 x") == ":2048")
        #expect(try client("RPUSH list 1 2 3") == ":3")
        #expect(try client("SELECT 3") == "+OK")
        #expect(try client("HSET hash a 1") == ":1")
        let expected = """
            # Keysizes\r
            db0_distrib_strings_sizes:0=1,2K=1\r
            db0_distrib_lists_items:2=1\r
            db3_distrib_hashes_items:1=1\r

            """
        #expect(try client.bulk("INFO keysizes") == expected)
        #expect(try client("DEL hash") == ":1")
        #expect(!(try client.bulk("INFO keysizes")).contains("hashes"))
        try await server.stop()
    }

    @Test("a node without replicas answers as one")
    func replication() async throws {
        let server = try await LiveServer()
        let client = try server.connect()
        #expect(try client("WAIT 0 100") == ":0")
        let start = Date()
        #expect(try client("WAIT 1 120") == ":0")
        #expect(Date().timeIntervalSince(start) > 0.1)
        #expect(try client("WAIT 1 -1") == "-ERR timeout is negative")
        #expect(try client("WAITAOF 1 0 0").hasSuffix("but appendonly is disabled."))
        #expect(try client("WAITAOF 0 1 10") == "*2")
        #expect(try [client.line(), client.line()] == [":0", ":0"])
        #expect(try client("FAILOVER") == "-ERR FAILOVER requires connected replicas.")
        #expect(try client("FAILOVER ABORT") == "-ERR No failover in progress.")
        #expect(try client("REPLCONF listening-port 1 capa eof") == "+OK")
        #expect(try client("REPLCONF nosuch 1") == "-ERR Unrecognized REPLCONF option: nosuch")
        try await server.stop()
    }
}
