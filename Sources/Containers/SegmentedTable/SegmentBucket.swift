// SPDX-License-Identifier: Apache-2.0

internal import Primitives

/// Eighteen slots in two cache lines: what a ``Segment`` is made of.
///
/// `tags, 18 bytes; passed, 2; low halves of addresses, 72; high quarters, 36`. A tag is 0 for an
/// empty slot, else the top bit and seven bits of the hash, so that a look-up reads the tags by
/// words and touches only elements that are likely right. `passed` counts the elements that would
/// stand here, or would have stopped here, had there been room: while it is 0 a look-up ends here.
@safe
struct SegmentBucket<Element: AnyObject> {
    static var slotCount: Int { 18 }
    static var byteCount: Int { 128 }
    private static var passedOffset: Int { 18 }
    private static var lowOffset: Int { 20 }
    private static var highOffset: Int { 92 }

    private let base: UnsafeMutableRawPointer

    @inline(__always)
    init(at base: UnsafeMutableRawPointer) {
        unsafe self.base = base
    }

    @inline(__always)
    static func tag(_ hash: UInt64) -> UInt8 { UInt8(truncatingIfNeeded: hash) | 0x80 }
}

extension SegmentBucket {
    @inline(__always)
    func tag(at slot: Int) -> UInt8 {
        unsafe base.load(fromByteOffset: slot, as: UInt8.self)
    }

    @inline(__always)
    func isEmpty(_ slot: Int) -> Bool { tag(at: slot) == 0 }

    /// The element in a slot that is not empty; the bucket keeps its reference.
    @inline(__always)
    func element(at slot: Int) -> Unmanaged<Element> {
        let low = unsafe base.load(
            fromByteOffset: Self.lowOffset + 4 * slot, as: UInt32.self)
        let high = unsafe base.load(
            fromByteOffset: Self.highOffset + 2 * slot, as: UInt16.self)
        let address = unsafe UnsafeRawPointer(bitPattern: UInt(high) << 32 | UInt(low))
        return unsafe Unmanaged.fromOpaque(address.unsafelyUnwrapped)
    }

    /// Fills a slot; the reference is the bucket's from now on.
    @inline(__always)
    func put(_ element: Unmanaged<Element>, tag: UInt8, at slot: Int) {
        let address = unsafe UInt(bitPattern: element.toOpaque())
        precondition(address >> 48 == 0, "addresses have 48 bits")
        unsafe base.storeBytes(of: tag, toByteOffset: slot, as: UInt8.self)
        unsafe base.storeBytes(
            of: UInt32(truncatingIfNeeded: address),
            toByteOffset: Self.lowOffset + 4 * slot, as: UInt32.self)
        unsafe base.storeBytes(
            of: UInt16(truncatingIfNeeded: address >> 32),
            toByteOffset: Self.highOffset + 2 * slot, as: UInt16.self)
    }

    /// Empties a slot; the reference is the caller's from now on.
    @inline(__always)
    func clear(_ slot: Int) {
        unsafe base.storeBytes(of: 0, toByteOffset: slot, as: UInt8.self)
    }

    /// How many elements went by; once that is as many as can be counted, it stays.
    var passed: UInt16 {
        @inline(__always) get {
            unsafe base.load(fromByteOffset: Self.passedOffset, as: UInt16.self)
        }
        nonmutating set {
            unsafe base.storeBytes(of: newValue, toByteOffset: Self.passedOffset, as: UInt16.self)
        }
    }

    func countPassing() {
        if passed < .max { passed += 1 }
    }

    func uncountPassing() {
        if passed < .max { passed -= 1 }
    }
}

extension SegmentBucket {
    /// The first empty slot, or nil.
    func emptySlot() -> Int? {
        for word in 0..<2 {
            let matches = matches(0, inWord: word)
            if matches != 0 { return word * 8 + matches.trailingZeroBitCount / 8 }
        }
        return isEmpty(16) ? 16 : isEmpty(17) ? 17 : nil
    }

    /// The first slot with a tag for which `isWanted` holds, or nil.
    @inline(__always)
    func slot(tagged tag: UInt8, where isWanted: (Unmanaged<Element>) -> Bool) -> Int? {
        for word in 0..<2 {
            var matches = matches(tag, inWord: word)
            while matches != 0 {
                let slot = word * 8 + matches.trailingZeroBitCount / 8
                matches &= matches &- 1
                if self.tag(at: slot) == tag, unsafe isWanted(element(at: slot)) { return slot }
            }
        }
        for slot in 16..<18 where self.tag(at: slot) == tag {
            if unsafe isWanted(element(at: slot)) { return slot }
        }
        return nil
    }

    /// Bits in the bytes of eight tags that are `tag`. A byte above a true match may have one too.
    @inline(__always)
    private func matches(_ tag: UInt8, inWord word: Int) -> UInt64 {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let tags = unsafe base.load(fromByteOffset: word * 8, as: UInt64.self)
        // A byte of `difference` is zero where the tag is the same.
        let difference = UInt64(littleEndian: tags) ^ (ones &* UInt64(tag))
        return (difference &- ones) & ~difference & (ones &* 0x80)
    }

    /// Has the bucket fetched.
    @inline(__always)
    func prefetch() {
        unsafe UnsafeRawPointer(base).prefetch(Self.byteCount)
    }
}
