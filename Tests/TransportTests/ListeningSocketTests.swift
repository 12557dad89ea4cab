// SPDX-License-Identifier: Apache-2.0

import Glibc
import Primitives
import Synchronization
import Testing

@testable import Transport

@Suite("ListeningSocket", .serialized)
struct ListeningSocketTests {
    private final class Accepted: @unchecked Sendable {
        let sockets = Mutex<[AcceptedSocket]>([])
        let troubles = Mutex<[TransportError]>([])
        let connections = Mutex<[TestConnection]>([])

        func take(_ socket: AcceptedSocket, on loop: EventLoop) {
            let connection = TestConnection(socket.descriptor, on: loop)
            connection.begin()
            sockets.withLock { $0.append(socket) }
            connections.withLock { $0.append(connection) }
        }
    }

    private func listen(
        _ host: String, port: Int = 0, on loop: EventLoop, _ accepted: Accepted,
        keepAliveSeconds: Int = 0
    ) throws -> ListeningSocket {
        try ListeningSocket.open(
            host: host, port: port, .init(backlog: 100, keepAliveSeconds: keepAliveSeconds),
            on: loop,
            troubled: { error in accepted.troubles.withLock { $0.append(error) } },
            accepted: { accepted.take($0, on: loop) })
    }

    @Test("accepts at an address, by number and by name", arguments: ["127.0.0.1", "localhost"])
    func addresses(host: String) async throws {
        try await withLoop { loop in
            let accepted = Accepted()
            let listening = try listen(host, on: loop, accepted)
            #expect(listening.address.port > 0)
            guard listening.address.host == "127.0.0.1" else { return }
            let peer = try Peer(port: listening.address.port)
            try peer.send("hello")
            #expect(try peer.text(5) == "hello")
            let socket = try #require(accepted.sockets.withLock { $0.first })
            #expect(socket.local.text == "127.0.0.1:\(listening.address.port)")
            #expect(socket.remote.host == "127.0.0.1" && socket.remote.port > 0)
            #expect(socket.remote.isLocal)
        }
    }

    @Test("IPv4 and IPv6 have one port each")
    func bothFamilies() async throws {
        try await withLoop { loop in
            let accepted = Accepted()
            let six: ListeningSocket
            do {
                six = try listen("::", on: loop, accepted)
            } catch {
                return  // A machine without IPv6.
            }
            #expect(six.address.text == "[::]:\(six.address.port)")
            let four = try listen("0.0.0.0", port: six.address.port, on: loop, accepted)
            #expect(four.address.port == six.address.port)
        }
    }

