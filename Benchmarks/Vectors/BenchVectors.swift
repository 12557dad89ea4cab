// SPDX-License-Identifier: Apache-2.0

import Foundation
import VectorSearch

/// Builds an index over a data set and measures recall and speed: one JSON line a point.
///
/// Usage: engram-bench-vectors DIRECTORY [--metric cosine|l2|ip] [--quantization q8|f16|f32|bin] [--m 16]
/// [--ef-construction 200] [--ef 10,20,...] [--threads 1] [--limit N] [--rounds 3] [--churn N]
/// [--walks 1] (where a scan would be no slower, too) [--searchers 2] (threads that search at once:
/// then rates are queries a second of wall time)
/// [--interactive 1]: then it measures each EF it reads from a line of its input, so that others can
/// take turns with it. A name behind the EF is that of a filter: NAME.rows.npy in the directory
/// --filters has the numbers of the rows that pass, NAME.truth.npy the nearest ten of them.
@main
enum BenchVectors {
    static func main() {
        let arguments = CommandLine.arguments
        guard arguments.count > 1 else {
            print("usage: engram-bench-vectors DIRECTORY [--NAME VALUE ...]")
            exit(2)
        }
        func option(_ name: String, _ fallback: String) -> String {
            guard let at = arguments.firstIndex(of: "--" + name), at + 1 < arguments.count else {
                return fallback
            }
            return arguments[at + 1]
        }
        func number(_ name: String, _ fallback: Int) -> Int {
            Int(option(name, "")) ?? fallback
        }
        do {
            let directory = URL(fileURLWithPath: arguments[1])
            var base = try Matrix(directory.appendingPathComponent("base.f16.npy"))
            let queries = try Matrix(directory.appendingPathComponent("queries.f32.npy"))
            var truth = try Matrix(directory.appendingPathComponent("truth100.i32.npy"))
            let metrics: [String: VectorMetric] = ["l2": .l2, "ip": .ip]
            let metric = metrics[option("metric", "cosine")] ?? .cosine
            let limit = number("limit", base.rows)
            if limit < base.rows {
                base.keep(rows: limit)
                truth = try Bench.exactTruth(base, queries, metric)
            }
            let quantizations: [String: VectorQuantization] = [
                "f32": .f32, "f16": .f16, "bin": .bin,
            ]
            let configuration = try VectorIndexConfiguration(
                dimensions: base.columns,
                quantization: quantizations[option("quantization", "q8")] ?? .q8,
                m: number("m", 16), metric: metric, seed: 42,
                graphThreshold: number("walks", 0) > 0
                    ? 0 : VectorIndexConfiguration.defaultGraphThreshold)
            var bench = Bench(base: base, queries: queries, truth: truth)
            bench.alwaysWalks = number("walks", 0) > 0
            bench.searchers = number("searchers", 0)
            try bench.build(
                configuration, efConstruction: number("ef-construction", 200),
                threads: number("threads", 1))
            fflush(nil)
            for _ in 0..<number("churn", 0) { try bench.churn() }
            if number("interactive", 0) > 0 {
                let filters = URL(fileURLWithPath: option("filters", arguments[1]))
                while let line = readLine() {
                    let words = line.split(separator: " ")
                    guard let ef = words.first.flatMap({ Int($0) }) else { break }
                    let name = words.count > 1 ? String(words[1]) : nil
                    try bench.sweep(
                        ef: ef, rounds: number("rounds", 3),
                        passing: name.map { try BenchFilter($0, in: filters) })
                    fflush(nil)
                }
                return
            }
            let efs = option("ef", "10,16,20,28,40,56,80,120,200,400,0").split(separator: ",")
            for ef in efs.compactMap({ Int($0) }) {
                try bench.sweep(ef: ef, rounds: number("rounds", 3))
            }
        } catch {
            print("engram-bench-vectors: \(error)")
            exit(1)
        }
    }
}

/// One index and the data it is measured with.
struct Bench {
    let base: Matrix
    let queries: Matrix
    let truth: Matrix
    var alwaysWalks = false
    var searchers = 0
    private var index: HNSWIndex?
    private var items: [Int] = []

    init(base: Matrix, queries: Matrix, truth: Matrix) {
        self.base = base
        self.queries = queries
        self.truth = truth
    }

    static func cpuSeconds() -> Double {
        var time = timespec()
        unsafe clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }

    static func exactTruth(
        _ base: Matrix, _ queries: Matrix, _ metric: VectorMetric
    ) throws -> Matrix {
        let flat = HNSWIndex(
            configuration: try VectorIndexConfiguration(
                dimensions: base.columns, quantization: .f32, metric: metric, seed: 1,
                graphThreshold: .max))
        for row in 0..<base.rows {
            _ = try flat.insert(base.row(row).span, efConstruction: 0)
        }
        var values: [Float] = []
        for query in 0..<queries.rows {
            let found = try flat.nearest(
                to: queries.row(query).span, options: SearchOptions(count: 10))
            values.append(contentsOf: found.map { Float($0.node.slot) })
        }
        return Matrix(rows: queries.rows, columns: 10, values: values)
    }

