// SPDX-License-Identifier: Apache-2.0

import CPlatform
import Glibc
import Primitives
import Synchronization

/// A thread that waits for its sockets, its timers and tasks from other threads, and does what they
/// ask for.
///
/// In every turn the loop takes the events that there are, and each source does one bounded thing:
/// one read, say. What the connections have received stays where it is until the end of the turn,
/// so that ``onReceived`` can work it all off at once; then come timers, and tasks.
///
/// All but ``execute(_:)``, ``inEventLoop``, ``start()`` and ``stop()`` is for the loop's thread.
@safe
public final class EventLoop: @unchecked Sendable {
    /// How many events one turn takes.
    private static let turnEvents = 256

    public let name: String
    private let poller: CInt
    /// Wakes the thread: an eventfd(2).
    private let bell: CInt
    private let thread = Atomic<UInt>(0)
    private let tasks = Mutex<[@Sendable () -> Void]>([])
    /// Whether there are tasks that the thread will see without being woken once more.
    private let hasTasks = Atomic<Bool>(false)
    private let isStopping = Atomic<Bool>(false)
    private let onStopped = Mutex<(() -> Void)?>(nil)

    private var sources = SourceTable()
    private var timers = TimerQueue()
    private var memory = ReceiveMemory()
    /// Closed sources, which somebody further up the stack may still be in.
    private var departed: [EventSource] = []
    /// How many turns are under way, one inside the other.
    private var depth = 0

    /// Called when connections have received something, at the end of a turn or when the memory for
    /// it is used up; the bytes are gone afterwards.
    public var onReceived: () -> Void = {}

    /// - Parameter name: of the thread.
    public init(name: String) throws(TransportError) {
        self.name = name
        poller = epoll_create1(CInt(EPOLL_CLOEXEC))
        guard poller >= 0 else { throw TransportError("epoll_create1") }
        bell = eventfd(0, CInt(EFD_CLOEXEC | EFD_NONBLOCK))
        guard bell >= 0 else {
            let error = TransportError("eventfd")
            _ = close(poller)
            throw error
        }
        control(EPOLL_CTL_ADD, bell, .readable, token: Self.bellToken)
    }

    deinit {
        _ = close(poller)
        _ = close(bell)
    }
}

// MARK: - Coming and going

extension EventLoop {
    /// Begins to turn.
    public func start() throws(TransportError) {
        try Threads.start(named: name) { self.run() }
    }

    /// Ends the thread, which closes all sources before, and waits for that.
    public func stop() async {
        await withCheckedContinuation { continuation in
            onStopped.withLock { $0 = { continuation.resume() } }
            isStopping.store(true, ordering: .releasing)
            ring()
        }
    }

    private func run() {
        thread.store(UInt(pthread_self()), ordering: .relaxed)
        while !isStopping.load(ordering: .acquiring) { turn() }
        for source in sources.all { source.close() }
        runTasks()
        departed = []
        onStopped.withLock { $0 }?()
    }

    /// Whether the caller is on the loop's thread.
    public var inEventLoop: Bool { thread.load(ordering: .relaxed) == UInt(pthread_self()) }
}

// MARK: - Tasks and timers

extension EventLoop {
    /// Does `task` on the loop's thread soon, behind tasks that were given before. For any thread.
    public func execute(_ task: @escaping @Sendable () -> Void) {
        tasks.withLock { $0.append(task) }
        guard !hasTasks.exchange(true, ordering: .acquiringAndReleasing), !inEventLoop else {
            return
        }
        ring()
    }

    /// Does `action` when the time has passed, and then again and again if it `repeats`.
    @discardableResult
    public func schedule(
        afterMilliseconds delay: Int64, repeats: Bool = false, _ action: @escaping () -> Void
    ) -> LoopTimer {
        // A wait of years is a wait without end; the clock counts nanoseconds in 64 bits.
        let delay = UInt64(min(max(0, delay), 1000 * 86400 * 365 * 10)) * 1_000_000
        let timer = LoopTimer(
            deadlineNanoseconds: MonotonicClock.nanoseconds() + delay,
            intervalNanoseconds: repeats ? delay : nil, action: action)
        timers.add(timer)
        return timer
    }

    /// Keeps the timer from doing anything more.
    public func cancel(_ timer: LoopTimer) {
        timers.cancel(timer)
    }

    private func ring() {
        var one: UInt64 = 1
        // When the counter is full, which is the one thing that can be wrong, it has rung already.
        _ = unsafe write(bell, &one, 8)
    }

