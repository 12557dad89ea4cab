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
            #expect(arguments.count == count)
            #expect(arguments.copies() == words)
            #expect(arguments.all.map { ByteString($0) } == words)
            arguments.reset()
            #expect(arguments.count == 0)
            #expect(!arguments.hasMore)
        }
    }

    @Test("are read one by one from behind the name")
    func reading() throws {
        var arguments = Arguments(["SET", "key", "12", "nx"])
        #expect(arguments.remaining == 3)
        #expect(ByteString(try arguments.next()) == "key")
        #expect(try arguments.integer() == 12)
        #expect(!arguments.consume("XX"))
        #expect(arguments.consume("NX"))
        #expect(!arguments.consume("NX"))
        var thrown: ErrorReply?
        do throws(ErrorReply) {
            _ = try arguments.next()
        } catch {
            thrown = error
        }
        #expect(thrown == .syntax)
        arguments.rewind(nameCount: 2)
        #expect(ByteString(try arguments.next()) == "12")
    }
}
