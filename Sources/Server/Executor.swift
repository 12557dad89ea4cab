// SPDX-License-Identifier: Apache-2.0

import Commands
import Glibc
import Primitives
import RESP
import Store
import Synchronization

/// Guards the keyspace: the only file that knows how.
///
/// One lock. Whoever has something to do takes it once for a whole batch of requests, so its cost
/// is spread, and what runs under it never waits for a socket, a disk or another thread.
@safe
final class Executor: @unchecked Sendable {
    /// What the lock guards.
    struct State: ~Copyable {
        var keyspace: Keyspace
        var dispatcher: Dispatcher
        var lookahead = Lookahead()
        fileprivate var lastExpiryMilliseconds: Int64 = 0
    }

    /// The most keys that one turn of active expiry removes before it lets others in.
    static let expiryStep = 500

    /// Whether keys are removed when they end, and not only hidden: DEBUG SET-ACTIVE-EXPIRE.
    let isActiveExpiryOn = Atomic<Bool>(true)
    /// Whether CLIENT PAUSE keeps what has ended from being removed.
    let isExpiryPaused = Atomic<Bool>(false)

    /// How many threads wait for the keyspace.
    private let waiting = Atomic<Int>(0)
    /// How many have waited for the keyspace and got it.
    private let admitted = Atomic<Int>(0)
    private let state: UnsafeMutablePointer<State>
    private let lock: UnsafeMutablePointer<pthread_mutex_t>

    init(keyspace: consuming Keyspace, dispatcher: consuming Dispatcher) {
        unsafe state = .allocate(capacity: 1)
        unsafe state.initialize(to: State(keyspace: keyspace, dispatcher: dispatcher))
        unsafe lock = .allocate(capacity: 1)
        unsafe lock.initialize(to: pthread_mutex_t())
        unsafe pthread_mutex_init(lock, nil)
    }

    deinit {
        unsafe pthread_mutex_destroy(lock)
        unsafe lock.deallocate()
        unsafe state.deinitialize(count: 1)
        unsafe state.deallocate()
    }
}

extension Executor {
    /// Does `body` with the keyspace, at the present time.
    func withState<Result: ~Copyable, Failure: Error>(
        _ body: (inout State, _ nowMicroseconds: Int64) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        take()
        defer { letGo() }
        let now = WallClock.microseconds()
        unsafe state.pointee.begin(
            at: now / 1000, expires: isActiveExpiryOn, unless: isExpiryPaused)
        return try unsafe body(&state.pointee, now)
    }

    /// Lets others have the keyspace, and tells the connections whose clients have got something.
    @inline(__always)
    private func letGo() {
        if unsafe state.pointee.dispatcher.needsEnd { return letGoAndDeliver() }
        unsafe pthread_mutex_unlock(lock)
    }

    @inline(never)
    private func letGoAndDeliver() {
        let woken = unsafe state.pointee.dispatcher.endBatch(in: &state.pointee.keyspace)
        // Copied while nobody can change them; called when nobody has to wait for them.
        let deliveries = woken.map(\.onOutput)
        unsafe pthread_mutex_unlock(lock)
        for deliver in deliveries { deliver() }
    }

    @inline(__always)
    private func take() {
        if unsafe pthread_mutex_trylock(lock) == 0 { return }
        waiting.add(1, ordering: .relaxed)
        unsafe pthread_mutex_lock(lock)
        waiting.subtract(1, ordering: .relaxed)
        admitted.add(1, ordering: .relaxed)
    }

    /// Lets go of the keyspace in the middle of a script that has run for too long, so that others
    /// can be told, and does `body` meanwhile.
    ///
    /// Called by the thread that has the keyspace. Who gets it meanwhile finds that
    /// ``Admission/busy`` is set, so nothing is changed; the time stands still.
    func lettingOthersIn(_ body: () -> Void) {
        // What stands behind the script in its client's pipeline waits meanwhile.
        var lookahead = Lookahead()
        unsafe swap(&lookahead, &state.pointee.lookahead)
        defer { unsafe swap(&lookahead, &state.pointee.lookahead) }
        let selected = unsafe state.pointee.keyspace.selected
        let now = unsafe state.pointee.keyspace.nowMilliseconds
        let awaited = admissionsAwaited()
        unsafe pthread_mutex_unlock(lock)
        body()
        pause(until: awaited)
        unsafe pthread_mutex_lock(lock)
        unsafe state.pointee.keyspace.selected = selected
        unsafe state.pointee.keyspace.nowMilliseconds = now
    }

    /// Lets who waits for the keyspace have it, before the caller asks for it again.
    func yieldToWaiting() {
        pause(until: admissionsAwaited())
    }

    /// How many will have been admitted when all who wait now have been.
    private func admissionsAwaited() -> Int {
        admitted.load(ordering: .relaxed) + waiting.load(ordering: .relaxed)
    }

    /// The lock is not fair: without a pause the thread that had it last would always win it. Who
    /// waits gets his turn, unless the machine is too busy even for that.
    private func pause(until awaited: Int) {
        var pauses = 0
        while admitted.load(ordering: .relaxed) < awaited, pauses < 500 {
            usleep(100)
            pauses += 1
        }
    }

    /// As ``withState(_:)``, once no script is in its middle.
    func withIdleState<Result>(
        _ body: (inout State, _ nowMicroseconds: Int64) -> Result
    ) -> Result {
        while true {
            let result: Result? = withState { state, now in
                state.isBusy ? nil : body(&state, now)
            }
            if let result { return result }
            usleep(1000)
        }
    }

    /// Removes one step's worth of keys that have ended.
    /// - Returns: whether more are due.
    func expireStep() -> Bool {
        withState { state, now in
            guard isActiveExpiryOn.load(ordering: .relaxed),
                !isExpiryPaused.load(ordering: .relaxed), !state.isBusy
            else { return false }
            let removed = state.keyspace.expireDue(limit: Self.expiryStep)
            if !state.keyspace.readyKeys.isEmpty {
                state.dispatcher.serveBlocked(in: &state.keyspace, at: now)
            }
            return removed >= Self.expiryStep
        }
    }
}

extension Executor.State {
    /// Whether a script is in its middle, and has only let others in to be told so.
    var isBusy: Bool { dispatcher.admission.busy != nil }

    /// Sets the time, and removes some of what has ended by it, once a millisecond at most.
    @inline(__always)
    fileprivate mutating func begin(
        at nowMilliseconds: Int64, expires: borrowing Atomic<Bool>,
        unless isPaused: borrowing Atomic<Bool>
    ) {
        guard !isBusy else { return }
        keyspace.nowMilliseconds = nowMilliseconds
        guard nowMilliseconds != lastExpiryMilliseconds else { return }
        lastExpiryMilliseconds = nowMilliseconds
        guard expires.load(ordering: .relaxed), !isPaused.load(ordering: .relaxed) else { return }
        // Told at once, so that nobody's next request seems to have done it.
        if keyspace.expireDue(limit: 20) > 0, dispatcher.needsEnd {
            dispatcher.publishEvents(of: keyspace)
        }
    }
}

/// The time of day.
enum WallClock {
    /// Microseconds since 1970.
    static func microseconds() -> Int64 {
        var time = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000
    }
}
