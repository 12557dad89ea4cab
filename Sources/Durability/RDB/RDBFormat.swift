// SPDX-License-Identifier: Apache-2.0

/// The numbers of the format, frozen: they stand in files.
public enum RDBFormat {
    /// The newest version that is read.
    public static let newestVersion = 12
    /// The version that Redis 7.0 reads, too.
    public static let plainVersion = 10
    /// The version with streams as they are written, from Redis 7.2 on.
    public static let streamVersion = 11
    /// The version with a time to live for fields of hashes, from Redis 7.4 on.
    public static let fieldExpiryVersion = 12
    /// The version from which on a checksum ends the file.
    static let checksumVersion = 5
}

/// How a value is encoded: the byte before its key.
public enum RDBType: UInt8, Sendable, CaseIterable {
    case string = 0
    case list = 1
    case set = 2
    case sortedSet = 3
    case hash = 4
    case sortedSet2 = 5
    case modulePreGA = 6
    case module2 = 7
    case hashZipmap = 9
    case listZiplist = 10
    case setIntset = 11
    case sortedSetZiplist = 12
    case hashZiplist = 13
    case listQuicklist = 14
    case streamListpacks = 15
    case hashListpack = 16
    case sortedSetListpack = 17
    case listQuicklist2 = 18
    case streamListpacks2 = 19
    case setListpack = 20
    case streamListpacks3 = 21
    case hashMetadataPreGA = 22
    case hashListpackExPreGA = 23
    case hashMetadata = 24
    case hashListpackEx = 25

    /// Whether members stand one behind the other in one string, whatever they are.
    var isPacked: Bool {
        switch self {
        case .hashZiplist, .hashListpack, .hashListpackExPreGA, .hashListpackEx, .sortedSetZiplist,
            .sortedSetListpack, .setListpack:
            true
        // Of a zipmap's fields and values Redis does look at the lengths.
        case .hashZipmap, .string, .list, .set, .sortedSet, .hash, .sortedSet2, .modulePreGA,
            .module2, .listZiplist, .setIntset, .listQuicklist, .streamListpacks, .listQuicklist2,
            .streamListpacks2, .streamListpacks3, .hashMetadataPreGA, .hashMetadata:
            false
        }
    }
}

/// A byte that stands where a type could, and says something else.
enum RDBOpcode: UInt8, CaseIterable {
    case slotInfo = 244
    case function2 = 245
    case functionPreGA = 246
    case moduleAux = 247
    case idle = 248
    case frequency = 249
    case aux = 250
    case resizeDatabase = 251
    case expiryMilliseconds = 252
    case expirySeconds = 253
    case selectDatabase = 254
    case endOfFile = 255

    /// The first version of the format that has it: in an older file it is damage.
    var firstVersion: Int {
        switch self {
        case .expirySeconds, .selectDatabase, .endOfFile: 1
        case .expiryMilliseconds: 3
        case .aux, .resizeDatabase: 7
        case .moduleAux, .idle, .frequency: 9
        case .function2, .functionPreGA: 10
        case .slotInfo: 11
        }
    }
}

/// The special encodings of strings, in the lower six bits of a length byte with both top bits set.
enum RDBStringEncoding: UInt8 {
    case int8 = 0
    case int16 = 1
    case int32 = 2
    case lzf = 3
}

/// What follows inside the value of a module.
enum RDBModuleOpcode: UInt64 {
    case endOfValue = 0
    case signed = 1
    case unsigned = 2
    case float = 3
    case double = 4
    case string = 5
}
