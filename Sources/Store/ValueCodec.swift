// SPDX-License-Identifier: Apache-2.0

public import Primitives

/// Turns values into bytes that another server understands, and back: DUMP's and RESTORE's payload.
/// The formats are known above the keyspace, which is given one.
public protocol ValueCodec: Sendable {
    /// The value of an entry, framed with a version and a checksum. O(value).
    func payload(of entry: Entry) -> ByteString

    /// Whether the frame of a payload fits: a version that is known, the right checksum.
    /// O(payload).
    func isIntact(_ payload: Bytes) -> Bool

    /// The value in a payload, or nil when it is malformed. O(payload).
    func value(in payload: Bytes) -> (any DecodedValue)?
}

/// A value on its way into the keyspace.
public protocol DecodedValue {
    /// Adds the value under a key that is not there; nil when the keyspace cannot hold it.
    func install(at key: Bytes, in keyspace: inout Keyspace) -> Entry?
}

extension Keyspace {
    /// Gives a key a decoded value, whatever it held; nil when the keyspace cannot hold the value:
    /// the key then keeps what it had.
    public mutating func install(_ value: any DecodedValue, at key: Bytes) -> Entry? {
        let old = take(key)
        if let entry = value.install(at: key, in: &self) {
            if let old { discard(old) }
            return entry
        }
        if let old { putBack(old) }
        return nil
    }
}
