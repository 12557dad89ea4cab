// SPDX-License-Identifier: Apache-2.0

import CVectorKernels
import Synchronization

/// Memory for the chunks of large indexes, in slabs of huge pages.
///
/// A walk jumps all over its index. With pages of 4 KiB nearly every jump also misses the address
/// translation cache, which costs a tenth to a fifth of a search at 100,000 vectors.
@safe
final class BlockPool: Sendable {
    static let shared = BlockPool()

    /// Also the alignment of a slab, so that a block leads to its slab.
    static let slabBytes = 8 << 20

    fileprivate struct Slab {
        var blocksInUse = 0
        var free: [UInt] = []
    }

    fileprivate struct State {
        var slabs: [UInt: Slab] = [:]
        /// Slabs that have free blocks, by the size of these.
        var open: [Int: Set<UInt>] = [:]
    }

    private let state = Mutex(State())

    /// How many slabs are held.
    var slabCount: Int { state.withLock { $0.slabs.count } }

    /// A block that begins with a cache line and holds anything; at most half a slab.
    @unsafe
    func take(_ bytes: Int) -> UnsafeMutableRawPointer? {
        let bytes = Self.rounded(bytes)
        guard bytes <= Self.slabBytes / 2 else { return nil }
        let address = state.withLock { state in
            if let slab = state.open[bytes]?.first { return state.take(bytes, from: slab) }
            let slab = state.addSlab(of: bytes)
            return state.take(bytes, from: slab)
        }
        return unsafe UnsafeMutableRawPointer(bitPattern: address)
    }

    /// Takes back what ``take(_:)`` gave for as many bytes.
    @unsafe
    func give(_ block: UnsafeMutableRawPointer, _ bytes: Int) {
        let bytes = Self.rounded(bytes)
        let address = UInt(bitPattern: block)
        state.withLock { $0.give(address, bytes) }
    }

    private static func rounded(_ bytes: Int) -> Int { max((bytes + 63) & ~63, 64) }
}

extension BlockPool.State {
    fileprivate mutating func addSlab(of bytes: Int) -> UInt {
        let size = BlockPool.slabBytes
        let memory = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: size)
        unsafe engram_use_huge_pages(memory, size)
        let base = UInt(bitPattern: memory)
        // The lowest is taken first, so that a slab fills page by page.
        let blocks = (0..<size / bytes).reversed().map { base + UInt($0 * bytes) }
        slabs[base] = BlockPool.Slab(free: blocks)
        open[bytes, default: []].insert(base)
        return base
    }

    fileprivate mutating func take(_ bytes: Int, from base: UInt) -> UInt {
        guard let block = slabs[base]?.free.popLast() else { return 0 }
        slabs[base]?.blocksInUse += 1
        if slabs[base]?.free.isEmpty == true { open[bytes]?.remove(base) }
        return block
    }

    fileprivate mutating func give(_ block: UInt, _ bytes: Int) {
        let base = block & ~UInt(BlockPool.slabBytes - 1)
        slabs[base]?.free.append(block)
        slabs[base]?.blocksInUse -= 1
        open[bytes, default: []].insert(base)
        guard slabs[base]?.blocksInUse == 0 else { return }
        slabs[base] = nil
        open[bytes]?.remove(base)
        unsafe UnsafeMutableRawPointer(bitPattern: base)?.deallocate()
    }
}
