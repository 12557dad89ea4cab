// SPDX-License-Identifier: Apache-2.0

import Commands
import Primitives
import TestSupport
import Testing

@Suite("Keyspace notifications")
struct NotificationTests {
    private let database = TestDatabase()
    private let listener: TestClient

    init() {
        listener = database.connect()
        listener("PSUBSCRIBE *")
    }

    private func notify(_ letters: String) {
        database.dispatcher.setNotifications(
            NotificationSettings(letters), in: &database.keyspace)
    }

    /// Channel and message of all that has come.
    private func told() -> [String] {
        listener.takePushes().map { message in
            let words = message.elements?.compactMap(\.text?.description) ?? []
            return words.dropFirst(2).joined(separator: " ")
        }
    }

    @Test("come on both channels, in order")
    func channels() {
        database("SET k v")
        #expect(told() == [])
        notify("KEA")
        database("SET k v EX 10")
        #expect(
            told() == [
                "__keyspace@0__:k set", "__keyevent@0__:set k",
                "__keyspace@0__:k expire", "__keyevent@0__:expire k",
            ])
        notify("K$")
        database("SELECT 3")
        database("SET k v EX 10")
        #expect(told() == ["__keyspace@3__:k set"])
        notify("$")
        database("SET k v")
        #expect(told() == [])
    }

    @Test("tell of fields that HSETEX finds ended, and no end of a hash that lives on")
    func endedFields() {
        notify("Ehg")
        database("HSETEX h PX 5 FIELDS 1 f v")
        database.advance(milliseconds: 10)
        #expect(database("HSETEX h FNX PX 5 FIELDS 1 f w") == 1)
        database.advance(milliseconds: 10)
        #expect(database("HSETEX h FXX FIELDS 1 f x") == 0)
        #expect(
            told() == [
                "__keyevent@0__:hset h", "__keyevent@0__:hexpire h",
                "__keyevent@0__:hexpired h", "__keyevent@0__:hset h", "__keyevent@0__:hexpire h",
                "__keyevent@0__:hexpired h", "__keyevent@0__:del h",
            ])
    }

    @Test("tell of misses, new keys and overwritten values when asked to")
    func rareClasses() {
        notify("Em")
        database("GET none")
        #expect(told() == ["__keyevent@0__:keymiss none"])
        notify("Enoc$l")
        database("RPUSH k a")
        database("SET k v")
        database("SET k w")
        database("INCR n")
        database("INCR n")
        #expect(
            told() == [
                "__keyevent@0__:new k", "__keyevent@0__:rpush k",
                "__keyevent@0__:overwritten k", "__keyevent@0__:type_changed k",
                "__keyevent@0__:set k", "__keyevent@0__:overwritten k", "__keyevent@0__:set k",
                "__keyevent@0__:new n", "__keyevent@0__:incrby n", "__keyevent@0__:incrby n",
            ])
    }

    @Test("tell of what ends when it is looked for, or when its time comes")
    func expiry() {
        notify("Exmhg")
        database("SET k v PX 5")
        database("HSET h f v g w")
        database("HPEXPIRE h 5 FIELDS 1 f")
        _ = told()
        database.advance(milliseconds: 10)
        database("GET k")
        database("HGET h f")
        #expect(
            told() == [
                "__keyevent@0__:expired k", "__keyevent@0__:keymiss k", "__keyevent@0__:hexpired h",
            ])
        database("SET k v PX 5")
        database.advance(milliseconds: 10)
        database.expireDue()
        database("PING")
        #expect(told() == ["__keyevent@0__:expire k", "__keyevent@0__:expired k"])
    }

    @Test("of a transaction come between its messages")
    func transaction() {
        notify("K$")
        database("MULTI")
        database("SET k v")
        database("PUBLISH c m")
        database("SET k w")
        database("EXEC")
        #expect(told() == ["__keyspace@0__:k set", "c m", "__keyspace@0__:k set"])
    }
}
