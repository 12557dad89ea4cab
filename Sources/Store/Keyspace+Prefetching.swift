// SPDX-License-Identifier: Apache-2.0

internal import Containers
public import Primitives

// What a request will look at, one step after the other: each goes by what the one before has
// brought, so the caller lets some time pass between them.

extension Keyspace {
    /// Has the part of the table fetched where a key with this hash stands.
    @inline(__always)
    public borrowing func prefetchPlace(ofHash hash: UInt64) {
        database.table.prefetchPlace(ofHash: hash)
    }

    /// Has the first `count` bytes fetched of the entry that is likely the one of the key with this
    /// hash.
    @inline(__always)
    public borrowing func prefetchEntry(ofHash hash: UInt64, _ count: Int) {
        database.table.prefetchElement(ofHash: hash, count)
    }

    /// Has the collection fetched that this entry is likely to have.
    @inline(__always)
    public borrowing func prefetchValue(ofHash hash: UInt64) {
        database.table.withLikelyElement(ofHash: hash) { $0.prefetchValue() }
    }

    /// Has the place fetched where an element of this collection stands, if it is a large one;
    /// returns the element's hash, or nil when there is nothing to go on with.
    @inline(__always)
    public borrowing func prefetchPlace(of element: Bytes, inHash hash: UInt64) -> UInt64? {
        var elementHash: UInt64?
        database.table.withLikelyElement(ofHash: hash) {
            elementHash = $0.prefetchPlace(of: element)
        }
        return elementHash
    }

    /// Has the element fetched whose hash ``prefetchPlace(of:inHash:)`` has told.
    @inline(__always)
    public borrowing func prefetchElement(ofHash elementHash: UInt64, inHash hash: UInt64) {
        database.table.withLikelyElement(ofHash: hash) {
            $0.prefetchElement(ofHash: elementHash)
        }
    }
}
