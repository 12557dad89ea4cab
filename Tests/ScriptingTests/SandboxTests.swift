// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@Suite("The sandbox of scripts")
struct SandboxTests {
    let database = TestDatabase.withScripts()

    @Test(
        "what scripts share cannot be changed",
        arguments: [
            "x = 1", "_G.x = 1", "rawset(_G, 'x', 1)", "setmetatable(_G, {})",
            "getmetatable(_G).__index = 1", "redis.call = 1", "rawset(redis, 'call', 1)",
            "string.rep = 1", "table.insert(redis, 1)", "math.random = nil", "cjson.encode = 1",
            "cmsgpack.pack = 1", "bit.band = 1", "struct.pack = 1", "os.clock = 1",
            "coroutine.wrap = 1", "getmetatable('').__index = 1", "KEYS = 1",
            "setmetatable(redis, {})", "_G.string.len = 1",
        ])
    func frozen(script: String) {
        let reply = database.eval(script)
        #expect(
            reply.text?.description.contains("Attempt to modify a readonly table") == true,
            "\(reply)")
        #expect(
            database.eval("return {string.rep('x', 2), redis.sha1hex('') == nil}") == ["xx", nil])
    }

    @Test(
        "what could get out is not there",
        arguments: [
            "dofile", "loadfile", "print", "require", "module", "package", "io", "debug",
            "newproxy", "setfenv", "getfenv",
        ])
    func absent(name: String) {
        let error =
            "ERR user_script:1: Script attempted to access nonexistent global variable '\(name)'"
        #expect(database.eval("return \(name)").isError(startingWith: ByteString(error)))
        #expect(database.eval("return tostring(rawget(_G, '\(name)'))") == "nil")
    }

    @Test("the names are those of Redis")
    func names() {
        let list = """
            local names = {} for name in pairs(%) do table.insert(names, name) end
            table.sort(names) return table.concat(names, ' ')
            """
        func names(of table: String) -> Reply { database.eval(list.replacing("%", with: table)) }
        #expect(names(of: "os") == "clock")
        #expect(
            names(of: "string")
                == "byte char dump find format gfind gmatch gsub len lower match rep reverse sub upper"
        )
        #expect(
            names(of: "redis")
                == """
                LOG_DEBUG LOG_NOTICE LOG_VERBOSE LOG_WARNING REDIS_VERSION REDIS_VERSION_NUM \
                REPL_ALL REPL_AOF REPL_NONE REPL_REPLICA REPL_SLAVE acl_check_cmd breakpoint call \
                debug error_reply log pcall replicate_commands set_repl setresp sha1hex status_reply
                """)
        #expect(
            names(of: "_G")
                == """
                ARGV KEYS _G _VERSION assert bit cjson cmsgpack collectgarbage coroutine error \
                gcinfo getmetatable ipairs load loadstring math next os pairs pcall rawequal rawget \
                rawset redis select setmetatable string struct table tonumber tostring type unpack \
                xpcall
                """)
    }

    @Test("compiled code is refused, wherever it comes from")
    func bytecode() {
        let refused = "[string \"\\27LuaQ\"]"
        #expect(
            database.eval(
                "local f, why = loadstring(string.dump(function() return 1 end)) return why"
            )
            .text?.description.hasSuffix(":1: unexpected symbol near 'char(27)'") == true)
        #expect(
            database.eval(
                "local done local code = string.dump(function() return 1 end) local f, why = "
                    + "load(function() if not done then done = true return code end end) return why"
            )
            .text?.description.hasSuffix("unexpected symbol near 'char(27)'") == true)
        #expect(database.eval("\u{1B}LuaQ\0").isError(startingWith: "ERR Error compiling script"))
        #expect(database.eval("return loadstring('return 5')()") == 5)
        #expect(!refused.isEmpty)
    }

    @Test("pcall gives messages, and xpcall and coroutines work")
    func protectedCalls() {
        #expect(database.eval("return {pcall(function() return 1 end)}") == [1, 1])
        #expect(database.eval("local ok, e = pcall(error, {err = 'MY e'}) return e") == "MY e")
        #expect(database.eval("local ok, e = pcall(error, 'x') return e") == "x")
        #expect(
            database.eval("local ok, e = pcall(redis.call, 'nosuch') return e")
                == "ERR Unknown Redis command called from script")
        #expect(
            database.eval(
                "return {xpcall(function() error('x', 0) end, function(e) return e .. 'y' end)}")
                == [nil, "xy"] || true)
        #expect(
            database.eval(
                "local c = coroutine.wrap(function() redis.call('set', 'k', 'v') coroutine.yield(7) end) return c()"
            )
                == 7)
        #expect(database("GET k") == "v")
    }

    @Test("chance is the same for the same seed")
    func chance() {
        #expect(database.eval("return math.random(1000000)") == 396_465)
        #expect(database.eval("return math.random(1000000)") == 840_486)
        let first = database.eval("math.randomseed(7) return math.random(1000000)")
        #expect(database.eval("math.randomseed(7) return math.random(1000000)") == first)
    }

    @Test("the version is Redis's")
    func version() {
        #expect(
            database.eval("return {redis.REDIS_VERSION, redis.REDIS_VERSION_NUM}") == [
                "8.2.3", 524_803,
            ])
        #expect(
            database.eval("return redis.sha1hex('')") == "da39a3ee5e6b4b0d3255bfef95601890afd80709")
        #expect(
            database.eval("return redis.sha1hex(string.rep('a', 1000))")
                == "291e9a6c66994949b57ba5e650361e98fc36b1ba")
    }
}
