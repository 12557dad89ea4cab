// SPDX-License-Identifier: Apache-2.0

import CPlatform
import Glibc

/// What an event loop watches: a file descriptor that is its own, and what to do when it is ready.
///
/// Belongs to one loop and is touched only there.
open class EventSource: @unchecked Sendable {
    public final let loop: EventLoop
    /// -1 once it is closed.
    public private(set) final var descriptor: CInt
    /// Where the loop finds it.
    final var token: UInt64 = 0

    /// Takes the descriptor over, which must be in non-blocking mode.
    init(_ descriptor: CInt, on loop: EventLoop) {
        self.descriptor = descriptor
        self.loop = loop
    }

    deinit {
        if descriptor >= 0 { _ = Glibc.close(descriptor) }
    }

    public final var isOpen: Bool { descriptor >= 0 }

    /// Does what the events, bits of epoll(7), ask for.
    func ready(_ events: UInt32) {}

    /// Called once, when the source is closed.
    func closed() {}

    /// Closes the descriptor at once. Nothing is done for it any more.
    public final func close() {
        guard isOpen else { return }
        loop.remove(self)
        _ = Glibc.close(descriptor)
        descriptor = -1
        closed()
    }
}

extension UInt32 {
    static var readable: UInt32 { EPOLLIN.rawValue }
    static var writable: UInt32 { EPOLLOUT.rawValue }
    /// An error, or the end in both directions; reported whether it is asked for or not.
    static var broken: UInt32 { EPOLLERR.rawValue | EPOLLHUP.rawValue }
}
