// SPDX-License-Identifier: Apache-2.0

import Primitives
import Store
import Testing

@Suite("Keyspace")
struct KeyspaceTests {
    @Test("gives back what was set")
    func setAndFind() {
        var keyspace = Keyspace(seed: 1)
        keyspace.setString(Bytes("key"), Bytes("value"))
        #expect(keyspace.find(Bytes("key")).map { ByteString($0.string) } == "value")
        #expect(keyspace.find(Bytes("other")) == nil)
    }
}
