// SPDX-License-Identifier: Apache-2.0

import Primitives
import RESP
import Store
import TestSupport
import Testing

@testable import Commands

@Suite("Foresight")
struct ForesightTests {
    /// The element that a request is likely about, after all steps have been taken for it.
    private static func element(_ request: String) -> ByteString? {
        var dispatcher = Dispatcher()
        var keyspace = Keyspace(seed: 1)
        keyspace.insert(Bytes("scores"), .sortedSet(SortedSetValue()))
        let words = request.split(separator: " ").map { ByteString(String($0)) }
        let arguments = Arguments(words)
        var foresight = dispatcher.foresee(arguments, in: keyspace)
        foresight.prefetchPlace(in: keyspace)
        foresight.prefetchEntry(in: keyspace)
        foresight.prefetchValue(in: keyspace)
        foresight.prefetchElementPlace(in: keyspace)
        foresight.prefetchElement(in: keyspace)
        if let key = foresight.key {
            #expect(ByteString(key) == words[1])
            let hash = keyspace.hash(of: key)
            #expect(foresight.hash == hash)
        }
        return foresight.element.map { ByteString($0) }
    }

    @Test("tells the element of a collection where commands mostly have it")
    func elements() {
        #expect(Self.element("SADD key member other") == "member")
        #expect(Self.element("sismember key member") == "member")
        #expect(Self.element("HSET key field value") == "field")
        #expect(Self.element("ZADD scores NX 1 member") == "member")
        #expect(Self.element("ZSCORE scores member") == "member")
        #expect(Self.element("HGETALL key") == nil)
        #expect(Self.element("SMEMBERS key") == nil)
        #expect(Self.element("GET key") == nil)
        #expect(Self.element("LPUSH key item") == nil)
        #expect(Self.element("NOSUCH key item") == nil)
        #expect(Self.element("PING") == nil)
    }
}
