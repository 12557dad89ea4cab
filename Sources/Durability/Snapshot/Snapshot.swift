// SPDX-License-Identifier: Apache-2.0

public import Primitives

/// The keyspace as one file, in Redis's format.
public enum Snapshot {
    /// The version of Redis whose files these are, as the file says it.
    public static let redisVersion = "8.2.3"

    /// What came out of a file.
    public struct LoadReport: Equatable, Sendable {
        /// Keys that are in the keyspace now.
        public var loadedKeys = 0
        /// Keys left out because their time had come.
        public var expiredKeys = 0
        /// Keys left out because nothing was in them.
        public var emptyKeys = 0
        /// The version of the format.
        public var version = 0
        /// What the file says about itself, in its order.
        public var auxiliary: [(name: ByteString, value: ByteString)] = []

        public static func == (left: LoadReport, right: LoadReport) -> Bool {
            left.loadedKeys == right.loadedKeys && left.expiredKeys == right.expiredKeys
                && left.emptyKeys == right.emptyKeys && left.version == right.version
                && left.auxiliary.elementsEqual(right.auxiliary, by: ==)
        }
    }

    /// What went into a file.
    public struct SaveReport: Equatable, Sendable {
        public var keys: Int
        public var bytes: Int
    }

    /// What a file says about itself.
    public struct Header: Sendable {
        /// When it was made, in seconds since 1970.
        public var createdSeconds: Int64
        /// The memory in use then.
        public var usedMemoryBytes: Int
        /// Whether the file is the base of an append-only log.
        public var isLogBase: Bool
        /// Whether long strings are compressed (`rdbcompression`).
        public var compresses: Bool
        /// Whether the checksum is computed (`rdbchecksum`); a file without one says 0.
        public var hasChecksum: Bool
        /// After how many keys the writer asks whether the file is still wanted.
        public var askingInterval = 1024

        public init(
            createdSeconds: Int64, usedMemoryBytes: Int = 0, isLogBase: Bool = false,
            compresses: Bool = true, hasChecksum: Bool = true
        ) {
            self.createdSeconds = createdSeconds
            self.usedMemoryBytes = usedMemoryBytes
            self.isLogBase = isLogBase
            self.compresses = compresses
            self.hasChecksum = hasChecksum
        }
    }
}

/// Why a snapshot could not be read or written.
public enum SnapshotError: Error, Equatable, CustomStringConvertible {
    /// The file system refused.
    case file(FileError)
    /// The file is damaged, or holds what the keyspace cannot.
    case format(path: String, RDBError)
    /// Whoever asked for it called it off.
    case cancelled

    public var description: String {
        switch self {
        case .file(let error): error.description
        case .format(let path, let error): "cannot load '\(path)': \(error)"
        case .cancelled: "the snapshot was called off"
        }
    }
}
