// SPDX-License-Identifier: Apache-2.0

import Glibc
import Primitives
import Store

/// The longest stall while a keyspace grows: what the slowest insertions of millions of keys take.
///
/// `engram-bench-growth [keys] [--ttl]` inserts that many keys of 12 bytes (50 million unless told
/// otherwise, 5 GB), with an expiry each after `--ttl`, and then removes them all; and does so
/// again. Counted is the processor's time of the thread, page faults included, so that a busy
/// machine does not look like a stall; reading that clock takes some 200 ns, which are part of
/// every figure. A virtual machine is stopped now and then while its clock runs on: what the table
/// does is the same in both rounds, so a stall of its making comes back at the same key.
@main
struct GrowthBenchmark {
    static func main() {
        let arguments = CommandLine.arguments.dropFirst()
        let count = arguments.compactMap { Int($0) }.first ?? 50_000_000
        let hasDeadlines = arguments.contains("--ttl")
        var rounds: [(inserting: Durations, removing: Durations)] = []
        for _ in 0..<2 { rounds.append(round(count, hasDeadlines: hasDeadlines)) }
        report("insert", rounds.map(\.inserting))
        report("remove", rounds.map(\.removing))
    }

    private static func round(
        _ count: Int, hasDeadlines: Bool
    ) -> (inserting: Durations, removing: Durations) {
        var keyspace = Keyspace(seed: 1)
        var inserting = Durations()
        var deadlines = RandomSource(seed: 2)
        for number in 0..<count {
            withKey(number) { key in
                inserting.measure(number) {
                    let entry = keyspace.setString(key, Bytes("x"), willExpire: hasDeadlines)
                    if hasDeadlines {
                        let deadline = Int64(deadlines.next() >> 24) + 1
                        keyspace.setExpiry(of: entry, at: deadline)
                    }
                }
            }
        }
        print("\(count) keys, \(ProcessMemory.residentBytes() / count) resident bytes a key")
        var removing = Durations()
        for number in 0..<count {
            withKey(number) { key in removing.measure(number) { keyspace.remove(key) } }
        }
        return (inserting, removing)
    }

    private static func report(_ name: String, _ rounds: [Durations]) {
        rounds[0].report(name)
        print("  longest in both rounds, us: \(Durations.text(rounds[0].common(rounds[1])))")
    }

    private static func withKey(_ number: Int, _ body: (Bytes) -> Void) {
        (100_000_000_000 + Int64(number)).withDecimal(body)
    }
}

/// How long many calls took.
struct Durations {
    /// The calls of more than a tenth of a millisecond, in nanoseconds by their numbers.
    private var slow: [Int: UInt64] = [:]
    private var counts = [Int](repeating: 0, count: 65)

    mutating func measure(_ number: Int, _ body: () -> Void) {
        let start = Self.threadNanoseconds()
        body()
        let time = Self.threadNanoseconds() - start
        counts[64 - time.leadingZeroBitCount] += 1
        if time > 100_000 { slow[number] = time }
    }

    private static func threadNanoseconds() -> UInt64 {
        var now = timespec()
        unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now)
        return UInt64(now.tv_sec) * 1_000_000_000 + UInt64(now.tv_nsec)
    }

    /// The shorter times of the calls that were slow both times.
    func common(_ other: Durations) -> [UInt64] {
        slow.compactMap { number, time in other.slow[number].map { Swift.min($0, time) } }
    }

    /// The longest five, in microseconds.
    static func text(_ times: [UInt64]) -> String {
        times.sorted(by: >).prefix(5).map { "\($0 / 1000)" }.joined(separator: " ")
    }

    func report(_ name: String) {
        print("\(name):")
        for (power, count) in counts.enumerated() where count > 0 {
            print("  below \(Double(1 << power) / 1000) us: \(count)")
        }
        print("  longest, us: \(Self.text(Array(slow.values)))")
    }
}
