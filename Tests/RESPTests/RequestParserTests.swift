// SPDX-License-Identifier: Apache-2.0

import Primitives
import RESP
import Testing

@Suite("RequestParser")
struct RequestParserTests {
    /// The requests in `wire`, fed in two pieces, or the error that ends it.
    private func requests(_ wire: ByteString, cut: Int) -> ([[ByteString]], ByteString?) {
        var parser = RequestParser()
        var arguments = Arguments()
        var found: [[ByteString]] = []
        do throws(ErrorReply) {
            for end in [cut, wire.count] {
                try wire.withBytes { (bytes) throws(ErrorReply) in
                    let piece = bytes[0..<end]
                    while try parser.next(in: piece, into: &arguments) == .request {
                        found.append(arguments.copies())
                    }
                }
            }
        } catch {
            return (found, error.message)
        }
        return (found, nil)
    }

    @Test("reads the same requests wherever the buffer is cut")
    func cuts() {
        let wire: ByteString =
            "*1\r\n$4\r\nPING\r\n*3\r\n$3\r\nSET\r\n$0\r\n\r\n$12\r\nab\r\ncd*1\r\n$4\r\n*0\r\nECHO hello\r\n*2\r\n$3\r\nGET\r\n$1\r\nk\r\n"
        let expected: [[ByteString]] = [
            ["PING"], ["SET", "", "ab\r\ncd*1\r\n$4"], ["ECHO", "hello"], ["GET", "k"],
        ]
        for cut in 0...wire.count {
            let (found, error) = requests(wire, cut: cut)
            #expect(found == expected, "cut at \(cut)")
            #expect(error == nil)
        }
    }

    @Test(
        "refuses what is no request, whole or in pieces",
        arguments: [
            ("*abc\r\n", "ERR Protocol error: invalid multibulk length"),
            ("*01\r\n$4\r\nPING\r\n", "ERR Protocol error: invalid multibulk length"),
            ("*3000000000\r\n", "ERR Protocol error: invalid multibulk length"),
            ("*1\r\n:4\r\nPING\r\n", "ERR Protocol error: expected '$', got ':'"),
            ("*1\r\n$-1\r\n", "ERR Protocol error: invalid bulk length"),
            ("*1\r\n$04\r\nPING\r\n", "ERR Protocol error: invalid bulk length"),
            ("*1\r\n$9999999999\r\n", "ERR Protocol error: invalid bulk length"),
        ] as [(String, String)]
    )
    func rejection(wire: String, error: String) {
        for cut in 0...wire.utf8.count {
            let (found, message) = requests(ByteString(wire), cut: cut)
            #expect(found.isEmpty)
            #expect(message == ByteString(error), "cut at \(cut)")
        }
    }

    /// CLIENT PAUSE reads a request, and gives it back until later.
    @Test("a request that is given back is read again, whatever was dropped before it")
    func unread() throws {
        var parser = RequestParser()
        var arguments = Arguments()
        for wire: ByteString in ["*1\r\n$4\r\nPING\r\n", "*2\r\n$3\r\nGET\r\n$1\r\nk\r\n"] {
            try wire.withBytes { (bytes: Bytes) throws(ErrorReply) in
                for _ in 0..<3 {
                    #expect(try parser.next(in: bytes, into: &arguments) == .request)
                    parser.unread()
                    #expect(parser.consumed == 0)
                }
                #expect(try parser.next(in: bytes, into: &arguments) == .request)
                #expect(parser.consumed == wire.count)
                parser.dropped(parser.consumed)
            }
        }
    }
}
