// SPDX-License-Identifier: Apache-2.0

import Commands
import Primitives
import Store

/// How much memory is in use, and how much may be. Touched only by whoever holds the keyspace.
///
/// The allocator's sum is exact and takes 20 microseconds; in between, this thread's own
/// allocations and what the ``Reaper`` has freed are added, which takes nanoseconds.
struct MemoryAccount {
    /// `maxmemory`, 0 for none.
    var limit = 0
    /// Whether keys are evicted to stay below the limit.
    fileprivate var evicts = false
    /// Bytes in use.
    private(set) var used = 0
    private(set) var peak = 0
    private(set) var peakMilliseconds: Int64 = 0
    /// Bytes in use before the first key.
    private(set) var atStart = 0
    /// Whether memory is over the limit and nothing more can be evicted.
    fileprivate(set) var isExhausted = false
    /// Since when memory has been over the limit.
    fileprivate var exceededSince: Int64?
    fileprivate var exceededMicroseconds: Int64 = 0
    private var lastLook: Int64 = 0
    private var looksWithout = 0

    /// What will be left once the released objects are freed.
    var remaining: Int { used - Reaper.pendingBytes }

    /// Whether more is in use than may be. What is about to be freed counts where nothing is
    /// evicted: then it is no reason to go on evicting.
    var isOverLimit: Bool { limit > 0 && (evicts ? remaining : used) > limit }

    /// The microseconds for which memory has been over the limit: in all, and this time.
    func exceededMicroseconds(at now: Int64) -> (total: Int64, current: Int64) {
        let current = exceededSince.map { now - $0 } ?? 0
        return (exceededMicroseconds + current, current)
    }

    /// Up to so many bytes a change is added without asking the allocator.
    private static let largestPlainChange = 128 << 10

    /// Brings the sum up to date.
    mutating func settle() {
        guard ProcessMemory.countsAllocations else {
            // Without counts, a look now and then has to do.
            looksWithout += 1
            if looksWithout % 64 == 1 { look(at: WallClock.microseconds()) }
            return
        }
        let change = ProcessMemory.threadAllocationChange() + Reaper.takeAllocationChange()
        // A thread that has not been here for long brings what later looks have counted already.
        guard change.magnitude <= Self.largestPlainChange else {
            return look(at: WallClock.microseconds())
        }
        used += change
        if used > peak { notePeak() }
    }

    /// Asks the allocator.
    mutating func look(at now: Int64) {
        _ = ProcessMemory.threadAllocationChange() + Reaper.takeAllocationChange()
        used = ProcessMemory.allocatedBytes()
        if used > peak { notePeak() }
        if atStart == 0 { atStart = used }
        lastLook = now
    }

    /// As ``look(at:)``, once in a millisecond at most.
    mutating func lookIfOld(at now: Int64) {
        if now - lastLook >= 1000 || now < lastLook { look(at: now) }
    }

    private mutating func notePeak() {
        peak = used
        peakMilliseconds = WallClock.microseconds() / 1000
    }

    /// CONFIG RESETSTAT.
    mutating func resetStatistics() {
        exceededMicroseconds = 0
    }
}

extension Host {
    /// Evicts keys until memory is under `maxmemory`, for a bounded time; called before commands
    /// that may need memory.
    func makeRoom(in keyspace: inout Keyspace) {
        guard memory.limit > 0 else { return }
        memory.settle()
        guard memory.isOverLimit else { return endExcess() }
        let start = WallClock.microseconds()
        memory.lookIfOld(at: start)
        guard memory.isOverLimit else { return endExcess() }
        if memory.exceededSince == nil { memory.exceededSince = start }
        var count = 0
        while memory.isOverLimit {
            guard keyspace.evict() else {
                memory.isExhausted = true
                return
            }
            memory.settle()
            count += 1
            // The timer goes on with what is left.
            if count % 16 == 0, WallClock.microseconds() - start > evictionMicroseconds { break }
        }
        if memory.isOverLimit { memory.isExhausted = false } else { endExcess() }
    }

    private func endExcess() {
        memory.isExhausted = false
        guard let since = memory.exceededSince else { return }
        memory.exceededMicroseconds += WallClock.microseconds() - since
        memory.exceededSince = nil
    }

    /// How long one turn may take, by `maxmemory-eviction-tenacity`: half a millisecond at 10, as
    /// in Redis.
    private var evictionMicroseconds: Int64 {
        let tenacity = configuration.integer("maxmemory-eviction-tenacity")
        if tenacity <= 10 { return Int64(50 * tenacity) }
        if tenacity >= 100 { return .max }
        var limit = 500.0
        for _ in 10..<tenacity { limit *= 1.15 }
        return Int64(limit)
    }

    /// Brings eviction in line with the configuration.
    func applyEviction(_ keyspace: inout Keyspace, _ dispatcher: inout Dispatcher) {
        let policy = configuration["maxmemory-policy"]
        keyspace.eviction.policy = EvictionPolicy(rawValue: policy) ?? .noEviction
        memory.evicts = keyspace.eviction.policy != .noEviction
        keyspace.eviction.sampleCount = configuration.integer("maxmemory-samples")
        keyspace.eviction.logFactor = configuration.integer("lfu-log-factor")
        keyspace.eviction.decayMinutes = configuration.integer("lfu-decay-time")
        let isLimited = memory.limit > 0
        if !isLimited { endExcess() }
        dispatcher.admission.isOutOfMemory =
            isLimited ? { [unowned self] in memory.isExhausted } : nil
        dispatcher.admission.makeRoom =
            isLimited ? { [unowned self] keyspace in makeRoom(in: &keyspace) } : nil
    }

    func memoryReport(_ keyspace: inout Keyspace) -> MemoryReport {
        memory.look(at: WallClock.microseconds())
        var report = MemoryReport()
        report.used = memory.used
        report.peak = memory.peak
        report.atStart = memory.atStart
        report.clients = clients.values.reduce(0) { $0 + $1.memoryBytes }
        report.resident = ProcessMemory.residentBytes()
        for index in 0..<keyspace.databaseCount {
            keyspace.inDatabase(index) { keyspace in
                guard keyspace.count > 0 else { return }
                let overhead = keyspace.overheadBytes()
                report.databases.append(
                    (index, keyspace.count, overhead.table, overhead.expiries))
            }
        }
        return report
    }

    /// Goes on evicting after a turn that ran out of time.
    func evictStep() -> Bool {
        executor.withState { state, _ in
            guard memory.limit > 0, !state.isBusy else { return false }
            makeRoom(in: &state.keyspace)
            return memory.isOverLimit && !memory.isExhausted
        }
    }
}
