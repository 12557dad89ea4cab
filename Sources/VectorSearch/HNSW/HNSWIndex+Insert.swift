// SPDX-License-Identifier: Apache-2.0

import CVectorKernels
import Primitives
import Synchronization

/// The nodes a new node is to be linked with, nearest first, for each level from 0.
private struct LinkPlan {
    var version: UInt64
    var levels: [LinkChoice] = []
}

/// Whom a node may be linked with on a level, nearest first.
struct LinkChoice {
    /// Those that no other one is nearer to than the node is, so that links go different ways.
    var diverse: [Candidate] = []
    /// The nearest of the others, for a node that finds too few.
    var others: [Candidate] = []
}

struct Candidate {
    let slot: UInt32
    let distance: Float
}

extension HNSWIndex {
    /// At so many vectors the centre is taken anew. The last time takes milliseconds; later a mean
    /// over thousands hardly moves.
    private static let centering = [64, 512, 4_096]

    /// How many of the nodes that are not linked each insert links. With three vectors linked an
    /// insert, the change-over takes as many inserts as half of what the index had.
    private static let catchingUp = 2

    /// Searches while others search, and holds them up only to link.
    public func insert(_ vector: Span<Float>, efConstruction: Int) throws(VectorIndexError)
        -> NodeID
    {
        let scratch = SearchScratchPool.shared.take()
        defer { SearchScratchPool.shared.give(scratch) }
        try coding.encode(vector, into: scratch)
        let level = drawLevel()
        var plan = lock.shared {
            storage.hasLinks ? self.plan(scratch, level: level, ef: efConstruction) : nil
        }
        let (slot, isWhole) = try lock.exclusive {
            () throws(VectorIndexError) -> (UInt32, Bool) in
            if !storage.hasLinks, storage.count + 1 >= configuration.graphThreshold {
                storage.beginLinks(SignCoding(configuration))
                storage.center(scratch)
            }
            if storage.hasLinks, plan?.version != version {
                plan = self.plan(scratch, level: level, ef: efConstruction)
            }
            guard let slot = storage.allocate(uid: nextUID) else { throw .full }
            nextUID &+= 1
            unsafe storage.write(
                slot, code: scratch.code, norm: scratch.norm, range: scratch.range)
            guard let plan else { return (slot, true) }
            connect(slot, level: level, plan, scratch)
            if Self.centering.contains(storage.count) { storage.recenter(scratch) }
            return (slot, storage.isLinked)
        }
        if !isWhole {
            for _ in 0..<Self.catchingUp { linkNext(efConstruction: efConstruction, scratch) }
        }
        return NodeID(slot: slot)
    }

