// SPDX-License-Identifier: Apache-2.0

public import Primitives
public import Store

/// What DUMP answers and RESTORE takes: a type and a value as in an RDB file, then the version of
/// the format (2 bytes, lowest first) and the CRC64 of all that (Redis, `createDumpPayload`).
public struct DumpPayload: ValueCodec {
    /// The version that Redis 8.2.3 writes, whatever the value, and up to which it reads.
    static let version: UInt64 = 12
    private static let footerBytes = 10

    private let compresses: Bool

    /// - Parameter compresses: whether long strings are compressed (`rdbcompression`).
    public init(compresses: Bool = true) {
        self.compresses = compresses
    }

    public func payload(of entry: Entry) -> ByteString {
        let value = RDBValue(entry)
        var encoder = RDBEncoder(compresses: compresses)
        encoder.byte(value.writtenType.rawValue)
        encoder.value(value)
        encoder.littleEndian(Self.version, 2)
        encoder.littleEndian(CRC64.checksum(encoder.bytes.span), 8)
        return ByteString(encoder.bytes)
    }

    public func isIntact(_ payload: Bytes) -> Bool {
        guard payload.count >= Self.footerBytes else { return false }
        let bytes = ByteString(payload).array
        var footer = ByteReader(Array(bytes.suffix(Self.footerBytes)))
        guard let version = try? footer.littleEndian(2), version <= Self.version,
            let checksum = try? footer.littleEndian(8)
        else { return false }
        return checksum == CRC64.checksum(bytes.span.extracting(0..<(bytes.count - 8)))
    }

    public func value(in payload: Bytes) -> (any DecodedValue)? {
        guard payload.count > Self.footerBytes else { return nil }
        let end = payload.count - Self.footerBytes
        var reader = ByteReader(ByteString(payload[0..<end]).array)
        do throws(RDBError) {
            guard let type = RDBType(rawValue: try reader.byte()) else { return nil }
            let value = try RDBValue(type, from: &reader)
            guard reader.remaining == 0, value.isSupported, !value.isEmptyCollection else {
                return nil
            }
            return TypedValue(type: type, value: value)
        } catch {
            return nil
        }
    }
}

/// A value with the form in which it came.
private struct TypedValue: DecodedValue {
    let type: RDBType
    let value: RDBValue

    func install(at key: Bytes, in keyspace: inout Keyspace) -> Entry? {
        do throws(RDBError) {
            return try value.install(at: key, as: type, 0, in: &keyspace)
        } catch {
            return nil
        }
    }
}
