// SPDX-License-Identifier: Apache-2.0

import Commands
import Primitives
import RESP
import Store

/// What a command costs in process: parsing, dispatch and body, without sockets.
///
/// `engram-bench-dispatch [rounds] [case] [parse|dispatch|both]` prints nanoseconds a command. For
/// instructions run it under `valgrind --tool=none` or `perf stat -e instructions:u` with one case
/// and two numbers of rounds, and divide the difference.
@main
struct DispatchBenchmark {
    static let cases: [(name: String, words: [ByteString])] = [
        ("PING", ["PING"]),
        ("GET", ["GET", "key:000000000042"]),
        ("GET-missing", ["GET", "key:missing"]),
        ("SET", ["SET", "key:000000000042", "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"]),
        ("LPUSH", ["LPUSH", "list", "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"]),
        ("RPOP", ["RPOP", "long"]),
        ("LRANGE", ["LRANGE", "range", "0", "99"]),
    ]
    /// Requests that stand behind each other in the read buffer.
    static let depth = 64

    static func main() {
        let arguments = CommandLine.arguments
        let rounds = arguments.count > 1 ? Int(arguments[1]) ?? 20_000 : 20_000
        let only = arguments.count > 2 ? arguments[2] : "all"
        let mode = arguments.count > 3 ? arguments[3] : "all"
        for (name, words) in cases where only == "all" || only == name {
            for kind in ["parse", "dispatch", "both"] where mode == "all" || mode == kind {
                var run = Run(words: words)
                let clock = ContinuousClock()
                let time = clock.measure { run.go(rounds: rounds, mode: kind) }
                let nanoseconds =
                    Double(time.components.attoseconds) / 1e9
                    + Double(time.components.seconds) * 1e9
                let each = nanoseconds / Double(rounds * depth)
                print("\(name) \(kind) \((each * 10).rounded() / 10) ns")
            }
        }
    }
}

/// A keyspace, a dispatcher and a read buffer full of one request.
struct Run: ~Copyable {
    private var keyspace = Keyspace(seed: 1)
    private var dispatcher = Dispatcher()
    private var call: Call
    private let wire: ByteString
    private let words: [ByteString]

    init(words: [ByteString]) {
        var bytes = Array("*\(words.count)\r\n".utf8)
        for word in words {
            bytes += Array("$\(word.count)\r\n".utf8) + word.array + Array("\r\n".utf8)
        }
        let depth = DispatchBenchmark.depth
        wire = ByteString(Array(repeatElement(bytes, count: depth).joined()))
        self.words = words
        call = Call(session: Session(id: 1))
        call.nowMicroseconds = 1_700_000_000_000_000
        for number in 0..<100_000 {
            request(["SET", ByteString(Self.key(number)), "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"])
        }
        for number in 0..<200 { request(["RPUSH", "range", ByteString("element-\(number)")]) }
        if words[0] == "RPOP" {
            for _ in 0..<2_000_000 { request(["RPUSH", "long", "xxxxxxxxxxxxxxxxxxxx"]) }
        }
    }

    private static func key(_ number: Int) -> String {
        let digits = String(number)
        return "key:" + String(repeating: "0", count: 12 - digits.count) + digits
    }

    private mutating func request(_ words: [ByteString]) {
        call.arguments = Arguments(words)
        _ = dispatcher.dispatch(&call, in: &keyspace)
        call.reply.clear()
    }

    mutating func go(rounds: Int, mode: String) {
        switch mode {
        case "dispatch":
            call.arguments = Arguments(words)
            for _ in 0..<rounds {
                for _ in 0..<DispatchBenchmark.depth {
                    _ = dispatcher.dispatch(&call, in: &keyspace)
                }
                call.reply.clear()
            }
        default:
            call.arguments = Arguments()
            let dispatches = mode == "both"
            for _ in 0..<rounds { parse(dispatches: dispatches) }
        }
    }

    private mutating func parse(dispatches: Bool) {
        var parser = RequestParser()
        wire.withBytes { buffer in
            while let outcome = try? parser.next(in: buffer, into: &call.arguments),
                outcome == .request
            {
                if dispatches { _ = dispatcher.dispatch(&call, in: &keyspace) }
            }
        }
        call.reply.clear()
    }
}