    @Test("what cannot be had is said", arguments: ["256.1.1.1", "192.0.2.1"])
    func refusal(host: String) async throws {
        try await withLoop { loop in
            #expect(throws: TransportError.self) {
                _ = try listen(host, on: loop, Accepted())
            }
            let taken = try listen("127.0.0.1", on: loop, Accepted())
            do {
                _ = try listen("127.0.0.1", port: taken.address.port, on: loop, Accepted())
                Issue.record("a port was had twice")
            } catch let error as TransportError {
                #expect(error.description == "bind: Address already in use")
            }
        }
    }

    @Test("accepted sockets have the options of the listening one")
    func options() async throws {
        try await withLoop { loop in
            let accepted = Accepted()
            let listening = try listen("127.0.0.1", on: loop, accepted, keepAliveSeconds: 90)
            let peer = try Peer(port: listening.address.port)
            #expect(await eventually { accepted.sockets.withLock { $0.count } == 1 })
            let descriptor = try #require(accepted.sockets.withLock { $0.first }).descriptor
            func option(_ level: CInt, _ name: CInt) -> CInt {
                var value: CInt = -1
                var length = socklen_t(MemoryLayout<CInt>.size)
                unsafe getsockopt(descriptor, level, name, &value, &length)
                return value
            }
            #expect(option(CInt(IPPROTO_TCP), TCP_NODELAY) == 1)
            #expect(option(SOL_SOCKET, SO_KEEPALIVE) == 1)
            #expect(option(CInt(IPPROTO_TCP), TCP_KEEPIDLE) == 90)
            #expect(option(CInt(IPPROTO_TCP), TCP_KEEPINTVL) == 30)
            #expect(option(CInt(IPPROTO_TCP), TCP_KEEPCNT) == 3)
            #expect(fcntl(descriptor, F_GETFL) & O_NONBLOCK != 0)
            #expect(fcntl(descriptor, F_GETFD) & FD_CLOEXEC != 0)
            peer.close()
        }
    }

    @Test("listens at a path, in the place of a dead socket, and cleans up")
    func path() async throws {
        let path = "/tmp/engram-transport-\(getpid()).sock"
        for _ in 0..<2 {
            // The second time nobody has cleaned up.
            try await withLoop { loop in
                let accepted = Accepted()
                let listening = try ListeningSocket.open(
                    path: path, permissions: 0o700, .init(backlog: 10), on: loop,
                    troubled: { _ in }, accepted: { accepted.take($0, on: loop) })
                let peer = try Peer(path: path)
                try peer.send("hello")
                #expect(try peer.text(5) == "hello")
                let socket = try #require(accepted.sockets.withLock { $0.first })
                #expect(socket.remote.text == "\(path):0" && socket.local.text == "\(path):0")
                var status = stat()
                #expect(unsafe stat(path, &status) == 0)
                #expect(status.st_mode & 0o777 == 0o700)
                #expect(listening.address.isLocal)
            }
            var status = stat()
            #expect(unsafe stat(path, &status) == -1)
            let dead = try #require(try? Self.deadSocket(at: path))
            Glibc.close(dead)
        }
        unsafe unlink(path)
    }

    /// A socket in the file system that nobody listens at.
    private static func deadSocket(at path: String) throws -> CInt {
        let descriptor = socket(AF_UNIX, CInt(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        unsafe withUnsafeMutableBytes(of: &address.sun_path) {
            unsafe $0.copyBytes(from: path.utf8)
        }
        let result = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard result == 0 else { throw Peer.Failure(what: "bind: \(errno)") }
        return descriptor
    }

    @Test("a path that is too long, or holds a file, is refused")
    func wrongPath() async throws {
        try await withLoop { loop in
            for path in ["/tmp/" + String(repeating: "x", count: 200), "/etc/hostname", "/tmp"] {
                #expect(throws: TransportError.self) {
                    _ = try ListeningSocket.open(
                        path: path, permissions: 0, .init(backlog: 10), on: loop,
                        troubled: { _ in }, accepted: { _ in })
                }
            }
        }
    }

    @Test("when descriptors run out it waits, says so once, and goes on")
    func noDescriptors() async throws {
        try await withLoop { loop in
            let accepted = Accepted()
            let listening = try listen("127.0.0.1", on: loop, accepted)
            let first = try Peer(port: listening.address.port)
            try first.send("a")
            #expect(try first.text(1) == "a")
            let second = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
            // From here on no descriptor is left: the limit is below what is in use.
            var before = rlimit()
            unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &before)
            var none = rlimit(rlim_cur: 1, rlim_max: before.rlim_max)
            unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &none)
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = UInt16(listening.address.port).bigEndian
            address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
            let result = unsafe withUnsafePointer(to: &address) { pointer in
                unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    unsafe connect(second, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
            usleep(350_000)
            unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &before)
            #expect(result == 0)
            let peer = Peer(second)
            try peer.send("b")
            #expect(try peer.text(1) == "b")
            let troubles = accepted.troubles.withLock { $0 }
            #expect(troubles.map(\.description) == ["accept: Too many open files"])
            try first.send("c")
            #expect(try first.text(1) == "c")
        }
    }

    @Test("a closed one accepts no more")
    func close() async throws {
        try await withLoop { loop in
            let listening = try listen("127.0.0.1", on: loop, Accepted())
            listening.closeSoon()
            #expect(await eventually { (try? Peer(port: listening.address.port)) == nil })
        }
    }
}
