// SPDX-License-Identifier: Apache-2.0

import Primitives

/// Walks through the three encodings of streams: entries in listpacks by the identifier of the
/// first, then counters, then groups with what they have pending, then their consumers.
enum StreamWalk {
    private static let identifierBytes: UInt64 = 16

    /// The number of entries the stream says it has.
    static func walk(_ type: RDBType, _ reader: inout ByteReader) throws(RDBError) -> UInt64 {
        let hasCounters = type != .streamListpacks
        let listpackCount = try reader.checkCount(try reader.length(), bytesEach: 2)
        for _ in 0..<listpackCount {
            guard try reader.string().count == Int(identifierBytes) else {
                throw reader.malformed("a stream's key is no identifier")
            }
            guard try !Listpack.elements(of: reader.packed()).isEmpty else {
                throw reader.malformed("an empty listpack in a stream")
            }
        }
        let entryCount = try reader.length()
        guard entryCount == 0 || listpackCount > 0 else {
            throw reader.malformed("a stream's length does not fit its entries")
        }
        // The last identifier; later also the first, the last deleted one and how many were added.
        for _ in 0..<(hasCounters ? 7 : 2) { _ = try reader.length() }
        let groupCount = try reader.checkCount(try reader.length(), bytesEach: 5)
        for _ in 0..<groupCount { try walkGroup(type, &reader) }
        return entryCount
    }

    private static func walkGroup(_ type: RDBType, _ reader: inout ByteReader) throws(RDBError) {
        _ = try reader.string()
        for _ in 0..<(type == .streamListpacks ? 2 : 3) { _ = try reader.length() }
        let pendingCount = try reader.checkCount(try reader.length(), bytesEach: 25)
        for _ in 0..<pendingCount {
            try reader.skip(identifierBytes)
            _ = try reader.milliseconds()
            _ = try reader.length()
        }
        let consumerCount = try reader.checkCount(try reader.length(), bytesEach: 10)
        for _ in 0..<consumerCount {
            _ = try reader.string()
            _ = try reader.milliseconds()
            if type == .streamListpacks3 { _ = try reader.milliseconds() }
            let ownCount = try reader.checkCount(
                try reader.length(), bytesEach: Int(identifierBytes))
            for _ in 0..<ownCount { try reader.skip(identifierBytes) }
        }
    }
}
