// SPDX-License-Identifier: Apache-2.0

import CPlatform
import Glibc

/// A connection that somebody has made.
public struct AcceptedSocket: Sendable {
    /// In non-blocking mode; belongs to whoever gets it.
    public let descriptor: CInt
    public let remote: SocketAddress
    public let local: SocketAddress
}

/// A socket that others connect to.
public final class ListeningSocket: EventSource, @unchecked Sendable {
    /// How many connections one event takes.
    private static let turnConnections = 64
    /// How long nothing is accepted when the process has no descriptor or no memory left.
    private static let pauseMilliseconds: Int64 = 100

    /// Where it listens, with the port that it has got.
    public let address: SocketAddress
    private let accepted: (AcceptedSocket) -> Void
    private let troubled: (TransportError) -> Void
    /// Whether the last attempt failed for want of something.
    private var isInTrouble = false

    private init(
        _ descriptor: CInt, at address: SocketAddress, on loop: EventLoop,
        troubled: @escaping (TransportError) -> Void,
        accepted: @escaping (AcceptedSocket) -> Void
    ) {
        self.address = address
        self.accepted = accepted
        self.troubled = troubled
        super.init(descriptor, on: loop)
        loop.execute { [self] in loop.add(self, .readable) }
    }

    override func ready(_ events: UInt32) {
        for _ in 0..<Self.turnConnections {
            guard isOpen, let socket = accept() else { return }
            accepted(socket)
        }
    }

    override func closed() {
        guard address.port == 0 else { return }
        unsafe unlink(address.host)
    }

    /// Accepts no more, from soon on. For any thread.
    public func closeSoon() {
        loop.execute { self.close() }
    }
}

// MARK: - Opening

extension ListeningSocket {
    /// What a listening socket is told from the beginning.
    public struct Options: Sendable {
        /// How many connections may wait to be accepted.
        public var backlog = 511
        /// After how many seconds of silence the system asks whether the client is still there; 0
        /// for never.
        public var keepAliveSeconds = 0

        public init(backlog: Int, keepAliveSeconds: Int = 0) {
            self.backlog = backlog
            self.keepAliveSeconds = keepAliveSeconds
        }
    }

    /// Listens on a host's address, by name or number.
    /// - Parameters:
    ///   - port: 0 for any that is free.
    ///   - troubled: told once when nothing can be accepted for a while, on the loop.
    ///   - accepted: gets every new connection, on the loop.
    public static func open(
        host: String, port: Int, _ options: Options, on loop: EventLoop,
        troubled: @escaping (TransportError) -> Void,
        accepted: @escaping (AcceptedSocket) -> Void
    ) throws(TransportError) -> ListeningSocket {
        var hints = unsafe addrinfo()
        unsafe hints.ai_family = AF_UNSPEC
        unsafe hints.ai_socktype = CInt(SOCK_STREAM.rawValue)
        unsafe hints.ai_flags = AI_PASSIVE
        var list: UnsafeMutablePointer<addrinfo>?
        let code = unsafe getaddrinfo(host, String(port), &hints, &list)
        guard code == 0 else {
            throw unsafe TransportError("getaddrinfo", String(cString: gai_strerror(code)))
        }
        defer { unsafe freeaddrinfo(list) }
        var failure = TransportError("getaddrinfo", "no address")
        // The first address that can be had.
        var next = unsafe list
        while let candidate = unsafe next?.pointee {
            do throws(TransportError) {
                let descriptor = try unsafe socket(bound: candidate, options)
                let address = SocketAddress(of: descriptor) ?? SocketAddress(path: "")
                return ListeningSocket(
                    descriptor, at: address, on: loop, troubled: troubled, accepted: accepted)
            } catch {
                failure = error
            }
            unsafe next = candidate.ai_next
        }
        throw failure
    }

