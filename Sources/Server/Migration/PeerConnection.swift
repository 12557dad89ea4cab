// SPDX-License-Identifier: Apache-2.0

import Glibc
import Primitives
import RESP

/// A connection to another server, for one conversation: every step waits, but not for longer than
/// the time given.
final class PeerConnection {
    private static let maximumLineBytes = 1024

    private let socket: CInt
    private let timeoutMilliseconds: Int32
    private var output = ReplyWriter()
    private var input: [UInt8] = []

    /// Connects; nil when nobody answers in time.
    init?(to host: String, port: UInt16?, timeoutMilliseconds: Int64) {
        guard let port else { return nil }
        let timeout = Int32(clamping: timeoutMilliseconds)
        guard let socket = Self.connect(to: host, port, timeout) else { return nil }
        self.socket = socket
        self.timeoutMilliseconds = timeout
    }

    deinit {
        close(socket)
    }
}

extension PeerConnection {
    private static func connect(to host: String, _ port: UInt16, _ timeout: Int32) -> CInt? {
        var hints = unsafe addrinfo()
        unsafe hints.ai_socktype = CInt(SOCK_STREAM.rawValue)
        var found: UnsafeMutablePointer<addrinfo>?
        guard unsafe getaddrinfo(host, String(port), &hints, &found) == 0 else { return nil }
        defer { unsafe freeaddrinfo(found) }
        var next = unsafe found
        while let address = unsafe next {
            unsafe next = address.pointee.ai_next
            let socket = unsafe Glibc.socket(
                address.pointee.ai_family,
                CInt(SOCK_STREAM.rawValue) | CInt(SOCK_NONBLOCK.rawValue)
                    | CInt(SOCK_CLOEXEC.rawValue), 0)
            guard socket >= 0 else { continue }
            let result = unsafe Glibc.connect(
                socket, address.pointee.ai_addr, address.pointee.ai_addrlen)
            if result == 0 || (errno == EINPROGRESS && isConnected(socket, within: timeout)) {
                return socket
            }
            close(socket)
        }
        return nil
    }

    private static func isConnected(_ socket: CInt, within timeout: Int32) -> Bool {
        guard wait(for: Int16(POLLOUT), socket, timeout) else { return false }
        var code: CInt = 0
        var size = socklen_t(MemoryLayout<CInt>.size)
        return unsafe getsockopt(socket, SOL_SOCKET, SO_ERROR, &code, &size) == 0 && code == 0
    }

    private static func wait(for events: Int16, _ socket: CInt, _ timeout: Int32) -> Bool {
        var request = pollfd(fd: socket, events: events, revents: 0)
        var result = unsafe poll(&request, 1, timeout)
        while result < 0, errno == EINTR { result = unsafe poll(&request, 1, timeout) }
        return result > 0
    }
}

extension PeerConnection {
    /// Adds a request to what ``flush()`` sends.
    func write(_ words: [ByteString]) {
        output.array(words.count)
        for word in words { word.withBytes { output.bulk($0) } }
    }

    /// Sends what has been written; false when it could not be sent in time.
    func flush() -> Bool {
        defer { output.clear() }
        let bytes = output.bytes
        var sent = 0
        while sent < bytes.count {
            let rest = bytes.dropping(sent)
            let count = unsafe Glibc.send(
                socket, rest.buffer.baseAddress, rest.count, CInt(MSG_NOSIGNAL))
            if count > 0 {
                sent += count
            } else if errno == EAGAIN || errno == EINTR {
                guard Self.wait(for: Int16(POLLOUT), socket, timeoutMilliseconds) else {
                    return false
                }
            } else {
                return false
            }
        }
        return true
    }

    /// The next line of what comes, without its end; nil when none came in time.
    func readLine() -> ByteString? {
        while true {
            if let end = input.firstIndex(of: UInt8(ascii: "\n")) {
                let line = input[..<end].filter { $0 != UInt8(ascii: "\r") }
                input.removeFirst(end + 1)
                return ByteString(line)
            }
            guard input.count < Self.maximumLineBytes, fill() else { return nil }
        }
    }

    private func fill() -> Bool {
        guard Self.wait(for: Int16(POLLIN), socket, timeoutMilliseconds) else { return false }
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = unsafe buffer.withUnsafeMutableBytes { buffer in
            unsafe recv(socket, buffer.baseAddress, buffer.count, 0)
        }
        guard count > 0 else { return count < 0 && (errno == EAGAIN || errno == EINTR) }
        input += buffer[..<count]
        return true
    }
}
