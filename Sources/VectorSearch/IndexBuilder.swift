// SPDX-License-Identifier: Apache-2.0

import Dispatch
import Synchronization

/// Builds a fresh graph from many vectors with several threads.
public struct IndexBuilder: Sendable {
    public let configuration: VectorIndexConfiguration
    public let efConstruction: Int
    public let threads: Int

    public init(configuration: VectorIndexConfiguration, efConstruction: Int, threads: Int) {
        self.configuration = configuration
        self.efConstruction = efConstruction
        self.threads = max(threads, 1)
    }

    /// Builds the graph of `count` vectors. The node of vector `i` is `nodes[i]`.
    ///
    /// `vector` is called from any of the threads. `progress` is told how many vectors are done,
    /// about a hundred times, from any of them too; if it returns false the build stops early and
    /// the result is nil.
    public func build(
        count: Int, vector: @Sendable (Int) -> [Float],
        progress: @Sendable (Int) -> Bool = { _ in true }
    ) throws(VectorIndexError) -> (index: HNSWIndex, nodes: [NodeID])? {
        let index = HNSWIndex(configuration: configuration)
        let next = Atomic<Int>(0)
        let done = Atomic<Int>(0)
        let isStopped = Atomic<Bool>(false)
        let outcome = Mutex<(nodes: [NodeID], failure: VectorIndexError?)>(
            ([NodeID](repeating: NodeID(slot: 0), count: count), nil))
        let step = max(count / 100, 1)
        DispatchQueue.concurrentPerform(iterations: min(threads, max(count, 1))) { _ in
            while !isStopped.load(ordering: .relaxed) {
                let item = next.wrappingAdd(1, ordering: .relaxed).oldValue
                if item >= count { return }
                do throws(VectorIndexError) {
                    let node = try index.insert(
                        vector(item).span, efConstruction: efConstruction)
                    outcome.withLock { $0.nodes[item] = node }
                } catch {
                    outcome.withLock { $0.failure = error }
                    isStopped.store(true, ordering: .relaxed)
                    return
                }
                let finished = done.wrappingAdd(1, ordering: .relaxed).newValue
                if finished % step == 0 || finished == count, !progress(finished) {
                    isStopped.store(true, ordering: .relaxed)
                }
            }
        }
        let (nodes, failure) = outcome.withLock { $0 }
        if let failure { throw failure }
        return isStopped.load(ordering: .relaxed) ? nil : (index, nodes)
    }
}
