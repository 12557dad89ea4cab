// SPDX-License-Identifier: Apache-2.0

import Primitives
import RESP
import Testing

@Suite("RequestParser")
struct RequestParserTests {
    /// What the parser makes of bytes that come in the given pieces: requests, then an error.
    static func parse(
        _ pieces: [[UInt8]], limits: RequestLimits = RequestLimits()
    ) -> (requests: [[ByteString]], error: ByteString?) {
        var parser = RequestParser()
        parser.limits = limits
        var arguments = Arguments()
        var buffer: [UInt8] = []
        var requests: [[ByteString]] = []
        for piece in pieces {
            buffer += piece
            do throws(ErrorReply) {
                while try ByteString(buffer).withBytes({ (bytes) throws(ErrorReply) -> Bool in
                    guard try parser.next(in: bytes, into: &arguments) == .request else {
                        return false
                    }
                    requests.append(arguments.copies())
                    return true
                }) {}
            } catch {
                return (requests, error.message)
            }
            let consumed = parser.consumed
            buffer.removeFirst(consumed)
            parser.dropped(consumed)
        }
        return (requests, nil)
    }

    static let stream = Array(
        "*2\r\n$3\r\nGET\r\n$1\r\nk\r\nPING\r\n*0\r\n*-1\r\n\r\n*3\r\n$3\r\nSET\r\n$0\r\n\r\n$4\r\n\r\n\r\n\r\nECHO \"a b\"\n*1\r\n$4\r\nQUIT\r\n"
            .utf8)
    static let requests: [[ByteString]] = [
        ["GET", "k"], ["PING"], ["SET", "", "\r\n\r\n"], ["ECHO", "a b"], ["QUIT"],
    ]

    @Test("reads the same however the bytes are cut in pieces of one size", arguments: 1...40)
    func pieces(size: Int) {
        let stream = Self.stream
        let pieces = stride(from: 0, to: stream.count, by: size).map {
            Array(stream[$0..<min($0 + size, stream.count)])
        }
        let (requests, error) = Self.parse(pieces)
        #expect(requests == Self.requests)
        #expect(error == nil)
    }

    @Test("reads the same however the bytes are cut in two")
    func halves() {
        for cut in 0...Self.stream.count {
            let (requests, error) = Self.parse([
                Array(Self.stream[..<cut]), Array(Self.stream[cut...]),
            ])
            #expect(requests == Self.requests, "cut at \(cut)")
            #expect(error == nil)
        }
    }

    @Test(
        "explains what it cannot read",
        arguments: [
            ("*x\r\n", "ERR Protocol error: invalid multibulk length"),
            ("*2147483648\r\n", "ERR Protocol error: invalid multibulk length"),
            ("*1\r\n:1\r\n", "ERR Protocol error: expected '$', got ':'"),
            ("*1\r\n$-1\r\n", "ERR Protocol error: invalid bulk length"),
            ("*1\r\n$x\r\n", "ERR Protocol error: invalid bulk length"),
            ("*1\r\n$536870913\r\n", "ERR Protocol error: invalid bulk length"),
            ("GET \"a\r\n", "ERR Protocol error: unbalanced quotes in request"),
        ] as [(String, ByteString)])
    func refusal(text: String, error: ByteString) {
        #expect(Self.parse([Array(text.utf8)]).error == error)
        #expect(Self.parse(text.utf8.map { [$0] }).error == error)
    }

    @Test("limits lines")
    func longLines() {
        let long = [UInt8](repeating: UInt8(ascii: "1"), count: 64 * 1024 + 1)
        #expect(Self.parse([long]).error == "ERR Protocol error: too big inline request")
        #expect(
            Self.parse([Array("*".utf8) + long]).error
                == "ERR Protocol error: too big mbulk count string")
        #expect(
            Self.parse([Array("*1\r\n$".utf8) + long]).error
                == "ERR Protocol error: too big bulk count string")
    }

    @Test("allows strangers little")
    func unauthenticated() {
        var limits = RequestLimits()
        limits.isAuthenticated = false
        #expect(
            Self.parse([Array("*11\r\n".utf8)], limits: limits).error
                == "ERR Protocol error: unauthenticated multibulk length")
        #expect(
            Self.parse([Array("*1\r\n$16385\r\n".utf8)], limits: limits).error
                == "ERR Protocol error: unauthenticated bulk length")
    }

    /// CLIENT PAUSE reads a request, and gives it back until later.
    @Test("a request that is given back is read again, whatever was dropped before it")
    func rewind() throws {
        var parser = RequestParser()
        var arguments = Arguments()
        for wire: ByteString in ["*1\r\n$4\r\nPING\r\n", "*2\r\n$3\r\nGET\r\n$1\r\nk\r\n"] {
            try wire.withBytes { (bytes: Bytes) throws(ErrorReply) in
                for _ in 0..<3 {
                    #expect(try parser.next(in: bytes, into: &arguments) == .request)
                    parser.rewind(to: 0)
                    #expect(parser.consumed == 0)
                    // Even from the middle of a request.
                    let part = bytes[0..<(bytes.count - 3)]
                    #expect(try parser.next(in: part, into: &arguments) == .incomplete)
                    parser.rewind(to: 0)
                }
                #expect(try parser.next(in: bytes, into: &arguments) == .request)
                #expect(parser.consumed == wire.count)
                parser.dropped(parser.consumed)
            }
        }
    }
}
