// SPDX-License-Identifier: Apache-2.0

import CVectorKernels
import Primitives
import Synchronization

/// The nodes a new node is to be linked with, nearest first, for each level from 0.
private struct LinkPlan {
    var version: UInt64
    var levels: [[Candidate]] = []
}

struct Candidate {
    let slot: UInt32
    let distance: Float
}

extension HNSWIndex {
    /// Searches while others search, and holds them up only to link.
    public func insert(_ vector: Span<Float>, efConstruction: Int) throws(VectorIndexError)
        -> NodeID
    {
        let scratch = SearchScratchPool.shared.take()
        defer { SearchScratchPool.shared.give(scratch) }
        try coding.encode(vector, into: scratch)
        let level = drawLevel()
        var plan = lock.shared { self.plan(scratch, level: level, ef: efConstruction) }
        return try lock.exclusive { () throws(VectorIndexError) -> NodeID in
            if plan.version != version {
                plan = self.plan(scratch, level: level, ef: efConstruction)
            }
            guard let slot = storage.allocate(level: level, uid: nextUID) else { throw .full }
            nextUID &+= 1
            unsafe storage.write(
                slot, code: scratch.code, norm: scratch.norm, range: scratch.range)
            connect(slot, level: level, plan, scratch)
            return NodeID(slot: slot)
        }
    }

    public func update(_ node: NodeID, to vector: Span<Float>, efConstruction: Int)
        throws(VectorIndexError)
    {
        let scratch = SearchScratchPool.shared.take()
        let spare = SearchScratchPool.shared.take()
        defer {
            SearchScratchPool.shared.give(scratch)
            SearchScratchPool.shared.give(spare)
        }
        try coding.encode(vector, into: scratch)
        spare.reserve(dimensions: configuration.dimensions)
        try lock.exclusive { () throws(VectorIndexError) in
            guard storage.isLive(node.slot) else { throw .noSuchNode(node) }
            let level = storage.level(node.slot)
            detach(node.slot, spare)
            unsafe storage.write(
                node.slot, code: scratch.code, norm: scratch.norm, range: scratch.range)
            let plan = self.plan(scratch, level: level, ef: efConstruction)
            connect(node.slot, level: level, plan, scratch)
        }
    }

    /// Each level has one node in M of the level below, as the paper has it.
    private func drawLevel() -> Int {
        let drawn = levelsDrawn.wrappingAdd(1, ordering: .relaxed).oldValue
        var word = configuration.seed &+ (drawn &+ 1) &* 0x9E37_79B9_7F4A_7C15
        word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
        word ^= word >> 31
        var uniform = Double(word >> 11) * 0x1p-53
        var level = 0
        while level < NodeStorage.levelCap - 1, uniform * Double(configuration.m) < 1 {
            uniform *= Double(configuration.m)
            level += 1
        }
        return level
    }

    /// Finds whom to link with. The lock is held, for reading at least.
    private func plan(_ scratch: SearchScratch, level: Int, ef: Int) -> LinkPlan {
        var plan = LinkPlan(version: version)
        guard let entry else { return plan }
        var query = unsafe coding.query(
            code: scratch.code, range: scratch.range, buffer: scratch.prepared)
        let top = min(level, storage.level(entry))
        var start = unsafe descend(&query, from: entry, to: top, scratch)
        plan.levels = Array(repeating: [], count: top + 1)
        let width = min(max(ef, configuration.m, 1), max(storage.count, 1))
        for level in stride(from: top, through: 0, by: -1) {
            unsafe walk(&query, from: start, ef: width, level: level, scratch)
            start = unsafe CandidateKey.slot(scratch.pool[0])
            let candidates = (0..<scratch.poolCount).map { index in
                let key = unsafe scratch.pool[index]
                return Candidate(
                    slot: CandidateKey.slot(key), distance: CandidateKey.distance(key))
            }
            // Half of what a row holds, and on level 0, which decides recall, three quarters.
            let limit = level == 0 ? configuration.m * 3 / 2 : configuration.m
            plan.levels[level] = diverse(candidates, limit: limit, scratch)
        }
        return plan
    }

    /// Of sorted candidates, those that no kept one is nearer to than the new node is; then the
    /// nearest of the others, until the limit is
    /// reached: a denser graph finds more at the same ef.
    private func diverse(_ candidates: [Candidate], limit: Int, _ scratch: SearchScratch)
        -> [Candidate]
    {
        var kept: [Candidate] = []
        var keptSlots: [UInt32] = []
        var others: [Candidate] = []
        for candidate in candidates {
            if kept.count == limit { break }
            let distances = distances(from: candidate.slot, to: keptSlots, scratch)
            if distances.contains(where: { $0 < candidate.distance }) {
                if others.count < limit { others.append(candidate) }
                continue
            }
            kept.append(candidate)
            keptSlots.append(candidate.slot)
        }
        let missing = limit - kept.count
        if missing > 0 {
            kept.append(contentsOf: others.prefix(missing))
            kept.sort { $0.distance < $1.distance }
        }
        return kept
    }

