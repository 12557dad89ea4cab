// SPDX-License-Identifier: Apache-2.0

internal import Containers
internal import Primitives

/// The fixed part of a ``HashField``.
struct HashFieldHeader {
    /// The top bit tells whether a deadline stands before the bytes.
    var fieldCount: UInt32
    var valueCount: UInt32
}

/// A field of a large hash with its value, in one allocation: `[deadline, 8 bytes] field value`.
///
/// A snapshot or a copy of the hash may share the object; the hash then changes a copy of it.
final class HashField: ManagedBuffer<HashFieldHeader, UInt8>, TableElement {
    private static var deadlineBit: UInt32 { 1 << 31 }

    static func make(_ field: Bytes, _ value: Bytes, expiryMilliseconds: Int64) -> HashField {
        let hasExpiry = expiryMilliseconds != HashValue.noExpiry
        let prefix = hasExpiry ? 8 : 0
        let size = prefix + field.count + value.count
        let buffer = HashField.create(minimumCapacity: size) { _ in
            HashFieldHeader(
                fieldCount: UInt32(field.count) | (hasExpiry ? deadlineBit : 0),
                valueCount: UInt32(value.count))
        }
        let made = unsafe unsafeDowncast(buffer, to: HashField.self)
        unsafe made.withUnsafeMutablePointerToElements { elements in
            let bytes = UnsafeMutableRawPointer(elements)
            if hasExpiry { unsafe bytes.storeBytes(of: expiryMilliseconds, as: Int64.self) }
            if let source = unsafe field.buffer.baseAddress {
                unsafe (bytes + prefix).copyMemory(from: source, byteCount: field.count)
            }
            if let source = unsafe value.buffer.baseAddress {
                unsafe (bytes + prefix + field.count).copyMemory(
                    from: source, byteCount: value.count)
            }
        }
        return made
    }
}

extension HashField {
    var tableKey: Bytes { field }

    /// The field's name, good while the object lives.
    var field: Bytes {
        unsafe withUnsafeMutablePointers { header, bytes in
            let head = unsafe header.pointee.fieldCount
            let prefix = head & Self.deadlineBit == 0 ? 0 : 8
            return unsafe Bytes(base: bytes + prefix, count: Int(head & ~Self.deadlineBit))
        }
    }

    /// The value, good until the field's next change.
    var value: Bytes {
        unsafe withUnsafeMutablePointers { header, bytes in
            let head = unsafe header.pointee.fieldCount
            let prefix = head & Self.deadlineBit == 0 ? 0 : 8
            return unsafe Bytes(
                base: bytes + prefix + Int(head & ~Self.deadlineBit),
                count: Int(header.pointee.valueCount))
        }
    }

    /// When the field ends, in milliseconds since 1970, or ``HashValue/noExpiry``.
    var expiryMilliseconds: Int64 {
        unsafe withUnsafeMutablePointers { header, bytes in
            guard unsafe header.pointee.fieldCount & Self.deadlineBit != 0 else {
                return HashValue.noExpiry
            }
            return unsafe UnsafeRawPointer(bytes).loadUnaligned(as: Int64.self)
        }
    }

    func hasEnded(at nowMilliseconds: Int64) -> Bool {
        let expiry = expiryMilliseconds
        return expiry != HashValue.noExpiry && expiry <= nowMilliseconds
    }

    /// Overwrites the value with one as long; only for an object that nothing shares.
    func setValue(_ bytes: Bytes) {
        precondition(bytes.count == Int(header.valueCount))
        unsafe withUnsafeMutablePointers { header, elements in
            guard let source = unsafe bytes.buffer.baseAddress else { return }
            let head = unsafe header.pointee.fieldCount
            let prefix = head & Self.deadlineBit == 0 ? 0 : 8
            let start = unsafe elements + prefix + Int(head & ~Self.deadlineBit)
            unsafe UnsafeMutableRawPointer(start).copyMemory(from: source, byteCount: bytes.count)
        }
    }

    /// Bytes the allocator spends on the object.
    var memoryBytes: Int {
        let prefix = header.fieldCount & Self.deadlineBit == 0 ? 0 : 8
        return ProcessMemory.allocationBytes(for: 24 + prefix + field.count + value.count)
    }
}
