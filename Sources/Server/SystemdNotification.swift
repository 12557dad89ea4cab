// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc

/// Tells systemd how the server is, as sd_notify does: a datagram to the socket that it named.
enum SystemdNotification {
    /// Whether somebody waits to be told.
    static var isWanted: Bool { socketPath != nil }

    private static var socketPath: String? {
        ProcessInfo.processInfo.environment["NOTIFY_SOCKET"].flatMap { $0.isEmpty ? nil : $0 }
    }

    /// Sends `state`, as `READY=1`; says whether it went out.
    @discardableResult
    static func send(_ state: String) -> Bool {
        guard let path = socketPath, path.hasPrefix("/") || path.hasPrefix("@") else {
            return false
        }
        var bytes = Array(path.utf8)
        // An abstract name begins with a zero.
        if bytes[0] == UInt8(ascii: "@") { bytes[0] = 0 }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let room = MemoryLayout.size(ofValue: address.sun_path)
        guard bytes.count < room else { return false }
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: bytes) }
        let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        let length = socklen_t(MemoryLayout<sa_family_t>.size + bytes.count)
        let message = Array(state.utf8)
        let sent = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { target in
                unsafe sendto(
                    descriptor, message, message.count, Int32(MSG_NOSIGNAL), target, length)
            }
        }
        return sent == message.count
    }
}
