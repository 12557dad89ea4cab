// SPDX-License-Identifier: Apache-2.0

import Glibc

/// What the system answered when it was asked for a socket or a thread.
public struct TransportError: Error, Equatable, CustomStringConvertible {
    /// What was tried: `bind`, `listen`, `epoll_create1`, ...
    public let operation: String
    public let description: String

    init(_ operation: String, code: CInt = errno) {
        self.operation = operation
        unsafe description = "\(operation): \(String(cString: strerror(code)))"
    }

    init(_ operation: String, _ reason: String) {
        self.operation = operation
        description = "\(operation): \(reason)"
    }
}
