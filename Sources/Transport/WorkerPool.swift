// SPDX-License-Identifier: Apache-2.0

import Glibc

/// Threads for what would keep an event loop for too long, first come, first served.
@safe
public final class WorkerPool: @unchecked Sendable {
    private let lock: UnsafeMutablePointer<pthread_mutex_t>
    private let hasWork: UnsafeMutablePointer<pthread_cond_t>
    private var queue: [@Sendable () -> Void] = []
    private var isStopping = false

    /// - Parameter threadCount: by default one for each processor.
    public init(threadCount: Int? = nil) throws(TransportError) {
        unsafe lock = .allocate(capacity: 1)
        unsafe lock.initialize(to: pthread_mutex_t())
        unsafe pthread_mutex_init(lock, nil)
        unsafe hasWork = .allocate(capacity: 1)
        unsafe hasWork.initialize(to: pthread_cond_t())
        unsafe pthread_cond_init(hasWork, nil)
        let processors = max(1, sysconf(CInt(_SC_NPROCESSORS_ONLN)))
        for number in 0..<(threadCount ?? processors) {
            try Threads.start(named: "engram-work-\(number)") { self.run() }
        }
    }

    deinit {
        unsafe pthread_cond_destroy(hasWork)
        unsafe hasWork.deallocate()
        unsafe pthread_mutex_destroy(lock)
        unsafe lock.deallocate()
    }
}

extension WorkerPool {
    /// Does `work` on one of the threads. For any thread.
    public func submit(_ work: @escaping @Sendable () -> Void) {
        unsafe pthread_mutex_lock(lock)
        queue.append(work)
        unsafe pthread_mutex_unlock(lock)
        unsafe pthread_cond_signal(hasWork)
    }

    /// Ends the threads once all work that was given is done; does not wait for it.
    public func stop() {
        unsafe pthread_mutex_lock(lock)
        isStopping = true
        unsafe pthread_mutex_unlock(lock)
        unsafe pthread_cond_broadcast(hasWork)
    }

    private func run() {
        while let work = next() { work() }
    }

    /// Waits for something to do; nil at the end.
    private func next() -> (@Sendable () -> Void)? {
        unsafe pthread_mutex_lock(lock)
        defer { unsafe pthread_mutex_unlock(lock) }
        while queue.isEmpty {
            if isStopping { return nil }
            unsafe pthread_cond_wait(hasWork, lock)
        }
        return queue.removeFirst()
    }
}
