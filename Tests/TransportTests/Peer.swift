// SPDX-License-Identifier: Apache-2.0

import Glibc
import Primitives
import Synchronization
import Testing
import Transport

/// The other end of a connection: a blocking socket that gives up after ten seconds.
final class Peer: @unchecked Sendable {
    private(set) var descriptor: CInt

    struct Failure: Error {
        let what: String
    }

    init(_ descriptor: CInt) {
        self.descriptor = descriptor
        var timeout = timeval(tv_sec: 10, tv_usec: 0)
        for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
            unsafe setsockopt(
                descriptor, SOL_SOCKET, option, &timeout, socklen_t(MemoryLayout<timeval>.size))
        }
    }

    convenience init(port: Int) throws {
        let descriptor = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let result = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else {
            Glibc.close(descriptor)
            throw Failure(what: "connect: \(errno)")
        }
        self.init(descriptor)
    }

    convenience init(path: String) throws {
        let descriptor = socket(AF_UNIX, CInt(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        unsafe withUnsafeMutableBytes(of: &address.sun_path) {
            unsafe $0.copyBytes(from: path.utf8)
        }
        let result = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard result == 0 else {
            Glibc.close(descriptor)
            throw Failure(what: "connect: \(errno)")
        }
        self.init(descriptor)
    }

    deinit { close() }

    func close() {
        if descriptor >= 0 { Glibc.close(descriptor) }
        descriptor = -1
    }

    /// Says that nothing more is sent.
    func finish() { shutdown(descriptor, CInt(SHUT_WR)) }

    func send(_ text: String) throws { try send(Array(text.utf8)) }

    func send(_ bytes: [UInt8]) throws {
        var sent = 0
        while sent < bytes.count {
            let count = unsafe bytes.withUnsafeBytes {
                unsafe Glibc.send(
                    descriptor, $0.baseAddress.unsafelyUnwrapped + sent, bytes.count - sent,
                    CInt(MSG_NOSIGNAL))
            }
            guard count > 0 else { throw Failure(what: "send: \(errno)") }
            sent += count
        }
    }

    /// Reads so many bytes; fewer at the end.
    func read(_ count: Int) throws -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var got = 0
        while got < count {
            let more = unsafe bytes.withUnsafeMutableBytes {
                unsafe recv(descriptor, $0.baseAddress.unsafelyUnwrapped + got, count - got, 0)
            }
            guard more >= 0 else { throw Failure(what: "recv: \(errno)") }
            if more == 0 { break }
            got += more
        }
        return Array(bytes[..<got])
    }

    func text(_ count: Int) throws -> String { String(decoding: try read(count), as: UTF8.self) }
}

/// A connection for tests: it remembers what comes, and sends it back if it should.
final class TestConnection: StreamConnection, @unchecked Sendable {
    struct Seen {
        var bytes: [UInt8] = []
        var reads = 0
        var caughtUp = 0
        var sentAll = 0
        var ended = 0
    }

    let seen = Mutex(Seen())
    let echoes: Bool
    /// Called with what comes, on the loop.
    var onReceived: (TestConnection, Bytes) -> Void = { _, _ in }

    init(_ descriptor: CInt, on loop: EventLoop, echoes: Bool = true) {
        self.echoes = echoes
        super.init(descriptor, on: loop)
    }

    override func received(_ bytes: Bytes) {
        seen.withLock {
            $0.bytes += unsafe Array(bytes.buffer)
            $0.reads += 1
        }
        if echoes { send(bytes) }
        onReceived(self, bytes)
    }

    override func caughtUp() { seen.withLock { $0.caughtUp += 1 } }
    override func sentAll() { seen.withLock { $0.sentAll += 1 } }
    override func ended() { seen.withLock { $0.ended += 1 } }
}

/// Waits up to ten seconds for something to become true.
func eventually(_ condition: () -> Bool) async -> Bool {
    for _ in 0..<2000 {
        if condition() { return true }
        try? await Task.sleep(for: .milliseconds(5))
    }
    return condition()
}

extension EventLoop {
    /// Does `body` on the loop and waits for its result.
    func ask<Result: Sendable>(_ body: @escaping @Sendable () -> Result) async -> Result {
        await withCheckedContinuation { continuation in
            execute { continuation.resume(returning: body()) }
        }
    }

    /// A connection on this loop and its other end.
    func pair(echoes: Bool = true) async -> (TestConnection, Peer) {
        var ends: [CInt] = [-1, -1]
        let kind = CInt(SOCK_STREAM.rawValue)
        unsafe socketpair(AF_UNIX, kind, 0, &ends)
        let (near, far) = (ends[0], ends[1])
        _ = fcntl(near, F_SETFL, O_NONBLOCK)
        let connection = await ask {
            let connection = TestConnection(near, on: self, echoes: echoes)
            connection.begin()
            return connection
        }
        return (connection, Peer(far))
    }
}

/// Runs `body` with a loop that turns, and ends it.
func withLoop(_ body: (EventLoop) async throws -> Void) async throws {
    let loop = try EventLoop(name: "test")
    try loop.start()
    do {
        try await body(loop)
    } catch {
        await loop.stop()
        throw error
    }
    await loop.stop()
}
