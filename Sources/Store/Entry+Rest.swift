// SPDX-License-Identifier: Apache-2.0

internal import Containers

/// Small collections at rest.
///
/// A value object takes 32 to 64 bytes, as much again as a small collection. So between commands
/// an entry has only the memory of its records, with nothing around it: the value is at rest. Who
/// reads it gets an object that borrows the memory; ``Keyspace/findForUpdate(_:)`` wakes it, which
/// makes an object that owns it, and notes the entry, so that after the command it rests again.
/// Both cost the making of an object; the records are not moved.
extension Entry {
    /// What the objects of small collections take, that resting ones do without.
    static var objectBytes: Int { 64 }

    /// Whether the value is a collection without an object.
    var isAtRest: Bool { kind.rawValue >= Kind.restingHash.rawValue }

    /// Whether the value is small, and of a kind that may rest.
    var mayRest: Bool {
        switch kind {
        case .set: isPacked(SetValue.self)
        case .sortedSet: isPacked(SortedSetValue.self)
        case .hash: isPacked(HashValue.self)
        case .string, .list, .stream, .vectorSet, .context, .restingHash, .restingSortedSet,
            .restingStrings, .restingInt16, .restingInt32, .restingInt64:
            false
        }
    }

    private func isPacked<Object: RestingValue>(_ type: Object.Type) -> Bool {
        withObject(as: type) { $0.isPacked }
    }

    /// Gives a value at rest an object of its own. The entry must be private to the keyspace.
    func wake() {
        switch kind {
        case .restingHash: unsafe wake(HashValue(adopting: address, of: self), .hash)
        case .restingSortedSet: unsafe wake(SortedSetValue(adopting: address), .sortedSet)
        case .restingStrings: unsafe wake(SetValue(.strings, adopting: address), .set)
        case .restingInt16: unsafe wake(SetValue(.int16, adopting: address), .set)
        case .restingInt32: unsafe wake(SetValue(.int32, adopting: address), .set)
        case .restingInt64: unsafe wake(SetValue(.int64, adopting: address), .set)
        case .string, .list, .set, .sortedSet, .hash, .stream, .vectorSet, .context: break
        }
    }

    @inline(__always)
    private func wake(_ object: consuming AnyObject, _ kind: Kind) {
        let address = unsafe Unmanaged.passRetained(object).toOpaque()
        setPayload(UInt64(UInt(bitPattern: address)), kind)
    }

    /// Lets the value rest, if it is small and nobody else has its object.
    func rest() {
        switch kind {
        case .hash:
            guard var hash = soleObject(as: HashValue.self) else { return }
            if let memory = unsafe hash.surrender() {
                setPayload(UInt64(UInt(bitPattern: memory)), .restingHash)
            } else {
                restore(&hash)
            }
        case .sortedSet:
            guard var set = soleObject(as: SortedSetValue.self) else { return }
            if let memory = unsafe set.surrender() {
                setPayload(UInt64(UInt(bitPattern: memory)), .restingSortedSet)
            } else {
                restore(&set)
            }
        case .set:
            guard var set = soleObject(as: SetValue.self) else { return }
            let form = Kind.restingStrings.rawValue + UInt32(set.packed.form.rawValue)
            if let memory = unsafe set.surrender(), let kind = Kind(rawValue: form) {
                setPayload(UInt64(UInt(bitPattern: memory)), kind)
            } else {
                restore(&set)
            }
        case .string, .list, .stream, .vectorSet, .context, .restingHash, .restingSortedSet,
            .restingStrings, .restingInt16, .restingInt32, .restingInt64:
            break
        }
    }

    /// The object, taken out of the entry if there is no other reference to it; else nil.
    private func soleObject<Object: AnyObject>(as type: Object.Type) -> Object? {
        var object = unsafe Unmanaged<Object>.fromOpaque(address).takeRetainedValue()
        if isKnownUniquelyReferenced(&object) { return object }
        restore(&object)
        return nil
    }

    /// Puts an object back that was taken out.
    private func restore<Object: AnyObject>(_ object: inout Object) {
        _ = unsafe Unmanaged.passRetained(object)
    }
}

/// The object of a collection that rests when it is small.
protocol RestingValue: AnyObject {
    /// Whether all elements are in one piece of memory. Once they are not, they never are again.
    var isPacked: Bool { get }
}

extension SetValue: RestingValue {
    var isPacked: Bool { table == nil }
}

extension HashValue: RestingValue {
    var isPacked: Bool { table == nil }
}

extension SortedSetValue: RestingValue {}