    /// Listens at a path of the file system; a socket that stands there already is replaced.
    /// - Parameter permissions: of the path, as of chmod; 0 leaves what the process gives.
    public static func open(
        path: String, permissions: Int, _ options: Options, on loop: EventLoop,
        troubled: @escaping (TransportError) -> Void,
        accepted: @escaping (AcceptedSocket) -> Void
    ) throws(TransportError) -> ListeningSocket {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let name = Array(path.utf8)
        // A zero must stand behind it.
        guard name.count < MemoryLayout.size(ofValue: address.sun_path) else {
            throw TransportError("bind", code: ENAMETOOLONG)
        }
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: name) }
        var status = stat()
        if unsafe lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFSOCK {
            unsafe unlink(path)
        }
        let descriptor = try makeSocket(AF_UNIX)
        do throws(TransportError) {
            let result = unsafe withUnsafePointer(to: &address) { pointer in
                unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    unsafe bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
                }
            }
            guard result == 0 else { throw TransportError("bind") }
            if permissions != 0, unsafe chmod(path, mode_t(permissions)) != 0 {
                throw TransportError("chmod")
            }
            try listen(descriptor, options)
        } catch {
            _ = Glibc.close(descriptor)
            throw error
        }
        return ListeningSocket(
            descriptor, at: SocketAddress(path: path), on: loop, troubled: troubled,
            accepted: accepted)
    }

    private static func makeSocket(_ family: CInt) throws(TransportError) -> CInt {
        let kind = CInt(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        let descriptor = Glibc.socket(family, kind, 0)
        guard descriptor >= 0 else { throw TransportError("socket") }
        return descriptor
    }

    private static func socket(
        bound candidate: addrinfo, _ options: Options
    ) throws(TransportError) -> CInt {
        let descriptor = try makeSocket(unsafe candidate.ai_family)
        do throws(TransportError) {
            set(descriptor, SOL_SOCKET, SO_REUSEADDR, 1)
            // Both `0.0.0.0` and `::` can be had.
            if unsafe candidate.ai_family == AF_INET6 {
                set(descriptor, CInt(IPPROTO_IPV6), IPV6_V6ONLY, 1)
            }
            guard unsafe bind(descriptor, candidate.ai_addr, candidate.ai_addrlen) == 0 else {
                throw TransportError("bind")
            }
            configure(descriptor, options)
            try listen(descriptor, options)
        } catch {
            _ = Glibc.close(descriptor)
            throw error
        }
        return descriptor
    }

    /// What accepted sockets take over from this one: Linux copies the whole state.
    private static func configure(_ descriptor: CInt, _ options: Options) {
        set(descriptor, CInt(IPPROTO_TCP), TCP_NODELAY, 1)
        let seconds = CInt(clamping: options.keepAliveSeconds)
        guard seconds > 0 else { return }
        set(descriptor, SOL_SOCKET, SO_KEEPALIVE, 1)
        set(descriptor, CInt(IPPROTO_TCP), TCP_KEEPIDLE, seconds)
        set(descriptor, CInt(IPPROTO_TCP), TCP_KEEPINTVL, max(1, seconds / 3))
        set(descriptor, CInt(IPPROTO_TCP), TCP_KEEPCNT, 3)
    }

    /// A system without an option does without it.
    private static func set(_ descriptor: CInt, _ level: CInt, _ option: CInt, _ value: CInt) {
        var value = value
        unsafe setsockopt(descriptor, level, option, &value, socklen_t(MemoryLayout<CInt>.size))
    }

    private static func listen(_ descriptor: CInt, _ options: Options) throws(TransportError) {
        guard Glibc.listen(descriptor, CInt(clamping: options.backlog)) == 0 else {
            throw TransportError("listen")
        }
    }
}

// MARK: - Accepting

extension ListeningSocket {
    private func accept() -> AcceptedSocket? {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        while true {
            let descriptor = unsafe withUnsafeMutablePointer(to: &storage) { pointer in
                unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    unsafe engram_accept(self.descriptor, $0, &length)
                }
            }
            guard descriptor < 0 else {
                isInTrouble = false
                return AcceptedSocket(
                    descriptor: descriptor, remote: SocketAddress(storage) ?? address,
                    local: SocketAddress(of: descriptor) ?? address)
            }
            switch errno {
            case EINTR, ECONNABORTED, EPROTO, EPERM: continue
            case EAGAIN: return nil
            default:
                pause(TransportError("accept"))
                return nil
            }
        }
    }

    /// Waits a little: whoever wants to connect would keep the loop busy with failing.
    private func pause(_ error: TransportError) {
        if !isInTrouble { troubled(error) }
        isInTrouble = true
        loop.change(self, 0)
        loop.schedule(afterMilliseconds: Self.pauseMilliseconds) { [weak self] in
            guard let self, self.isOpen else { return }
            self.loop.change(self, .readable)
        }
    }
}