    mutating func build(
        _ configuration: VectorIndexConfiguration, efConstruction: Int, threads: Int
    ) throws {
        let start = Self.cpuSeconds()
        let wall = Date()
        let base = base
        let builder = IndexBuilder(
            configuration: configuration, efConstruction: efConstruction, threads: threads)
        guard let built = try builder.build(count: base.rows, vector: { base.row($0) }) else {
            return
        }
        index = built.index
        items = [Int](repeating: -1, count: base.rows)
        for (item, node) in built.nodes.enumerated() { items[node.index] = item }
        let bytes = Double(built.index.memoryBytes) / Double(base.rows)
        let isGraph = built.index.isGraph
        let sample = stride(
            from: 0, to: isGraph ? base.rows : 0, by: max(base.rows / 5_000, 1))
        let links = sample.map { built.index.links(of: built.nodes[$0])?.first?.count ?? 0 }
        let degree = Double(links.reduce(0, +)) / Double(max(links.count, 1))
        print(
            """
            {"build_cpu_s": \(Self.cpuSeconds() - start), "wall_s": \
            \(Date().timeIntervalSince(wall)), "bytes_per_vector": \(bytes), \
            "degree": \(degree), "max_level": \(built.index.maxLevel), "count": \(built.index.count)}
            """)
    }

    /// Removes half of the vectors, at random, and adds them again.
    mutating func churn() throws {
        guard let index else { return }
        let start = Self.cpuSeconds()
        var order = items.indices.shuffled()
        order.removeLast(order.count / 2)
        var removed: [Int] = []
        for slot in order {
            removed.append(items[slot])
            index.remove(NodeID(slot: UInt32(slot)))
        }
        for item in removed.shuffled() {
            let node = try index.insert(base.row(item).span, efConstruction: 200)
            items[node.index] = item
        }
        print("{\"churned\": \(removed.count), \"cpu_s\": \(Self.cpuSeconds() - start)}")
    }

    /// Recall and speed at one EF; 0 is the exact scan.
    func sweep(ef: Int, rounds: Int, passing: BenchFilter? = nil) throws {
        guard let index else { return }
        var options = SearchOptions(
            count: 10, ef: ef, isExact: ef == 0, alwaysWalks: alwaysWalks)
        if let passing {
            var nodes = NodeBitmap()
            for (slot, item) in items.enumerated() where item >= 0 && passing.rows.contains(item) {
                nodes.insert(NodeID(slot: UInt32(slot)))
            }
            options.filter = SearchFilter(nodes)
        }
        if searchers > 0 { return try sweep(options, rounds: rounds) }
        let truth = passing?.truth ?? truth
        var rates: [Double] = []
        var found: [[Neighbor]] = []
        let questions = (0..<queries.rows).map { queries.row($0) }
        for _ in 0..<(ef == 0 && base.rows > 20_000 ? 1 : rounds) {
            found.removeAll(keepingCapacity: true)
            let start = Self.cpuSeconds()
            for question in questions {
                found.append(try index.nearest(to: question.span, options: options))
            }
            rates.append(Double(queries.rows) / (Self.cpuSeconds() - start))
        }
        var (hits, fewest) = (0, 10)
        for (query, neighbors) in found.enumerated() {
            fewest = min(fewest, neighbors.count)
            let true10 = truth.values[query * truth.columns..<query * truth.columns + 10]
            hits += neighbors.count { true10.contains(Float(items[$0.node.index])) }
        }
        rates.sort()
        print(
            """
            {"ef": \(ef), "recall": \(Double(hits) / Double(queries.rows * 10)), \
            "qps": \(rates[rates.count / 2]), "fewest": \(fewest)}
            """)
    }

    /// The rate of all searchers together, each of whom asks every question: the best of the rounds.
    private func sweep(_ options: SearchOptions, rounds: Int) throws {
        guard let index else { return }
        let questions = (0..<queries.rows).map { queries.row($0) }
        var best = 0.0
        for _ in 0..<rounds {
            let start = DispatchTime.now().uptimeNanoseconds
            DispatchQueue.concurrentPerform(iterations: searchers) { _ in
                for question in questions {
                    _ = try? index.nearest(to: question.span, options: options)
                }
            }
            let taken = Double(DispatchTime.now().uptimeNanoseconds - start) / 1e9
            best = max(best, Double(searchers * questions.count) / taken)
        }
        print("{\"ef\": \(options.ef), \"searchers\": \(searchers), \"qps\": \(best)}")
    }
}

/// Which rows pass a filter, and the nearest of them by query.
struct BenchFilter {
    let rows: Set<Int>
    let truth: Matrix

    init(_ name: String, in directory: URL) throws {
        let numbers = try Matrix(directory.appendingPathComponent(name + ".rows.npy"))
        rows = Set(numbers.values.map { Int($0) })
        truth = try Matrix(directory.appendingPathComponent(name + ".truth.npy"))
    }
}
