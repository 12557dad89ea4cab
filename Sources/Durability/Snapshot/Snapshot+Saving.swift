// SPDX-License-Identifier: Apache-2.0

import Primitives
public import Store

extension Snapshot {
    /// Writes the keyspace to the file at `path`, at once and whole: to a temporary file beside it,
    /// which reaches the disk before it takes the place. An error leaves the old file and removes
    /// the temporary one. For any thread; the keyspace may change meanwhile.
    ///
    /// - Parameter isWanted: asked now and then with the number of keys written so far; false calls
    ///   it off.
    public static func save(
        _ keyspace: KeyspaceSnapshot, to path: String, header: Header,
        isWanted: (Int) -> Bool = { _ in true }
    ) throws(SnapshotError) -> SaveReport {
        try writeFile(path) { (file) throws(SnapshotError) in
            var writer = SnapshotWriter(file: file, header: header)
            try writer.write(keyspace, isWanted: isWanted)
            return SaveReport(keys: writer.keys, bytes: writer.bytes)
        }
    }

    /// The same, as bytes: for a replica, and for tests.
    public static func encode(_ keyspace: KeyspaceSnapshot, header: Header) -> [UInt8] {
        var bytes: [UInt8] = []
        var writer = SnapshotWriter(header: header) { bytes += $0 }
        // Without a file and without an end nothing can fail.
        try? writer.write(keyspace) { _ in true }
        return bytes
    }

    /// Has `body` write a temporary file beside `path` and puts it in the place of `path` when it
    /// is on the disk.
    static func writeFile<Result>(
        _ path: String,
        _ body: (@escaping ([UInt8]) throws(SnapshotError) -> Void) throws(SnapshotError) -> Result
    ) throws(SnapshotError) -> Result {
        let temporary =
            File.directory(of: path) + "/temp-\(File.processIdentifier).rdb"
        do throws(SnapshotError) {
            let file = try mapped { () throws(FileError) in FileBox(try File.create(temporary)) }
            let result = try body { (bytes) throws(SnapshotError) in
                try mapped { () throws(FileError) in try file.file.write(bytes.span) }
            }
            try mapped { () throws(FileError) in
                try file.file.synchronize()
                try File.replace(path, with: temporary)
            }
            return result
        } catch {
            try? File.remove(temporary)
            throw error
        }
    }

    private final class FileBox {
        let file: File
        init(_ file: consuming File) { self.file = file }
    }

    private static func mapped<Result: ~Copyable>(
        _ body: () throws(FileError) -> Result
    ) throws(SnapshotError) -> Result {
        do throws(FileError) {
            return try body()
        } catch {
            throw .file(error)
        }
    }
}

/// Turns a keyspace into the bytes of a file, piece by piece.
private struct SnapshotWriter {
    private static let pieceBytes = 1 << 20

    private var encoder: RDBEncoder
    private var checksum = CRC64()
    private let header: Snapshot.Header
    private let output: ([UInt8]) throws(SnapshotError) -> Void
    private(set) var keys = 0
    private(set) var bytes = 0

    init(
        file output: @escaping ([UInt8]) throws(SnapshotError) -> Void, header: Snapshot.Header
    ) {
        self.header = header
        self.output = output
        encoder = RDBEncoder(compresses: header.compresses)
    }

    init(header: Snapshot.Header, output: @escaping ([UInt8]) -> Void) {
        self.init(
            file: { (bytes) throws(SnapshotError) in output(bytes) }, header: header)
    }

    mutating func write(
        _ keyspace: KeyspaceSnapshot, isWanted: (Int) -> Bool
    ) throws(SnapshotError) {
        encoder.header(version: Self.version(for: keyspace))
        encoder.auxiliary("redis-ver", Snapshot.redisVersion)
        encoder.auxiliary("redis-bits", "64")
        encoder.auxiliary("ctime", String(header.createdSeconds))
        encoder.auxiliary("used-mem", String(header.usedMemoryBytes))
        encoder.auxiliary("aof-base", header.isLogBase ? "1" : "0")
        for library in keyspace.functionLibraries { encoder.library(library) }
        for database in keyspace.databaseCounts {
            encoder.database(
                database.index, keyCount: database.keys, expiringCount: database.expiring)
            try keyspace.forEachEntry(inDatabase: database.index) {
                (entry) throws(SnapshotError) in try write(entry, isWanted)
            }
        }
        encoder.end(header.hasChecksum ? checksum : nil)
        try flush()
    }

    /// The lowest version that carries everything. O(keys).
    private static func version(for keyspace: KeyspaceSnapshot) -> Int {
        var version = RDBFormat.plainVersion
        for database in keyspace.databaseCounts {
            keyspace.forEachEntry(inDatabase: database.index) { entry in
                version = Swift.max(version, entry.neededVersion)
            }
        }
        return version
    }

    private mutating func write(
        _ entry: Entry, _ isWanted: (Int) -> Bool
    ) throws(SnapshotError) {
        encoder.entry(
            key: ByteString(entry.key), RDBValue(entry),
            expiryMilliseconds: entry.hasExpiry ? entry.expiryMilliseconds : nil)
        keys += 1
        if keys % header.askingInterval == 0, !isWanted(keys) { throw .cancelled }
        guard encoder.bytes.count >= Self.pieceBytes else { return }
        guard isWanted(keys) else { throw .cancelled }
        try flush()
    }

    private mutating func flush() throws(SnapshotError) {
        let piece = encoder.bytes
        if header.hasChecksum { checksum.update(piece.span) }
        bytes += piece.count
        try output(piece)
        encoder.removeAll()
    }
}
