// SPDX-License-Identifier: Apache-2.0

import Primitives
import RESP
import Testing

@Suite("Arguments")
struct ArgumentsTests {
    @Test("hold any number, and start over", arguments: [0, 1, 15, 16, 17, 1024, 1025, 5000])
    func growth(count: Int) {
        var arguments = Arguments()
        let words = (0..<count).map { ByteString("word\($0)") }
        for _ in 0..<2 {
            arguments.appendOwned(words.map(\.array))
            let (copies, all) = (arguments.copies(), arguments.all.map { ByteString($0) })
            let full = arguments.count
            arguments.reset()
            let (left, hasMore) = (arguments.count, arguments.hasMore)
            #expect(full == count)
            #expect(copies == words)
            #expect(all == words)
            #expect(left == 0)
            #expect(!hasMore)
        }
    }

    @Test("are read one by one from behind the name")
    func reading() throws(ErrorReply) {
        var arguments = Arguments(["SET", "key", "12", "nx"])
        let remaining = arguments.remaining
        let key = ByteString(try arguments.next())
        let number = try arguments.integer()
        let consumed = [
            arguments.consume("XX"), arguments.consume("NX"), arguments.consume("NX"),
        ]
        #expect(remaining == 3)
        #expect(key == "key")
        #expect(number == 12)
        #expect(consumed == [false, true, false])
        var thrown: ErrorReply?
        do throws(ErrorReply) {
            _ = try arguments.next()
        } catch {
            thrown = error
        }
        #expect(thrown == .syntax)
        arguments.rewind(nameCount: 2)
        let again = ByteString(try arguments.next())
        #expect(again == "12")
    }
}
