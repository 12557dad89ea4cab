// SPDX-License-Identifier: Apache-2.0

public import Primitives

/// What FUNCTION DUMP gives and FUNCTION RESTORE takes: libraries as they stand in an RDB file, the
/// version of the format in two bytes, and the CRC-64 of all that.
public enum LibraryDump {
    /// Why a dump cannot be restored.
    public enum Problem: Error, Equatable {
        /// It is damaged, or of a later version.
        case checksum
        /// It ends early, or holds what cannot be read.
        case unreadable
        /// It holds something else.
        case noLibrary
        /// It comes from a release candidate of Redis 7.0.
        case preRelease
    }

    public static func encode(_ libraries: [ByteString], compresses: Bool = true) -> ByteString {
        var encoder = RDBEncoder(compresses: compresses)
        for library in libraries { encoder.library(library) }
        encoder.littleEndian(UInt64(RDBFormat.newestVersion), 2)
        encoder.littleEndian(CRC64.checksum(encoder.bytes.span), 8)
        return ByteString(encoder.bytes)
    }

    public static func decode(_ dump: ByteString) throws(Problem) -> [ByteString] {
        let bytes = dump.array
        guard bytes.count >= 10 else { throw .checksum }
        let end = bytes.count - 10
        let version = Int(bytes[end]) | Int(bytes[end + 1]) << 8
        guard version <= RDBFormat.newestVersion else { throw .checksum }
        var written: UInt64 = 0
        for index in 0..<8 { written |= UInt64(bytes[end + 2 + index]) << UInt64(8 * index) }
        guard written == CRC64.checksum(bytes.span.extracting(0..<(end + 2))) else {
            throw .checksum
        }
        return try libraries(in: Array(bytes[..<end]))
    }

    private static func libraries(in bytes: [UInt8]) throws(Problem) -> [ByteString] {
        var reader = ByteReader(bytes)
        var libraries: [ByteString] = []
        while reader.remaining > 0 {
            let opcode = try readable { () throws(RDBError) in try reader.byte() }
            switch RDBOpcode(rawValue: opcode) {
            case .function2:
                let text = try readable { () throws(RDBError) in try reader.string() }
                libraries.append(text)
            case .functionPreGA: throw .preRelease
            case .slotInfo, .moduleAux, .idle, .frequency, .aux, .resizeDatabase,
                .expiryMilliseconds, .expirySeconds, .selectDatabase, .endOfFile, nil:
                throw .noLibrary
            }
        }
        return libraries
    }

    private static func readable<Value>(
        _ body: () throws(RDBError) -> Value
    ) throws(Problem) -> Value {
        do throws(RDBError) {
            return try body()
        } catch {
            throw .unreadable
        }
    }
}