    /// Links a node that is not linked yet, if there is one that nobody else is linking.
    private func linkNext(efConstruction: Int, _ scratch: SearchScratch) {
        let next = lock.exclusive { storage.nextUnlinked().map { ($0, storage.uid($0)) } }
        guard let (slot, uid) = next else { return }
        let level = drawLevel()
        // Meanwhile it may be removed, and another node may have its slot.
        func isWanted() -> Bool { storage.isUnlinked(slot) && storage.uid(slot) == uid }
        func plan() -> LinkPlan {
            storage.loadCode(slot, into: scratch)
            return self.plan(scratch, level: level, ef: efConstruction)
        }
        var found = lock.shared { isWanted() ? plan() : nil }
        lock.exclusive {
            guard isWanted() else { return }
            if found?.version != version { found = plan() }
            if let found { connect(slot, level: level, found, scratch) }
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
            if storage.isUnlinked(node.slot) {
                // Whoever is linking it looks for the neighbours of another vector.
                version &+= 1
                return unsafe storage.write(
                    node.slot, code: scratch.code, norm: scratch.norm, range: scratch.range)
            }
            let level = storage.level(node.slot)
            detach(node.slot, spare)
            unsafe storage.write(
                node.slot, code: scratch.code, norm: scratch.norm, range: scratch.range)
            storage.writeSigns(node.slot, scratch)
            let plan = self.plan(scratch, level: level, ef: efConstruction)
            join(node.slot, level: level, plan, scratch)
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
        let query = unsafe walkQuery(scratch)
        let top = min(level, storage.level(entry))
        var start = unsafe descend(query, from: entry, to: top, scratch)
        plan.levels = Array(repeating: LinkChoice(), count: top + 1)
        let width = min(max(ef, configuration.m, 1), max(storage.count, 1))
        for level in stride(from: top, through: 0, by: -1) {
            unsafe walk(query, from: start, width: width, level: level, scratch)
            unsafe measure(query, keeping: width, scratch)
            start = unsafe CandidateKey.slot(scratch.results[0])
            // More than are sought, as some will be refused.
            plan.levels[level] = choose(limit: configuration.m * 2, scratch)
        }
        return plan
    }

    /// Divides the scratch's results into diverse ones and others.
    private func choose(limit: Int, _ scratch: SearchScratch) -> LinkChoice {
        var choice = LinkChoice()
        scratch.reserve(batch: limit)
        for index in 0..<scratch.resultsCount {
            let key = unsafe scratch.results[index]
            let candidate = Candidate(
                slot: CandidateKey.slot(key), distance: CandidateKey.distance(key))
            if choice.diverse.count == limit { break }
            if isNearer(than: candidate, anyOf: choice.diverse.count, scratch) {
                if choice.others.count < configuration.m { choice.others.append(candidate) }
            } else {
                unsafe scratch.ids[choice.diverse.count] = candidate.slot
                choice.diverse.append(candidate)
            }
        }
        return choice
    }

    /// Whether one of the first ids of the scratch is nearer to a candidate than the query is.
    private func isNearer(than candidate: Candidate, anyOf count: Int, _ scratch: SearchScratch)
        -> Bool
    {
        guard count > 0 else { return false }
        var query = unsafe storage.query(candidate.slot, coding, scratch)
        var rows = unsafe storage.rows
        let distances = unsafe scratch.distances
        var first = 0
        // A few at a time: most candidates are turned down by one of the first.
        while first < count {
            let part = min(count - first, 8)
            unsafe coding.distances(&rows, &query, scratch.ids + first, part, distances)
            for index in 0..<part where unsafe distances[index] < candidate.distance { return true }
            first += part
        }
        return false
    }

    /// Makes a node that is not linked one of the graph. The lock is held for writing.
    private func connect(
        _ slot: UInt32, level: Int, _ plan: LinkPlan, _ scratch: SearchScratch
    ) {
        storage.setLevel(level, of: slot)
        storage.writeSigns(slot, scratch)
        join(slot, level: level, plan, scratch)
    }

    /// Links a node that has no links yet. The lock is held for writing.
    private func join(
        _ slot: UInt32, level: Int, _ plan: LinkPlan, _ scratch: SearchScratch
    ) {
        for (level, choice) in plan.levels.enumerated().reversed() {
            link(slot, with: choice, level: level, scratch)
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

    /// Seeks M links among the diverse; whoever finds less than half of that, as the others are
    /// full of nearer ones, gets links that are not diverse, and takes the room it needs.
    func link(
        _ slot: UInt32, with choice: LinkChoice, level: Int, _ scratch: SearchScratch
    ) {
        let sought = configuration.m
        for candidate in choice.diverse where storage.linkRow(slot, level: level).count < sought {
            join(slot, to: candidate, level: level, insists: false, scratch)
        }
        // On level 0, which decides recall; above it one link does.
        let least = level == 0 ? sought / 2 : 1
        for candidate in choice.diverse + choice.others
        where storage.linkRow(slot, level: level).count < least {
            join(slot, to: candidate, level: level, insists: true, scratch)
        }
        if storage.linkRow(slot, level: level).count == 0,
            let nearest = choice.diverse.first(where: { $0.slot != slot })
        {
            splitEdge(at: nearest.slot, with: slot, level: level, scratch)
        }
    }

    private func join(
        _ slot: UInt32, to candidate: Candidate, level: Int, insists: Bool,
        _ scratch: SearchScratch
    ) {
        guard candidate.slot != slot else { return }
        let row = storage.linkRow(candidate.slot, level: level)
        if row.contains(slot) || storage.linkRow(slot, level: level).isFull { return }
        let before = row.isFull ? row.ids : []
        if row.isFull,
            !makeRoom(
                at: candidate.slot, level: level, distance: candidate.distance,
                insists: insists, scratch)
        {
            return
        }
        join(slot, candidate.slot, level: level)
        // Where the other end has few links the new node stands between the two that were parted,
        // so the graph stays in one piece.
        let left = storage.linkRow(candidate.slot, level: level)
        for parted in before where parted != slot && !left.contains(parted) {
            let own = storage.linkRow(slot, level: level)
            let other = storage.linkRow(parted, level: level)
            if other.count < configuration.m, !own.isFull, !own.contains(parted) {
                join(slot, parted, level: level)
            }
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

    /// Drops the longest link of a full node whose other end has enough of them. False if there is
    /// none, or if the new link would be no shorter and is not insisted on.
    func makeRoom(
        at slot: UInt32, level: Int, distance: Float, insists: Bool, _ scratch: SearchScratch
    ) -> Bool {
        let ids = storage.linkRow(slot, level: level).ids
        let distances = distances(from: slot, to: ids, scratch)
        let least = insists ? configuration.m / 4 : configuration.m / 2
        var victim: Int?
        for index in ids.indices {
            if let victim, distances[index] <= distances[victim] { continue }
            if insists, storage.linkRow(ids[index], level: level).count <= least { continue }
            victim = index
        }
        guard let victim else { return false }
        if !insists {
            if distance >= distances[victim] { return false }
            if storage.linkRow(ids[victim], level: level).count <= least { return false }
        }
        part(slot, ids[victim], level: level)
        return true
    }
}
