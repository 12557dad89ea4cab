// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@Suite("Replies of scripts")
struct RepliesTests {
    @Test("what only RESP3 can say, to clients of either protocol")
    func toClients() {
        let two = TestDatabase.withScripts()
        let three = TestDatabase.withScripts(protocolVersion: 3)
        let cases: [(String, Reply, Reply)] = [
            ("return {double = 3.25}", "3.25", 3.25),
            ("return {big_number = '12\\r\\n3'}", "12  3", .malformed("(12  3\r\n")),
            ("return {map = {a = 1}}", ["a", 1], ["a": 1]),
            ("return {set = {a = true}}", ["a"], .set(["a"])),
            (
                "return {verbatim_string = {format = 'mkd', string = 'hi'}}", "hi",
                .verbatim(format: "mkd", text: "hi")
            ),
            ("return {verbatim_string = {format = 1, string = 'hi'}}", [], []),
            ("return nil", nil, nil),
            ("return true", 1, 1),
            ("return false", nil, nil),
            ("redis.setresp(3) return true", 1, true),
            ("redis.setresp(3) return false", 0, false),
            ("redis.setresp(3) return nil", nil, nil),
        ]
        for (script, asTwo, asThree) in cases {
            #expect(two.eval(script) == asTwo, "\(script)")
            if case .malformed = asThree {
                #expect(three.eval(script).isMalformed, "\(script)")
            } else {
                #expect(three.eval(script) == asThree, "\(script)")
            }
        }
    }

    @Test("what commands answer in RESP3")
    func toScripts() {
        let database = TestDatabase.withScripts()
        database("HSET h f v")
        #expect(database.eval("return #redis.call('hgetall', 'h')") == 2)
        #expect(database.eval("redis.setresp(3) return redis.call('hgetall', 'h').map.f") == "v")
        #expect(
            database.eval("redis.setresp(3) return tostring(redis.call('get', 'nosuch'))") == "nil")
        #expect(database.eval("return tostring(redis.call('get', 'nosuch'))") == "false")
    }

    @Test("a table without end is an error, not a crash")
    func recursion() {
        let database = TestDatabase.withScripts()
        // As bytes: decoding so deep a reply would take a deeper stack than writing it.
        let wire = database.client.wire(#"EVAL "local a = {} a[1] = a return a" 0"#).description
        #expect(wire.hasPrefix(String(repeating: "*1\r\n", count: 1000)))
        #expect(wire.hasSuffix("*1\r\n-ERR reached lua stack limit\r\n"))
        #expect(database("PING") == "PONG")
    }

    @Test("metatables are not asked")
    func metatables() {
        let database = TestDatabase.withScripts()
        #expect(
            database.eval("local t = {} setmetatable(t, {__index = function() foo() end}) return t")
                == [])
    }
}

extension Reply {
    fileprivate var isMalformed: Bool {
        if case .malformed = self { true } else { false }
    }
}
