// SPDX-License-Identifier: Apache-2.0

import Glibc

/// An end of a connection, as text.
public struct SocketAddress: Sendable, Equatable {
    /// The number of the host, or the path of a socket in the file system, which may be empty.
    public let host: String
    /// 0 for a path.
    public let port: Int
    /// Whether both ends are on this machine for certain.
    public let isLocal: Bool

    /// As `127.0.0.1:50123`, `[::1]:50123` or `/tmp/socket:0`.
    public var text: String {
        host.contains(":") && !host.hasPrefix("/") ? "[\(host)]:\(port)" : "\(host):\(port)"
    }

    /// A socket in the file system.
    public init(path: String) {
        host = path
        port = 0
        isLocal = true
    }

    /// Reads what the system has written; nil for a family that is not known.
    init?(_ storage: sockaddr_storage) {
        var storage = storage
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        switch CInt(storage.ss_family) {
        case AF_INET:
            let address = unsafe withUnsafeBytes(of: &storage) {
                unsafe $0.loadUnaligned(as: sockaddr_in.self)
            }
            var number = address.sin_addr
            unsafe inet_ntop(AF_INET, &number, &text, socklen_t(text.count))
            port = Int(UInt16(bigEndian: address.sin_port))
        case AF_INET6:
            let address = unsafe withUnsafeBytes(of: &storage) {
                unsafe $0.loadUnaligned(as: sockaddr_in6.self)
            }
            var number = address.sin6_addr
            unsafe inet_ntop(AF_INET6, &number, &text, socklen_t(text.count))
            port = Int(UInt16(bigEndian: address.sin6_port))
        default:
            return nil
        }
        host = String(
            decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        isLocal = host.hasPrefix("127.") || host == "::1" || host.hasPrefix("::ffff:127.")
    }

    /// The near end of a socket.
    init?(of descriptor: CInt) {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let result = unsafe withUnsafeMutablePointer(to: &storage) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe getsockname(descriptor, $0, &length)
            }
        }
        guard result == 0 else { return nil }
        self.init(storage)
    }
}
