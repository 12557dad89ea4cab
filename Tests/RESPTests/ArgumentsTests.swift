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
            let (found, copies) = (arguments.count, arguments.copies())
            #expect(found == count)
            #expect(copies == words)
            let all = arguments.all.map { ByteString($0) }
            #expect(all == words)
            arguments.reset()
            let left = arguments.count
            #expect(left == 0)
            let hasMore = arguments.hasMore
            #expect(!hasMore)
        }
    }

    @Test("are read one by one from behind the name")
    func reading() throws {
        var arguments = Arguments(["SET", "key", "12", "nx"])
        let remaining = arguments.remaining
        #expect(remaining == 3)
        let key = ByteString(try arguments.next())
        #expect(key == "key")
        let number = try arguments.integer()
        #expect(number == 12)
        let consumed = [
            arguments.consume("XX"), arguments.consume("NX"), arguments.consume("NX"),
        ]
        #expect(consumed == [false, true, false])
        var thrown: ErrorReply?
        do throws(ErrorReply) {
            _ = try arguments.next()
        } catch {
            thrown = error
        }
        #expect(thrown == .syntax)
        arguments.rewind(nameCount: 2)
        let second = ByteString(try arguments.next())
        #expect(second == "12")
    }
}
