// SPDX-License-Identifier: Apache-2.0

import Glibc
import Primitives
import Store

/// The longest stall while a keyspace grows: what the slowest insertions of millions of keys take.
///
/// `engram-bench-growth [keys] [--ttl]` inserts that many keys of 12 bytes (50 million unless told
/// otherwise, 5 GB), with an expiry each after `--ttl`, and then removes them all. Counted is the
/// processor's time of the thread, page faults included, so that a busy machine does not look like a
/// stall; reading that clock takes some 200 ns, which are part of every figure.
@main
struct GrowthBenchmark {
    static func main() {
        let arguments = CommandLine.arguments.dropFirst()
        let count = arguments.compactMap { Int($0) }.first ?? 50_000_000
        let hasDeadlines = arguments.contains("--ttl")
        var keyspace = Keyspace(seed: 1)
        var inserting = Durations()
        var deadlines = RandomSource(seed: 2)
        for number in 0..<count {
            withKey(number) { key in
                inserting.measure {
                    let entry = keyspace.setString(key, Bytes("x"), willExpire: hasDeadlines)
                    if hasDeadlines {
                        let deadline = Int64(deadlines.next() >> 24) + 1
                        keyspace.setExpiry(of: entry, at: deadline)
                    }
                }
            }
        }
        inserting.report("insert", resident: ProcessMemory.residentBytes(), keys: count)
        var removing = Durations()
        for number in 0..<count {
            withKey(number) { key in removing.measure { keyspace.remove(key) } }
        }
        removing.report("remove", resident: ProcessMemory.residentBytes(), keys: count)
    }

    private static func withKey(_ number: Int, _ body: (Bytes) -> Void) {
        (100_000_000_000 + Int64(number)).withDecimal(body)
    }
}

/// How long many calls took.
struct Durations {
    private var longest: [UInt64] = []
    private var counts = [Int](repeating: 0, count: 65)

    mutating func measure(_ body: () -> Void) {
        let start = Self.threadNanoseconds()
        body()
        let time = Self.threadNanoseconds() - start
        counts[64 - time.leadingZeroBitCount] += 1
        guard longest.count < 5 || time > longest[4] else { return }
        longest.append(time)
        longest.sort(by: >)
        if longest.count > 5 { longest.removeLast() }
    }

    private static func threadNanoseconds() -> UInt64 {
        var now = timespec()
        unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now)
        return UInt64(now.tv_sec) * 1_000_000_000 + UInt64(now.tv_nsec)
    }

    func report(_ name: String, resident: Int, keys: Int) {
        let longest = longest.map { "\($0 / 1000)" }.joined(separator: " ")
        print("\(name): \(keys) keys, \(resident / keys) resident bytes a key")
        print("  longest, us: \(longest)")
        for (power, count) in counts.enumerated() where count > 0 {
            print("  below \(Double(1 << power) / 1000) us: \(count)")
        }
    }
}
