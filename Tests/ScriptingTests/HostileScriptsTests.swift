// SPDX-License-Identifier: Apache-2.0

import Scripting
import TestSupport
import Testing

/// Whatever a script does, it ends with a reply, and the next one runs. What other clients hear of one
/// that goes on for too long is tested over sockets, in `Tests/Clients/test_scripts.py`.
@Suite("Hostile scripts")
struct HostileScriptsTests {
    private static let scripts = [
        "local function f() return f() + 1 end return f()",
        "local function f() return pcall(f) end return f()",
        "local t = {} for i = 1, 200 do t = {t} end return #tostring(t)",
        "local s = 'x' while true do s = s .. s end",
        "return string.rep('x', 2^40)",
        "return string.rep(string.rep('x', 1e6), 1e6)",
        "local t = {} while true do t[#t + 1] = string.rep('x', 1e6) .. #t end",
        "return string.match(string.rep('x', 1e5), string.rep('x?', 1e5))",
        "return string.find(string.rep('a', 1e5), string.rep('(', 1e5))",
        "return string.gsub('x', '.', string.rep('%1', 1e6))",
        "return string.format('%99999d', 1)",
        "return string.format(string.rep('%s', 300), unpack({}, 1, 300))",
        "return unpack({}, 1, 1e8)",
        "return unpack({1, 2, 3}, -2, 2147483647)",
        "return unpack({}, -2147483648, 2147483647)",
        "error(function() end)",
        "error(coroutine.create(function() end))",
        "error(setmetatable({}, {__index = function() error('deep') end, __tostring = 1}))",
        "error(setmetatable({}, {__newindex = function() error('deep') end}))",
        "error(redis)",
        "error({err = {}})",
        "error({err = setmetatable({}, {__tostring = error})})",
        "return setmetatable({}, {__index = error, __len = error, __call = error})",
        "return {err = string.rep('x', 1e6)}",
        "return {err = 'two\\r\\nlines', ok = 1}",
        "local co co = coroutine.create(function() return coroutine.resume(co) end) return coroutine.resume(co)",
        "local function f() coroutine.wrap(f)() end f()",
        "return coroutine.yield(1)",
        "return coroutine.wrap(function() return redis.call('lpush', 'l', 1) end)()",
        "xpcall(function() error('x') end, function() error('y') end)",
        "xpcall(error, error)",
        "return table.concat(setmetatable({}, {__index = table}), ',', 1, 10)",
        "return table.sort({3, 1, 2}, function() return true end)",
        "local t = {} for i = 1, 100 do t[i] = i end table.sort(t, function() error('in sort') end)",
        "return string.gsub(string.rep('x', 100), 'x', function() error('in gsub') end)",
        "return cjson.decode(string.rep('[', 1e6))",
        "return cjson.decode(string.rep('{\"a\":', 900) .. '1')",
        "return cjson.encode(setmetatable({}, {__index = error}))",
        "return cmsgpack.unpack(string.rep('\\145', 1e5))",
        "return cmsgpack.unpack('\\221\\255\\255\\255\\255')",
        "return cmsgpack.unpack('\\223\\255\\255\\255\\255\\192')",
        "return cmsgpack.unpack_one('x', 2^60)",
        "return cmsgpack.unpack_limit('x', -5)",
        "return cmsgpack.pack(unpack({}, 1, 7000))",
        "return struct.pack('i99999999999')",
        "return struct.unpack('c2147483647', 'x')",
        "return struct.unpack('bc0', '\\255')",
        "return struct.unpack('b', 'x', 2^62)",
        "return struct.pack('!3 i')",
        "return struct.pack('i0', 1)",
        "return struct.unpack('!2 i0', 'x')",
        "return bit.lshift(0/0, 1/0)",
        "return redis.sha1hex({})",
        "return redis.log('x')",
        "return redis.log(-1, 'x')",
        "return redis.log(1/0, 'x')",
        "return redis.set_repl(99)",
        "return redis.setresp(0/0)",
        "return redis.call('set', 'k', string.rep('x', 1e6))",
        "return redis.call(unpack({'del', 'a', 'b'}, 1, 3))",
        "local t = {'del'} for i = 1, 7900 do t[i + 1] = i end return redis.call(unpack(t))",
        "collectgarbage('stop') for i = 1, 1e5 do local t = {} end return 1",
        "return load(function() error('in reader') end)",
        "local n = 0 return load(function() n = n + 1 if n < 9 then return 5 end end)",
        "return loadstring(string.rep('(', 1e5))",
        "return loadstring(string.rep('do ', 1e5))",
        "return loadstring('return ' .. string.rep('{', 1e5))",
        "return loadstring('local ' .. string.rep('a,', 1e4) .. 'a')",
        "return #string.dump(loadstring('return 1'))",
        "return tostring(newproxy)",
        "for k in pairs(_G) do _G[k] = nil end",
        "for k, v in next, redis do redis[k] = v end",
        "getmetatable('').__metatable.__index = nil",
        "return getmetatable('').__index.rep('x', 3)",
        "KEYS.n = KEYS return KEYS",
        "return {map = {map = {map = {}}}}",
        "return {map = {[{}] = {}}}",
        "return {double = 0/0}",
        "return {big_number = ''}",
        "return {verbatim_string = {format = '', string = ''}}",
        "return 0/0",
        "return 1/0",
        "return -2^63",
    ]

    @Test("end with a reply", arguments: scripts)
    func ends(script: String) {
        let database = TestDatabase.withScripts()
        let reply = database.eval(script, keys: ["k"])
        if case .malformed(let bytes) = reply { Issue.record("\(bytes.description.prefix(200))") }
        #expect(database.eval("return redis.call('ping')") == "PONG")
        #expect(database.eval("return string.rep('x', 3) .. #KEYS", keys: ["a"]) == "xxx1")
    }

    @Test(
        "can be killed, whatever they hold on to",
        arguments: [
            "while true do end",
            "while true do pcall(function() while true do end end) end",
            "local f f = function() while true do coroutine.resume(coroutine.create(f)) end end f()",
            "while true do pcall(coroutine.wrap(function() while true do end end)) end",
            "while true do redis.pcall('get', 'x') end",
            "local t = setmetatable({}, {__index = function(t, k) while true do end end}) return t.x",
            "table.sort({1, 2, 3}, function() while true do end end)",
            "string.gsub('x', 'x', function() while true do end end)",
        ])
    func killed(script: String) {
        let database = TestDatabase.withScripts()
        let engine = database.dispatcher.scripts as? ScriptEngine
        engine?.busyMilliseconds = 1
        engine?.isLeaving = { true }
        #expect(
            database.eval(script).isError(
                startingWith: "ERR Script killed by user with SCRIPT KILL..."))
        engine?.isLeaving = { false }
        #expect(database.eval("return 1") == 1)
    }
}
