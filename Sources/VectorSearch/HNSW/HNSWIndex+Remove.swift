// SPDX-License-Identifier: Apache-2.0

import Primitives

extension HNSWIndex {
    @discardableResult
    public func remove(_ node: NodeID) -> Bool {
        let scratch = SearchScratchPool.shared.take()
        defer { SearchScratchPool.shared.give(scratch) }
        scratch.reserve(dimensions: configuration.dimensions)
        return lock.exclusive {
            guard storage.isLive(node.slot) else { return false }
            if !storage.isUnlinked(node.slot) { detach(node.slot, scratch) }
            storage.release(node.slot)
            return true
        }
    }

    /// Takes a node out of the graph and closes the gap. Its slot keeps its level and no links.
    func detach(_ slot: UInt32, _ scratch: SearchScratch) {
        version &+= 1
        let level = storage.level(slot)
        var orphans: [[UInt32]] = []
        for level in 0...level {
            let ids = storage.linkRow(slot, level: level).ids
            for id in ids { storage.changeableLinks(id, level: level).remove(slot) }
            storage.changeableLinks(slot, level: level).removeAll()
            orphans.append(ids)
        }
        if entry == slot { entry = successor(of: slot, orphans) }
        for (level, ids) in orphans.enumerated() where !ids.isEmpty {
            reconnect(ids, level: level, without: slot, scratch)
        }
    }

    private func successor(of slot: UInt32, _ orphans: [[UInt32]]) -> UInt32? {
        let linked = orphans.joined().max { storage.level($0) < storage.level($1) }
        if let linked, storage.level(linked) >= storage.level(slot) { return linked }
        // Nobody linked is as high: the counts say where to look.
        for level in stride(from: NodeStorage.levelCap, through: 0, by: -1) {
            let count = storage.levelCounts[level] - (storage.level(slot) == level ? 1 : 0)
            guard count > 0 else { continue }
            if let linked, storage.level(linked) == level { return linked }
            for other in 0..<UInt32(storage.slotBound)
            where other != slot && storage.isLinked(other) && storage.level(other) == level {
                return other
            }
        }
        return nil
    }

    /// Links the former neighbours of a removed node: first the shortest links that hold them
    /// together, then each that lost a link gets another one.
    private func reconnect(
        _ ids: [UInt32], level: Int, without gone: UInt32, _ scratch: SearchScratch
    ) {
        var pairs: [(a: Int, b: Int, distance: Float)] = []
        pairs.reserveCapacity(ids.count * (ids.count - 1) / 2)
        var component = Array(ids.indices)
        func root(_ index: Int) -> Int {
            var index = index
            while component[index] != index { index = component[index] }
            return index
        }
        for a in ids.indices {
            let others = Array(ids[(a + 1)...])
            let distances = distances(from: ids[a], to: others, scratch)
            let row = storage.linkRow(ids[a], level: level)
            for (offset, distance) in distances.enumerated() {
                let b = a + 1 + offset
                if row.contains(ids[b]) {
                    component[root(a)] = root(b)
                } else {
                    pairs.append((a, b, distance))
                }
            }
        }
        pairs.sort { $0.distance < $1.distance }
        var gained = [Bool](repeating: false, count: ids.count)
        for pair in pairs where root(pair.a) != root(pair.b) {
            guard hasRoom(ids[pair.a], level, pair.distance, scratch),
                hasRoom(ids[pair.b], level, pair.distance, scratch)
            else { continue }
            join(ids[pair.a], ids[pair.b], level: level)
            component[root(pair.a)] = root(pair.b)
            gained[pair.a] = true
            gained[pair.b] = true
        }
        for pair in pairs where !gained[pair.a] && !gained[pair.b] {
            let (a, b) = (ids[pair.a], ids[pair.b])
            let row = storage.linkRow(a, level: level)
            if row.isFull || storage.linkRow(b, level: level).isFull || row.contains(b) { continue }
            join(a, b, level: level)
            gained[pair.a] = true
            gained[pair.b] = true
        }
        for id in ids where storage.linkRow(id, level: level).count == 0 {
            rescue(id, level: level, without: gone, scratch)
        }
    }

    private func hasRoom(
        _ slot: UInt32, _ level: Int, _ distance: Float, _ scratch: SearchScratch
    ) -> Bool {
        if !storage.linkRow(slot, level: level).isFull { return true }
        return makeRoom(
            at: slot, level: level, distance: distance, insists: true, scratch)
    }

    /// Finds new neighbours for a node that lost its last one.
    private func rescue(
        _ slot: UInt32, level: Int, without gone: UInt32, _ scratch: SearchScratch
    ) {
        guard let entry, storage.level(entry) >= level else { return }
        storage.loadCode(slot, into: scratch)
        let query = unsafe walkQuery(scratch)
        let start = unsafe descend(query, from: entry, to: level, scratch)
        let width = min(64, max(storage.count, 1))
        unsafe walk(query, from: start, width: width, level: level, scratch)
        unsafe measure(query, keeping: width, scratch)
        let found = (0..<scratch.resultsCount).map { index in
            let key = unsafe scratch.results[index]
            return Candidate(
                slot: CandidateKey.slot(key), distance: CandidateKey.distance(key))
        }
        let others = found.filter { $0.slot != slot && $0.slot != gone }
        link(
            slot, with: LinkChoice(diverse: Array(others.prefix(configuration.m / 2))),
            level: level, scratch)
    }
}