    /// Links a node that has no links yet. The lock is held for writing.
    private func connect(
        _ slot: UInt32, level: Int, _ plan: LinkPlan, _ scratch: SearchScratch
    ) {
        for (level, selected) in plan.levels.enumerated().reversed() {
            link(slot, with: selected, level: level, scratch)
        }
        guard let entry else {
            version &+= 1
            self.entry = slot
            return
        }
        if level > storage.level(entry) {
            version &+= 1
            self.entry = slot
        }
    }

    func link(
        _ slot: UInt32, with selected: [Candidate], level: Int, _ scratch: SearchScratch
    ) {
        let enough = configuration.m / 2
        var linked = storage.linkRow(slot, level: level).count
        let capacity = storage.linkRow(slot, level: level).capacity
        for candidate in selected where candidate.slot != slot {
            if linked == capacity { return }
            let row = storage.linkRow(candidate.slot, level: level)
            if row.contains(slot) { continue }
            if row.isFull,
                !makeRoom(
                    at: candidate.slot, level: level, for: slot, distance: candidate.distance,
                    insists: linked < enough, scratch)
            {
                continue
            }
            join(slot, candidate.slot, level: level)
            linked += 1
        }
        if linked == 0, let nearest = selected.first(where: { $0.slot != slot }) {
            splitEdge(at: nearest.slot, with: slot, level: level, scratch)
        }
    }

    func join(_ a: UInt32, _ b: UInt32, level: Int) {
        storage.changeableLinks(a, level: level).append(b)
        storage.changeableLinks(b, level: level).append(a)
    }

    func part(_ a: UInt32, _ b: UInt32, level: Int) {
        storage.changeableLinks(a, level: level).remove(b)
        storage.changeableLinks(b, level: level).remove(a)
    }

    /// A full node gives its farthest link to a new node, which then stands between the two: the
    /// graph stays in one piece.
    private func splitEdge(
        at slot: UInt32, with new: UInt32, level: Int, _ scratch: SearchScratch
    ) {
        let ids = storage.linkRow(slot, level: level).ids
        let distances = distances(from: slot, to: ids, scratch)
        guard let farthest = distances.indices.max(by: { distances[$0] < distances[$1] }) else {
            return
        }
        part(slot, ids[farthest], level: level)
        join(slot, new, level: level)
        join(ids[farthest], new, level: level)
    }

    /// Drops links of a full node that two shorter ones go around. False if there are none, or if
    /// a neighbour stands between the node and `new` and the new link is not insisted on.
    func makeRoom(
        at slot: UInt32, level: Int, for new: UInt32, distance: Float, insists: Bool,
        _ scratch: SearchScratch
    ) -> Bool {
        let ids = storage.linkRow(slot, level: level).ids
        let distances = distances(from: slot, to: ids, scratch)
        let order = ids.indices.sorted { distances[$0] < distances[$1] }
        var kept: [UInt32] = []
        var victims: [UInt32] = []
        var isNewChecked = false
        for index in order {
            if !isNewChecked, distances[index] > distance {
                isNewChecked = true
                let toKept = self.distances(from: new, to: kept, scratch)
                if !insists, toKept.contains(where: { $0 < distance }) { return false }
            }
            let id = ids[index]
            let toKept = self.distances(from: id, to: kept, scratch)
            var isAround = false
            var isReachable = false
            for (other, between) in zip(kept, toKept) where between < distances[index] {
                isAround = true
                if storage.linkRow(other, level: level).contains(id) {
                    isReachable = true
                    break
                }
            }
            if !isAround { kept.append(id) }
            if isReachable { victims.append(id) }
        }
        if !isNewChecked, !insists {
            let toKept = self.distances(from: new, to: kept, scratch)
            if toKept.contains(where: { $0 < distance }) { return false }
        }
        // More than one, so that the next few newcomers find room without this work.
        var dropped = 0
        for victim in victims.reversed() where dropped < max(ids.count / 16, 1) {
            let degree = storage.linkRow(victim, level: level).count
            if degree <= configuration.m / 2, dropped > 0 || !insists { continue }
            part(slot, victim, level: level)
            dropped += 1
        }
        return dropped > 0
    }
}
