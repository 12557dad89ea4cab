// SPDX-License-Identifier: Apache-2.0

import Commands
import Durability
import Primitives
import RESP
import Store

extension DEBUG {
    static func digestValues(
        _ call: inout Call, in keyspace: borrowing Keyspace
    ) throws(ErrorReply) {
        call.reply.array(call.arguments.remaining)
        while call.arguments.hasMore {
            let entry = keyspace.peek(try call.arguments.next())
            let digest = entry.map { KeyDigest(valueOf: $0) } ?? KeyDigest()
            call.reply.simple(digest)
        }
    }

    /// What there is to say of a database's table, under the names that Redis's tests look for.
    static func describeTable(
        _ call: inout Call, in keyspace: inout Keyspace
    ) throws(ErrorReply) {
        let index = try call.arguments.integer()
        guard index >= 0, index < keyspace.databaseCount else {
            throw ErrorReply("ERR Out of range database")
        }
        let (count, expiring, bytes) = keyspace.inDatabase(Int(index)) {
            ($0.count, $0.expiringCount, $0.overheadBytes())
        }
        let text =
            "[Dictionary HT]\n"
            + tableText("main hash table", count, bytes.table)
            + "[Expires HT]\n"
            + tableText("heap of deadlines", expiring, bytes.expiries)
        call.reply.verbatim(ByteString(text))
    }

    static func describeTableOfKey(
        _ call: inout Call, in keyspace: borrowing Keyspace
    ) throws(ErrorReply) {
        guard let entry = keyspace.peek(try call.arguments.next()) else { throw .noSuchKey }
        guard let collection = entry.value.collection,
            "\(collection.encodingName)" == "hashtable"
                || entry.type == .sortedSet
                    && "\(collection.encodingName)" == "skiplist"
        else {
            throw ErrorReply(
                "ERR The value stored at the specified key is not represented using an hash table")
        }
        let bytes = collection.memoryBytes(samples: 5)
        call.reply.verbatim(
            ByteString(tableText("main hash table", collection.count, bytes)))
    }

    private static func tableText(_ name: String, _ count: Int, _ bytes: Int) -> String {
        guard count > 0 else { return "No stats available for empty dictionaries\n" }
        return "Hash table 0 stats (\(name)):\n number of elements: \(count)\n bytes: \(bytes)\n"
    }

    /// Keys to test with: `key:0` and so on, unless they are there.
    static func populate(
        _ call: inout Call, in keyspace: inout Keyspace
    ) throws(ErrorReply) {
        let count = try call.arguments.integer(in: 0...(1 << 30), else: .mustBePositive)
        var prefix: ByteString = "key"
        if call.arguments.hasMore { prefix = ByteString(try call.arguments.next()) }
        var size: Int64 = 0
        if call.arguments.hasMore {
            size = try call.arguments.integer(in: 0...(512 << 20), else: .mustBePositive)
        }
        for number in 0..<count {
            let key = ByteString(prefix.array + Array(":\(number)".utf8))
            var value = Array("value:\(number)".utf8)
            if size > 0 {
                value = Array(value.prefix(Int(size)))
                value += [UInt8](repeating: 0, count: Int(size) - value.count)
            }
            key.withBytes { key in
                guard !keyspace.exists(key) else { return }
                ByteString(value).withBytes {
                    _ = keyspace.setString(key, $0, detectingInteger: false)
                }
                keyspace.didChange(key)
            }
        }
        call.reply.ok()
    }

    static func checkPacked(
        _ call: inout Call, in keyspace: borrowing Keyspace, _ name: String
    ) throws(ErrorReply) {
        guard let entry = keyspace.peek(try call.arguments.next()) else { throw .noSuchKey }
        let encoding = entry.value.collection.map { "\($0.encodingName)" }
        guard encoding == name || encoding == "listpackex" && name == "listpack" else {
            throw ErrorReply("ERR Not a \(name) encoded object.")
        }
        call.reply.simple(
            name == "listpack"
                ? "Listpack structure printed on stdout" : "Quicklist structure printed on stdout")
    }

    static func describeString(
        _ call: inout Call, in keyspace: borrowing Keyspace
    ) throws(ErrorReply) {
        guard let entry = keyspace.peek(try call.arguments.next()) else { throw .noSuchKey }
        guard case .string = entry.value, entry.stringEncoding != .int else {
            throw ErrorReply("ERR Not an sds encoded string.")
        }
        let text =
            "key_sds_len:\(entry.key.count), key_sds_avail:0, key_zmalloc: 0, "
            + "val_sds_len:\(entry.string.count), "
            + "val_sds_avail:\(entry.stringCapacity - entry.string.count), "
            + "val_zmalloc: \(entry.memoryBytes(samples: 0))"
        ByteString(text).withBytes { call.reply.simple($0) }
    }
}

extension ReplyWriter {
    mutating func simple(_ digest: KeyDigest) {
        ByteString(digest.text).withBytes { simple($0) }
    }
}
