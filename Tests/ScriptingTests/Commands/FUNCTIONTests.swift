// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@Suite("FUNCTION and FCALL")
struct FUNCTIONTests {
    let database = TestDatabase.withScripts()

    @discardableResult
    private func load(_ code: String, replacing: Bool = false) -> Reply {
        database(
            (["FUNCTION", "LOAD"] + (replacing ? ["REPLACE"] : []) + [code]).map { ByteString($0) })
    }

    @Test("a library's functions can be called")
    func calls() {
        #expect(
            load(
                "#!lua name=lib\nredis.register_function('f', function(k, a) return {k[1], a[1], #k} end)"
            ) == "lib")
        #expect(database("FCALL f 1 key value") == ["key", "value", 1])
        #expect(database("FCALL F 0") == [])
        #expect(database("FCALL g 0") == .error("ERR Function not found"))
        #expect(database("FCALL f x") == .error("ERR Bad number of keys provided"))
        #expect(database("FCALL f 1").isError(startingWith: "ERR Number of keys can't be greater"))
        #expect(
            database("FCALL_RO f 0")
                == .error("ERR Can not execute a script with write flag using *_ro command."))
    }

    @Test("named arguments and flags")
    func named() {
        load(
            """
            #!lua name=lib
            redis.register_function{function_name = 'f', description = 'says one', flags = {'no-writes'},
                callback = function() return redis.call('set', 'a', 1) end}
            """)
        #expect(
            database("FCALL_RO f 0").isError(
                startingWith:
                    "ERR Write commands are not allowed from read-only scripts. script: f, on @user_function:3."
            ))
        #expect(
            database("FUNCTION LIST")
                == [
                    [
                        "library_name", "lib", "engine", "LUA", "functions",
                        [["name", "f", "description", "says one", "flags", ["no-writes"]]],
                    ]
                ])
        #expect(database("FUNCTION LIST LIBRARYNAME x*") == [])
        #expect(database("FUNCTION LIST WITHCODE LIBRARYNAME l*").elements?.count == 1)
        #expect(database("FUNCTION LIST what") == .error("ERR Unknown argument what"))
        #expect(
            database("FUNCTION LIST LIBRARYNAME")
                == .error("ERR library name argument was not given"))
    }

    @Test(
        "refuses libraries that are none",
        arguments: [
            ("return 1", "Missing library metadata"),
            ("#!lua name=x", "Invalid library metadata"),
            ("#!lua\nreturn 1", "Library name was not given"),
            (
                "#!lua name=bad-name\n",
                "Library names can only contain letters, numbers, or underscores(_) and must be at least one character long"
            ),
            (
                "#!lua name=a name=b\n",
                "Invalid metadata value, name argument was given multiple times"
            ),
            ("#!lua name=a foo=b\n", "Invalid metadata value given: foo=b"),
            ("#!js name=a\n", "Engine 'js' not found"),
            ("#!lua name=a\nlocal x = 1", "No functions registered"),
            (
                "#!lua name=a\nx=",
                "Error compiling function: user_function:2: unexpected symbol near '<eof>'"
            ),
            (
                "#!lua name=a\nfoo()",
                "Error registering functions: ERR user_function:2: Script attempted to access nonexistent global variable 'foo'"
            ),
            (
                "#!lua name=a\nredis.call('ping')",
                "Error registering functions: ERR user_function:2: Script attempted to access nonexistent global variable 'call'"
            ),
            (
                "#!lua name=a\nredis.register_function('f', 1)",
                "Error registering functions: ERR second argument to redis.register_function must be a function"
            ),
            (
                "#!lua name=a\nredis.register_function(1)",
                "Error registering functions: ERR calling redis.register_function with a single argument is only applicable to Lua table (representing named arguments)."
            ),
            (
                "#!lua name=a\nredis.register_function{}",
                "Error registering functions: ERR redis.register_function must get a function name argument"
            ),
            (
                "#!lua name=a\nredis.register_function{function_name='f', callback=function() end, flags={'x'}}",
                "Error registering functions: ERR unknown flag given"
            ),
            (
                "#!lua name=a\nredis.register_function('f', function() end) redis.register_function('f', function() end)",
                "Error registering functions: ERR Function already exists in the library"
            ),
            (
                "#!lua name=a\nx = 1",
                "Error registering functions: ERR user_function:2: Attempt to modify a readonly table"
            ),
            (
                "#!lua name=a\nwhile true do end",
                "Error registering functions: ERR FUNCTION LOAD timeout"
            ),
        ])
    func refused(code: String, error: String) {
        #expect(load(code) == .error(ByteString("ERR " + error)))
        #expect(database("FUNCTION LIST") == [])
        #expect(
            load("#!lua name=ok\nredis.register_function('f', function() return 1 end)") == "ok")
        #expect(database("FCALL f 0") == 1)
    }

    @Test("replacing, deleting and flushing")
    func changing() {
        let one = "#!lua name=lib\nredis.register_function('f', function() return 1 end)"
        #expect(load(one) == "lib")
        #expect(load(one) == .error("ERR Library 'lib' already exists"))
        #expect(load(one.replacing("return 1", with: "return 2"), replacing: true) == "lib")
        #expect(database("FCALL f 0") == 2)
        #expect(
            load(one.replacing("lib", with: "other")) == .error("ERR Function f already exists"))
        #expect(
            load("#!lua name=lib\nbroken(", replacing: true).isError(
                startingWith: "ERR Error compiling"))
        #expect(database("FCALL f 0") == 2)
        #expect(database("FUNCTION DELETE nosuch") == .error("ERR Library not found"))
        #expect(database("FUNCTION DELETE lib") == "OK")
        #expect(database("FCALL f 0") == .error("ERR Function not found"))
        load(one)
        #expect(
            database("FUNCTION STATS")["engines"]?["LUA"] == [
                "libraries_count", 1, "functions_count", 1,
            ])
        #expect(
            database("FUNCTION FLUSH what")
                == .error("ERR FUNCTION FLUSH only supports SYNC|ASYNC option"))
        #expect(database("FUNCTION FLUSH ASYNC") == "OK")
        #expect(database("FUNCTION LIST") == [])
        #expect(database.keyspace.functionLibraries == [])
        #expect(database("FUNCTION KILL") == .error("NOTBUSY No scripts in execution right now."))
    }

    @Test("libraries keep what is local to them, and share nothing global")
    func state() {
        load(
            "#!lua name=lib\nlocal n = 0\nredis.register_function('f', function() n = n + 1 return n end)\nredis.register_function('g', function() x = 1 end)"
        )
        #expect(database("FCALL f 0") == 1)
        #expect(database("FCALL f 0") == 2)
        #expect(
            database("FCALL g 0").isError(
                startingWith:
                    "ERR user_function:4: Attempt to modify a readonly table script: g, on @user_function:4."
            ))
    }
}
