// SPDX-License-Identifier: Apache-2.0

import Commands
import Primitives
import RESP
import TestSupport
import Testing

@Suite("EVAL")
struct EVALTests {
    let database = TestDatabase.withScripts()

    @Test("what a script changes is not its client's own change to who tracks prefixes")
    func tracking() throws {
        let database = TestDatabase.withScripts()
        let client = database.connect(protocolVersion: 3)
        var options = ClientTracking.Options()
        (options.isBroadcast, options.isNoLoop) = (true, true)
        try database.dispatcher.startTracking(
            client.session, options, redirectingTo: nil, in: &database.keyspace)
        client("SET a 1")
        #expect(client.takePushes() == [])
        client(#"EVAL "return redis.call('set', 'b', 1)" 0"#)
        #expect(client.takePushes() == [.push(["invalidate", ["b"]])])
    }

    @Test("answers with what a script returns")
    func values() {
        #expect(database.eval("return 1") == 1)
        #expect(database.eval("return 3.99") == 3)
        #expect(database.eval("return 'text'") == "text")
        #expect(database.eval("return true") == 1)
        #expect(database.eval("return false") == nil)
        #expect(database.eval("return nil") == nil)
        #expect(database.eval("return {1, 2, 'three', {4}}") == [1, 2, "three", [4]])
        #expect(database.eval("return {1, nil, 3}") == [1])
        #expect(database.eval("return {ok = 'fine'}") == .status("fine"))
        #expect(database.eval("return {err = 'MINE it is'}") == .error("MINE it is"))
        #expect(database.eval("return {}") == [])
        #expect(database.eval("return _G") == [])
        #expect(database.eval("") == nil)
    }

    @Test("a script that may not write may not publish either, which CLIENT PAUSE relies on")
    func quietScripts() {
        let script = "return redis.call('publish', 'channel', 'message')"
        #expect(database.eval(script) == 0)
        let refusal: ByteString = "ERR Write commands are not allowed from read-only scripts."
        #expect(database(["EVAL_RO", ByteString(script), "0"]).isError(startingWith: refusal))
        let quiet = ByteString("#!lua flags=no-writes\n" + script)
        #expect(database(["EVAL", quiet, "0"]).isError(startingWith: refusal))
        for (words, mayWrite) in [
            (["EVAL", quiet, "0"], false), (["EVAL", ByteString(script), "0"], true),
            (["EVAL", "#!lua\nreturn 1", "0"], true), (["EVAL_RO", quiet, "0"], false),
            (["PUBLISH", "c", "m"], true), (["GET", "k"], false), (["SET", "k", "v"], true),
        ] as [([ByteString], Bool)] {
            let call = Call(session: database.client.session, arguments: Arguments(words))
            #expect(database.dispatcher.mayWrite(call) == mayWrite, "\(words)")
        }
    }

    @Test("hands over keys and arguments")
    func keysAndArguments() {
        let script = "return {KEYS[1], KEYS[2], ARGV[1], #KEYS, #ARGV}"
        #expect(
            database.eval(script, keys: ["a", "b"], arguments: ["c"]) == ["a", "b", "c", 2, 1])
        #expect(
            database("EVAL 'return 1' 2 a").isError(startingWith: "ERR Number of keys can't be g"))
        #expect(
            database("EVAL 'return 1' -1").isError(startingWith: "ERR Number of keys can't be n"))
        #expect(
            database("EVAL 'return 1' x") == .error("ERR value is not an integer or out of range"))
        #expect(database("EVAL 'return 1'").isError(startingWith: "ERR wrong number of arguments"))
    }

    @Test("runs commands and shows their replies as Lua values")
    func commands() {
        #expect(
            database.eval(
                "return redis.call('SET', KEYS[1], ARGV[1])", keys: ["k"], arguments: ["v"]) == "OK"
        )
        #expect(database("GET k") == "v")
        #expect(database.eval("return redis.call('set', 'k', 5)['ok']") == "OK")
        #expect(database.eval("return redis.call('incr', 'k') + 1") == 7)
        #expect(database.eval("return tostring(redis.call('get', 'missing'))") == "false")
        #expect(database.eval("return redis.call('mget', 'k', 'missing')") == ["6", nil])
        #expect(database.eval("return type(redis.pcall('incr', 'k', 'x'))") == "table")
        #expect(
            database.eval("redis.call('rpush', 'l', 'x'); return redis.pcall('incr', 'l')")
                == .error("WRONGTYPE Operation against a key holding the wrong kind of value"))
        #expect(
            database.eval("redis.call('set', 'n', 1e15) return redis.call('get', 'n')")
                == "1000000000000000")
        #expect(
            database.eval("redis.call('set', 'n', 3.25) return redis.call('get', 'n')") == "3.25")
    }

    @Test(
        "says where an error happened",
        arguments: [
            (
                "return redis.call('nosuch')",
                "ERR Unknown Redis command called from script script: "
            ),
            (
                "return redis.call('get')",
                "ERR Wrong number of args calling Redis command from script "
            ),
            (
                "return redis.call('eval', 'return 1', 0)",
                "ERR This Redis command is not allowed from"
            ),
            ("return redis.call()", "ERR Please specify at least one argument for this redis lib"),
            ("return redis.call('get', {})", "ERR Lua redis lib command arguments must be strings"),
            ("error('mine')", "ERR user_script:1: mine script: "),
            ("error({err = 'MY own'})", "MY own script: "),
            ("error({})", "ERR unknown error script: "),
            ("error(nil)", "ERR nil script: "),
            (
                "return x",
                "ERR user_script:1: Script attempted to access nonexistent global variable 'x'"
            ),
            ("x = 1", "ERR user_script:1: Attempt to modify a readonly table script: "),
            (
                "local",
                "ERR Error compiling script (new function): user_script:1: '<name>' expected"
            ),
            ("return redis.error_reply('MY text')", "MY text"),
            ("return redis.error_reply('text')", "ERR text"),
            ("redis.setresp(4)", "ERR RESP version must be 2 or 3. script: "),
        ])
    func errors(script: String, error: String) {
        #expect(
            database.eval(script).isError(startingWith: ByteString(error)),
            "\(database.eval(script))")
    }

    @Test("names the script and the line at the end")
    func errorPlace() {
        let text = database.eval("\n\nerror('x')").text?.description
        #expect(text?.hasPrefix("ERR user_script:3: x script: ") == true, "\(text ?? "nil")")
        #expect(text?.hasSuffix(", on @user_script:3.") == true)
    }

    @Test("keeps the client's database and protocol as they were")
    func surroundings() {
        database("SET k zero")
        #expect(
            database.eval(
                "redis.call('select', 9) redis.call('set', 'k', 'nine') return redis.call('get', 'k')"
            ) == "nine")
        #expect(database("GET k") == "zero")
        database.eval("redis.setresp(3) redis.call('ping')")
        #expect(database.client.wire("GET missing") == "$-1\r\n")
    }

    @Test("does not wait")
    func blocking() {
        #expect(database.eval("return redis.call('blpop', 'l', 0)") == nil)
        #expect(!database.client.isBlocked)
    }

    @Test("serves who waits when it is over, not before")
    func unblocking() {
        let waiting = database.connect()
        #expect(waiting("BLPOP l 0") == .blocked)
        database.eval("redis.call('rpush', 'l', 'a') redis.call('lpush', 'l', 'b')")
        #expect(waiting.takeLateReply() == ["l", "b"])
    }

    @Test("stands still in time")
    func time() {
        database("SET k v PX 10")
        #expect(
            database.eval(
                "for i = 1, 1000 do redis.call('get', 'k') end return redis.call('pttl', 'k')")
                == 10)
    }

    @Test("may be queued")
    func transaction() {
        database("MULTI")
        #expect(database("EVAL \"return redis.call('incr', 'n')\" 0") == "QUEUED")
        #expect(database("EXEC") == [1])
    }

    @Test("_RO refuses writes")
    func readOnly() {
        #expect(
            database("EVAL_RO \"return redis.call('set', 'k', 'v')\" 0")
                .isError(
                    startingWith:
                        "ERR Write commands are not allowed from read-only scripts. script: "))
        #expect(database("EVAL_RO \"return redis.call('get', 'k')\" 0") == nil)
        #expect(
            database.eval("#!lua flags=no-writes\nreturn redis.call('set', 'k', 'v')")
                .isError(startingWith: "ERR Write commands are not allowed"))
        #expect(
            database("EVAL_RO \"#!lua\\nreturn 1\" 0")
                == .error("ERR Can not execute a script with write flag using *_ro command."))
    }

    @Test(
        "reads the first line",
        arguments: [
            ("#!lua\nreturn 1", ""),
            ("#!lua flags=\nreturn 1", ""),
            (
                "#!lua flags=no-writes,allow-oom,allow-stale,no-cluster,allow-cross-slot-keys\nreturn 1",
                ""
            ),
            ("#!not-lua\nreturn 1", "ERR Unexpected engine in script shebang: #!not-lua"),
            ("#!lua badger=data\nreturn 1", "ERR Unknown lua shebang option: badger=data"),
            ("#!lua flags=what?\nreturn 1", "ERR Unexpected flag in script shebang: what?"),
            ("#!lua", "ERR Invalid script shebang"),
            ("#!lua \"\nreturn 1", "ERR Invalid engine in script shebang"),
        ])
    func shebang(script: String, error: String) {
        #expect(database.eval(script) == (error.isEmpty ? 1 : .error(ByteString(error))))
    }

    @Test("stops writing when memory is used up, unless it may go on")
    func outOfMemory() {
        database.dispatcher.admission.isOutOfMemory = { true }
        #expect(
            database.eval("redis.call('set', 'k', 'v')").isError(
                startingWith: "OOM command not allowed when used memory > 'maxmemory'. script: "))
        #expect(database.eval("return redis.call('get', 'k')") == nil)
        #expect(
            database.eval("#!lua\nreturn 1")
                == .error("OOM command not allowed when used memory > 'maxmemory'."))
        #expect(database.eval("#!lua flags=allow-oom\nreturn redis.call('set', 'k', 'v')") == "OK")
        #expect(database.eval("#!lua flags=no-writes\nreturn redis.call('get', 'k')") == "v")
    }
}
