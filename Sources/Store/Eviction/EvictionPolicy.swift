// SPDX-License-Identifier: Apache-2.0

import Primitives

/// Which keys go first when memory runs out. The names are those of `maxmemory-policy`.
public enum EvictionPolicy: String, Sendable, CaseIterable {
    case volatileLRU = "volatile-lru"
    case volatileLFU = "volatile-lfu"
    case volatileRandom = "volatile-random"
    case volatileTTL = "volatile-ttl"
    case allKeysLRU = "allkeys-lru"
    case allKeysLFU = "allkeys-lfu"
    case allKeysRandom = "allkeys-random"
    case noEviction = "noeviction"

    /// Whether it counts how often a key is used, not when.
    public var countsUses: Bool {
        switch self {
        case .volatileLFU, .allKeysLFU: true
        case .volatileLRU, .volatileRandom, .volatileTTL, .allKeysLRU, .allKeysRandom, .noEviction:
            false
        }
    }

    /// Whether only keys with an expiry may go.
    var isVolatile: Bool {
        switch self {
        case .volatileLRU, .volatileLFU, .volatileRandom, .volatileTTL: true
        case .allKeysLRU, .allKeysLFU, .allKeysRandom, .noEviction: false
        }
    }

    /// Whether any key is as good as another.
    var isRandom: Bool {
        switch self {
        case .volatileRandom, .allKeysRandom: true
        case .volatileLRU, .volatileLFU, .volatileTTL, .allKeysLRU, .allKeysLFU, .noEviction: false
        }
    }
}

/// What eviction goes by.
public struct EvictionSettings: Sendable {
    public var policy = EvictionPolicy.noEviction
    /// Keys looked at for one to remove (`maxmemory-samples`).
    public var sampleCount = 5
    /// How much slower a count grows the higher it is (`lfu-log-factor`).
    public var logFactor = 10
    /// Minutes without a use after which a count falls by one; 0 never (`lfu-decay-time`).
    public var decayMinutes = 1

    public init() {}
}

/// What an entry remembers of its use, in 24 bits: under a policy that counts, the minute of the
/// last decay (16 bits) and a logarithmic count (8 bits); else the second of the last use, which
/// begins again after 194 days. After a change of policy the old meaning is read as the new one
/// until the key is used again.
struct UsageWord {
    /// A new key's count: it must not go before it could be used.
    static let firstCount: UInt32 = 5
    static let mostCount: UInt32 = 255
    /// An entry keeps so many bits of a word.
    static let mask: UInt32 = 0xFF_FFFF

    static func minute(at seconds: UInt32) -> UInt32 { (seconds / 60) & 0xFFFF }

    /// The word of a key with this count.
    static func counting(_ count: UInt32, at seconds: UInt32) -> UInt32 {
        minute(at: seconds) << 8 | count
    }

    /// The count of a word, less what it has lost since.
    static func count(
        _ word: UInt32, at seconds: UInt32, decayMinutes: Int
    ) -> UInt32 {
        let count = word & 0xFF
        guard decayMinutes > 0 else { return count }
        let (now, last) = (minute(at: seconds), word >> 8 & 0xFFFF)
        let elapsed = now >= last ? now - last : 0xFFFF - last + now
        let lost = elapsed / UInt32(clamping: decayMinutes)
        return lost > count ? 0 : count - lost
    }
}

extension Keyspace {
    /// The word of a key made now.
    var firstUse: UInt32 {
        eviction.policy.countsUses
            ? UsageWord.counting(UsageWord.firstCount, at: nowSeconds) : nowSeconds
    }

    /// Remembers that an entry is used, unless the client does not count (CLIENT NO-TOUCH).
    @inline(__always)
    borrowing func touch(_ entry: Entry) {
        if marksUse { markUsed(entry) }
    }

    /// Remembers that an entry is used, whatever the client: TOUCH.
    @inline(__always)
    public borrowing func markUsed(_ entry: Entry) {
        let use =
            eviction.policy.countsUses ? nextUse(of: entry) : nowSeconds & UsageWord.mask
        // Mostly it was used in the same second: a cache line that is only read need not go back.
        if entry.lastUse != use { entry.lastUse = use }
    }

    /// The word of an entry that is used once more: the higher the count, the less likely it grows.
    private borrowing func nextUse(of entry: Entry) -> UInt32 {
        var count = UsageWord.count(
            entry.lastUse, at: nowSeconds, decayMinutes: eviction.decayMinutes)
        if count < UsageWord.mostCount {
            let base = Double(count > UsageWord.firstCount ? count - UsageWord.firstCount : 0)
            let chance = 1 / (base * Double(eviction.logFactor) + 1)
            if Double(random.next() >> 11) * 0x1p-53 < chance { count += 1 }
        }
        return UsageWord.counting(count, at: nowSeconds)
    }

    /// How often an entry has been used, 0 to 255, logarithmic and decayed; only meaningful under a
    /// policy that counts uses.
    public borrowing func useCount(of entry: Entry) -> Int {
        Int(UsageWord.count(entry.lastUse, at: nowSeconds, decayMinutes: eviction.decayMinutes))
    }

    /// The seconds since an entry was used.
    public borrowing func idleSeconds(of entry: Entry) -> Int64 {
        // Both are modulo 2^24; a clock that was set back a little must not make it huge.
        let seconds = Int64((nowSeconds &- entry.lastUse) & UsageWord.mask)
        return seconds > Int64(UsageWord.mask) - 86_400 ? 0 : seconds
    }

    /// Lets an entry count as last used so many seconds ago. The entry must be one from
    /// ``findForUpdate(_:)`` or another writing call.
    public mutating func setIdle(of entry: Entry, seconds: Int64) {
        guard !eviction.policy.countsUses else { return }
        let most = Int64(UsageWord.mask) - 86_400
        entry.lastUse = nowSeconds &- UInt32(clamping: Swift.min(seconds, most))
    }

    /// Lets an entry count as used so often, 0 to 255.
    public mutating func setUseCount(of entry: Entry, _ count: Int) {
        guard eviction.policy.countsUses else { return }
        entry.lastUse = UsageWord.counting(UInt32(clamping: Swift.min(count, 255)), at: nowSeconds)
    }
}
