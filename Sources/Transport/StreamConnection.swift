// SPDX-License-Identifier: Apache-2.0

import Glibc
public import Primitives
import Synchronization

/// A connected stream socket on an event loop: bytes in, bytes out.
///
/// Subclasses say what happens with what comes. Touched only on its loop, but for ``unsentBytes``.
open class StreamConnection: EventSource, @unchecked Sendable {
    /// With more than this unsent, nothing is read; until so little is left that it goes on.
    public static let highWaterBytes = 1024 * 1024
    public static let lowWaterBytes = 256 * 1024
    /// The most that is sent for one event, so that a fast reader does not keep the loop.
    private static let turnBytes = 2 * 1024 * 1024

    private final var output = OutputQueue()
    private final let unsent = SharedCount()
    private final var events: UInt32 = .readable
    /// Whether the other side takes what it gets too slowly.
    private final var isCongested = false
    /// Whether nothing more is read, and the connection ends once all is sent.
    public private(set) final var isEnding = false
    /// Whether the socket is left alone: while the connection is in the middle of something that
    /// serves other connections by ``EventLoop/serve()``.
    public final var leavesInput = false

    /// Takes over a connected socket, which must be in non-blocking mode. ``begin()`` is next.
    public override init(_ descriptor: CInt, on loop: EventLoop) {
        super.init(descriptor, on: loop)
    }

    /// Begins to receive.
    public final func begin() {
        loop.add(self, events)
    }

    /// Called with what one read has brought. The bytes are good until the end of the turn, which
    /// the loop tells by ``EventLoop/onReceived``.
    open func received(_ bytes: Bytes) {}

    /// Called when the other side has taken what it was sent, at least so much of it that reading
    /// goes on.
    open func caughtUp() {}

    /// Called when nothing is left to be sent that had to wait.
    open func sentAll() {}

    /// Called once, when the connection is closed, for whatever reason.
    open func ended() {}

    override final func ready(_ events: UInt32) {
        guard !leavesInput else { return }
        if events & .writable != 0 {
            sendQueued()
            guard isOpen else { return }
        }
        guard events & ~.writable != 0 else { return }
        if isCongested || isEnding {
            // Nobody reads what there may be, and nobody takes what is still to be sent.
            if events & .broken != 0 { close() }
        } else {
            receive()
        }
    }

    override final func closed() {
        output.removeAll()
        unsent.set(0)
        ended()
    }
}

// MARK: - Receiving

extension StreamConnection {
    @inline(__always)
    private final func receive() {
        let (count, bytes) = loop.receive(from: descriptor)
        if count > 0 { return received(bytes) }
        if count == 0 { return endAfterSending() }
        if errno != EAGAIN, errno != EINTR { close() }
    }

    /// Asks the loop for the events that are wanted now.
    private final func updateEvents() {
        var wanted: UInt32 = 0
        if !isCongested, !isEnding { wanted |= .readable }
        if !output.isEmpty { wanted |= .writable }
        guard wanted != events, isOpen else { return }
        events = wanted
        loop.change(self, wanted)
    }
}

// MARK: - Sending

extension StreamConnection {
    /// How many bytes the system has not taken yet. For any thread.
    public final var unsentBytes: Int { unsent.value }

    /// Whether the other side takes what it gets.
    public final var isWritable: Bool { !isCongested }

    /// Sends `bytes`: at once what the system takes, the rest as soon as it takes more.
    ///
    /// What is wrong with the socket, the loop finds out: nothing is closed in here.
    public final func send(_ bytes: Bytes) {
        guard isOpen else { return }
        var rest = bytes
        if output.isEmpty {
            let sent = transmit(bytes)
            if sent == bytes.count { return }
            rest = bytes.dropping(max(0, sent))
        }
        output.append(rest)
        noteOutput()
        if output.count > Self.highWaterBytes { isCongested = true }
        updateEvents()
    }

    /// Hands bytes to the system; -1 when it takes none.
    @inline(__always)
    private final func transmit(_ bytes: Bytes) -> Int {
        unsafe Glibc.send(descriptor, bytes.buffer.baseAddress, bytes.count, CInt(MSG_NOSIGNAL))
    }

    private final func sendQueued() {
        var allowance = Self.turnBytes
        while !output.isEmpty, allowance > 0 {
            let sent = transmit(output.front)
            if sent < 0 {
                if errno == EINTR { continue }
                guard errno == EAGAIN || errno == ENOBUFS || errno == ENOMEM else {
                    return close()
                }
                break
            }
            output.drop(sent)
            allowance -= sent
        }
        noteOutput()
        let hasCaughtUp = isCongested && output.count <= Self.lowWaterBytes
        if hasCaughtUp { isCongested = false }
        updateEvents()
        if output.isEmpty {
            if isEnding { return hangUp() }
            sentAll()
        }
        if hasCaughtUp, isOpen { caughtUp() }
    }

    private final func noteOutput() {
        unsent.set(output.count)
    }
}

// MARK: - Ending

extension StreamConnection {
    /// Reads nothing more, and closes once all is sent.
    public final func endAfterSending() {
        guard isOpen, !isEnding else { return }
        isEnding = true
        if output.isEmpty { hangUp() } else { updateEvents() }
    }

    /// Closes what has been sent completely.
    private final func hangUp() {
        _ = shutdown(descriptor, CInt(SHUT_WR))
        // A socket that is closed with something unread in it takes back what it has sent.
        var waste = [UInt8](repeating: 0, count: 16 * 1024)
        for _ in 0..<16 {
            guard unsafe recv(descriptor, &waste, waste.count, 0) == waste.count else { break }
        }
        close()
    }
}

/// A number that one thread changes and others read. An object, as the 6.3 compiler stops at the
/// end of a subclass whose superclass, in another module, holds an `Atomic` itself.
private final class SharedCount: Sendable {
    private let number = Atomic<Int>(0)

    var value: Int { number.load(ordering: .relaxed) }

    func set(_ value: Int) { number.store(value, ordering: .relaxed) }
}