    private func quietBell() {
        var count: UInt64 = 0
        _ = unsafe read(bell, &count, 8)
    }

    private func runTasks() {
        guard hasTasks.load(ordering: .acquiring) else { return }
        // First, so that a task that comes now makes itself known.
        hasTasks.store(false, ordering: .sequentiallyConsistent)
        var taken: [@Sendable () -> Void] = []
        tasks.withLock { swap(&$0, &taken) }
        for task in taken { task() }
    }

    private func runTimers() {
        guard !timers.isEmpty else { return }
        let now = MonotonicClock.nanoseconds()
        while let timer = timers.next(dueAt: now) { timer.action() }
    }

    /// How long there is nothing to do, in milliseconds; -1 if nothing is known to come.
    private var idleMilliseconds: CInt {
        if hasTasks.load(ordering: .acquiring) { return 0 }
        guard let next = timers.nextNanoseconds else { return -1 }
        let now = MonotonicClock.nanoseconds()
        guard next > now else { return 0 }
        // Rounded up, so that it is due then.
        return CInt(clamping: (next - now + 999_999) / 1_000_000)
    }
}

// MARK: - Turns

extension EventLoop {
    private func turn() {
        takeEvents(waiting: idleMilliseconds)
        runTimers()
        runTasks()
        if !departed.isEmpty { departed.removeAll() }
    }

    /// Does another turn in the middle of one, so that the other sources are served while something
    /// in this one takes long. Timers wait; sources that must not be served say so by
    /// ``StreamConnection/leavesInput``.
    public func serve() {
        precondition(inEventLoop)
        // What has been received in the turn under way, and still stands in its memory.
        onReceived()
        var ownMemory = ReceiveMemory()
        swap(&memory, &ownMemory)
        defer { swap(&memory, &ownMemory) }
        takeEvents(waiting: 0)
        runTasks()
    }

    private func takeEvents(waiting milliseconds: CInt) {
        depth += 1
        defer { depth -= 1 }
        unsafe withUnsafeTemporaryAllocation(of: epoll_event.self, capacity: Self.turnEvents) {
            events in
            let count = unsafe epoll_wait(
                poller, events.baseAddress, CInt(Self.turnEvents), milliseconds)
            for index in 0..<max(0, Int(count)) {
                let event = unsafe events[index]
                take(unsafe event.events, of: unsafe event.data.u64)
            }
            endReading()
        }
    }

    @inline(__always)
    private func take(_ events: UInt32, of token: UInt64) {
        guard token != Self.bellToken else { return quietBell() }
        guard let source = unsafe sources[token] else { return }
        unsafe source._withUnsafeGuaranteedRef { $0.ready(events) }
        if memory.isSpent { endReading() }
    }

    private func endReading() {
        guard !memory.isEmpty else { return }
        onReceived()
        memory.reset()
    }
}

// MARK: - For sources

extension EventLoop {
    /// No descriptor, so no token of a source.
    private static var bellToken: UInt64 { .max }

    /// Watches the source from now on; it stays alive until it is closed.
    func add(_ source: EventSource, _ events: UInt32) {
        sources.insert(source)
        // Where the system has no room for one more, it is as if the other side had gone.
        if !control(EPOLL_CTL_ADD, source.descriptor, events, token: source.token) {
            source.close()
        }
    }

    func change(_ source: EventSource, _ events: UInt32) {
        control(EPOLL_CTL_MOD, source.descriptor, events, token: source.token)
    }

    func remove(_ source: EventSource) {
        guard let source = sources.remove(source) else { return }
        // Before the descriptor is closed, as another process may have it too.
        control(EPOLL_CTL_DEL, source.descriptor, 0, token: 0)
        departed.append(source)
    }

    @discardableResult
    private func control(
        _ operation: CInt, _ descriptor: CInt, _ events: UInt32, token: UInt64
    ) -> Bool {
        var event = unsafe epoll_event()
        unsafe event.events = events
        unsafe event.data.u64 = token
        return unsafe epoll_ctl(poller, operation, descriptor, &event) == 0
    }

    /// Receives once from a socket.
    /// - Returns: what has come, or as recv(2) does, 0 or -1.
    @inline(__always)
    func receive(from descriptor: CInt) -> (count: Int, bytes: Bytes) {
        let count = unsafe recv(descriptor, memory.room, ReceiveMemory.readBytes, 0)
        return (count, count > 0 ? memory.keep(count) : .empty)
    }
}
