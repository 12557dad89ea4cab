// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@Suite("CTX.TRIM")
struct CTX_TRIMTests {
    /// 1: user, 2: call, 3: user, 4: result of 2, 5: call without result, 6: user; a token each.
    private func conversation() -> TestDatabase {
        let database = TestDatabase()
        database("CTX.APPEND c MSG user a TOKENS 1 MSG assistant b TOKENS 1 CALLS 1 x")
        database("CTX.APPEND c MSG user c TOKENS 1 MSG tool d TOKENS 1 RESULT x")
        database("CTX.APPEND c MSG assistant e TOKENS 1 CALLS 1 y MSG user f TOKENS 1")
        return database
    }

    @Test(
        "takes the oldest atoms, by their last message",
        arguments: [
            ("MAXTOKENS 6", [1, 2, 3, 4, 5, 6]), ("MAXTOKENS 5", [2, 3, 4, 5, 6]),
            ("MAXTOKENS 4", [2, 4, 5, 6]), ("MAXTOKENS 3", [5, 6]), ("MAXTOKENS 0", [5]),
            ("MAXMESSAGES 4", [2, 4, 5, 6]), ("MAXMESSAGES 3", [5, 6]), ("MAXMESSAGES 0", [5]),
            ("BEFORE 1", [1, 2, 3, 4, 5, 6]), ("BEFORE 4", [2, 4, 5, 6]), ("BEFORE 5", [5, 6]),
            ("BEFORE 100", [5]),
        ] as [(String, [Int64])])
    func trims(how: String, left: [Int64]) {
        let database = conversation()
        database.collectEvents()
        #expect(database("CTX.TRIM c \(how)") == .integer(Int64(6 - left.count)))
        let found = database("CTX.RANGE c 0 -1").elements?.compactMap { $0["seq"]?.integer }
        #expect(found == left)
        #expect(database.takeEvents() == (left.count < 6 ? ["ctx.trim c"] : []))
        #expect(database("CTX.INFO c")["version"] == (left.count < 6 ? 4 : 3))
        #expect(database("CTX.INFO c")["tokens"] == .integer(Int64(left.count)))
    }

    @Test("an emptied context stays, with version and numbers")
    func emptied() {
        let database = TestDatabase()
        database("CTX.APPEND c MSG user a TOKENS 1")
        #expect(database("CTX.TRIM c MAXMESSAGES 0") == 1)
        #expect(database("EXISTS c") == 1)
        #expect(database("CTX.LEN c") == 0)
        #expect(database("CTX.INFO c")["first-seq"] == nil as Reply)
        #expect(database("CTX.FETCH c BUDGET 1")["version"] == 2)
        #expect(database("CTX.APPEND c IFVER 2 MSG user a TOKENS 1") == [2, 3, 1])
    }

    @Test("refuses what it cannot read")
    func refusals() {
        let database = conversation()
        #expect(
            database("CTX.TRIM c MAXTOKENS -1").isError(startingWith: "ERR value is out of range"))
        #expect(
            database("CTX.TRIM c BEFORE x").isError(startingWith: "ERR value is not an integer"))
        #expect(database("CTX.TRIM c OTHER 1").isError(startingWith: "ERR syntax error"))
        #expect(database("CTX.TRIM none BEFORE 5") == 0)
    }
}
