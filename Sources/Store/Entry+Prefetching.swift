// SPDX-License-Identifier: Apache-2.0

internal import Containers
internal import Primitives

extension Entry {
    /// Has the first 128 bytes fetched of the object that is the value, or of its memory at rest.
    func prefetchValue() {
        guard kind != .string else { return }
        unsafe UnsafeRawPointer(address).prefetch(128)
    }

    /// Has the place fetched where an element of a large collection stands, and returns the
    /// element's hash; nil for what is small or has no elements with names.
    @inline(__always)
    func prefetchPlace(of element: Bytes) -> UInt64? {
        switch kind {
        case .set:
            unsafe table { (set: SetValue) in set.table }?._withUnsafeGuaranteedRef {
                $0.prefetchPlace(of: element)
            }
        case .sortedSet:
            unsafe table { (set: SortedSetValue) in set.table }?._withUnsafeGuaranteedRef {
                $0.members.prefetchPlace(of: element)
            }
        case .hash:
            unsafe table { (hash: HashValue) in hash.table }?._withUnsafeGuaranteedRef {
                $0.fields.prefetchPlace(of: element)
            }
        case .string, .list, .stream, .vectorSet, .context, .restingHash, .restingSortedSet,
            .restingStrings, .restingInt16, .restingInt32, .restingInt64:
            nil
        }
    }

    /// Has the element of a large collection fetched that is likely the one with this hash.
    @inline(__always)
    func prefetchElement(ofHash hash: UInt64) {
        switch kind {
        case .set:
            unsafe table { (set: SetValue) in set.table }?._withUnsafeGuaranteedRef {
                $0.prefetchMember(ofHash: hash)
            }
        case .sortedSet:
            unsafe table { (set: SortedSetValue) in set.table }?._withUnsafeGuaranteedRef {
                $0.members.prefetchElement(ofHash: hash, 64)
            }
        case .hash:
            unsafe table { (hash: HashValue) in hash.table }?._withUnsafeGuaranteedRef {
                $0.fields.prefetchElement(ofHash: hash, 64)
            }
        case .string, .list, .stream, .vectorSet, .context, .restingHash, .restingSortedSet,
            .restingStrings, .restingInt16, .restingInt32, .restingInt64:
            break
        }
    }

    /// The table of a large collection, without a reference counted.
    @inline(__always)
    private func table<Object: AnyObject, Table: AnyObject>(
        of collection: (Object) -> Table?
    ) -> Unmanaged<Table>? {
        unsafe withObject(as: Object.self) { object in
            guard let table = collection(object) else { return nil }
            return unsafe Unmanaged.passUnretained(table)
        }
    }

    /// Calls `body` with the object that is the value, without counting a reference.
    @inline(__always)
    func withObject<Object: AnyObject, Result>(
        as type: Object.Type, _ body: (Object) -> Result
    ) -> Result {
        unsafe Unmanaged<Object>.fromOpaque(address)._withUnsafeGuaranteedRef { body($0) }
    }
}
