// SPDX-License-Identifier: Apache-2.0

import Primitives
public import Store

extension Snapshot {
    /// Adds what the file at `path` holds to the keyspace, whose clock says what has expired. On an
    /// error the keyspace holds a part: throw it away.
    ///
    /// - Parameters:
    ///   - keepsExpired: for the base of a log, which tells itself what expired.
    ///   - replaces: whether a key of the file may take the place of one that is there.
    ///   - afterKey: called after every key.
    public static func load(
        _ path: String, into keyspace: inout Keyspace, keepsExpired: Bool = false,
        replaces: Bool = false, afterKey: () -> Void = {}
    ) throws(SnapshotError) -> LoadReport {
        let bytes: [UInt8]
        do throws(FileError) {
            bytes = try File.contents(of: path)
        } catch {
            throw .file(error)
        }
        do throws(RDBError) {
            return try load(
                bytes, into: &keyspace, keepsExpired: keepsExpired, replaces: replaces,
                afterKey: afterKey)
        } catch {
            throw .format(path: path, error)
        }
    }

    /// As ``load(_:into:keepsExpired:replaces:afterKey:)-(String,_,_,_,_)``, from the bytes of a
    /// file.
    public static func load(
        _ bytes: [UInt8], into keyspace: inout Keyspace, keepsExpired: Bool = false,
        replaces: Bool = false, afterKey: () -> Void = {}
    ) throws(RDBError) -> LoadReport {
        var reader = try RDBReader(bytes)
        var report = LoadReport()
        report.version = reader.version
        while let item = try reader.next() {
            switch item {
            case .auxiliary(let name, let value): report.auxiliary.append((name, value))
            case .function(let text): keyspace.addLibraries([text])
            case .moduleAuxiliary(let type):
                throw reader.unsupported("data of module '\(type.name)' cannot be loaded")
            case .key(let key):
                let isExpired =
                    key.expiryMilliseconds.map { $0 < keyspace.nowMilliseconds } ?? false
                if key.value.isEmptyCollection {
                    report.emptyKeys += 1
                } else if isExpired && !keepsExpired {
                    // Refuse what cannot be held even so, or the refusal would depend on the time.
                    try checkSupport(of: key)
                    report.expiredKeys += 1
                } else {
                    try insert(key, into: &keyspace, replaces: replaces)
                    report.loadedKeys += 1
                }
                afterKey()
            }
        }
        return report
    }

    private static func checkSupport(of key: RDBKey) throws(RDBError) {
        guard !key.value.isSupported else { return }
        throw RDBError(
            .unsupported, offset: key.offset,
            "cannot load key '\(key.key)': \(key.value.plural) are not supported yet")
    }

    private static func insert(
        _ key: RDBKey, into keyspace: inout Keyspace, replaces: Bool
    ) throws(RDBError) {
        try checkSupport(of: key)
        guard key.database < keyspace.databaseCount else {
            throw RDBError(
                .unsupported, offset: key.offset,
                "key '\(key.key)' is in database \(key.database) of \(keyspace.databaseCount)")
        }
        try keyspace.inDatabase(key.database) { (keyspace) throws(RDBError) in
            try key.key.withBytes { (name) throws(RDBError) in
                if replaces { keyspace.remove(name) }
                guard !keyspace.exists(name) else {
                    throw RDBError(
                        .malformed, offset: key.offset, "the key '\(key.key)' stands twice")
                }
                let entry = try key.value.install(
                    at: name, as: key.type, key.offset, in: &keyspace)
                if let expiry = key.expiryMilliseconds {
                    keyspace.setExpiry(of: entry, at: expiry)
                }
                keyspace.settle()
            }
        }
    }
}

extension RDBReader {
    fileprivate func unsupported(_ reason: String) -> RDBError {
        RDBError(.unsupported, offset: offset, reason)
    }
}
