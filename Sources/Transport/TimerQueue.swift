// SPDX-License-Identifier: Apache-2.0

import Glibc

/// Something that an event loop does later. Touched only on its loop.
public final class LoopTimer {
    /// As ``MonotonicClock`` counts.
    fileprivate(set) var deadlineNanoseconds: UInt64
    /// Earlier ones of the same deadline come first.
    fileprivate var sequence: UInt64 = 0
    let intervalNanoseconds: UInt64?
    private(set) var action: () -> Void
    /// Where in the queue it stands; -1 if it does not.
    fileprivate var index = -1

    init(
        deadlineNanoseconds: UInt64, intervalNanoseconds: UInt64?, action: @escaping () -> Void
    ) {
        self.deadlineNanoseconds = deadlineNanoseconds
        self.intervalNanoseconds = intervalNanoseconds
        self.action = action
    }

    fileprivate func isBefore(_ other: LoopTimer) -> Bool {
        deadlineNanoseconds == other.deadlineNanoseconds
            ? sequence < other.sequence : deadlineNanoseconds < other.deadlineNanoseconds
    }

    /// Lets go of what the action holds.
    fileprivate func forget() { action = {} }
}

/// The timers of one loop: a binary heap by deadline. O(log n) to add and to cancel.
struct TimerQueue: ~Copyable {
    private var heap: [LoopTimer] = []
    private var lastSequence: UInt64 = 0

    init() {}
}

extension TimerQueue {
    var isEmpty: Bool { heap.isEmpty }
    var count: Int { heap.count }

    /// When the first timer is due.
    var nextNanoseconds: UInt64? { heap.first?.deadlineNanoseconds }

    mutating func add(_ timer: LoopTimer) {
        lastSequence += 1
        timer.sequence = lastSequence
        timer.index = heap.count
        heap.append(timer)
        rise(timer.index)
    }

    /// Takes the timer out; one that is not in the queue is no error.
    mutating func cancel(_ timer: LoopTimer) {
        take(timer)
        timer.forget()
    }

    /// Takes the first timer out if it is due, and puts one that repeats back for its next time.
    mutating func next(dueAt now: UInt64) -> LoopTimer? {
        guard let timer = heap.first, timer.deadlineNanoseconds <= now else { return nil }
        take(timer)
        if let interval = timer.intervalNanoseconds {
            // Times that have been missed are not made up for.
            timer.deadlineNanoseconds = now + interval
            add(timer)
        }
        return timer
    }

    private mutating func take(_ timer: LoopTimer) {
        let index = timer.index
        guard index >= 0 else { return }
        timer.index = -1
        let last = heap.removeLast()
        guard index < heap.count else { return }
        place(last, at: index)
        rise(index)
        sink(last.index)
    }

    private mutating func place(_ timer: LoopTimer, at index: Int) {
        heap[index] = timer
        timer.index = index
    }

    private mutating func rise(_ start: Int) {
        var index = start
        while index > 0 {
            let parent = (index - 1) / 2
            guard heap[index].isBefore(heap[parent]) else { return }
            exchange(index, parent)
            index = parent
        }
    }

    private mutating func sink(_ start: Int) {
        var index = start
        while true {
            var smallest = index
            for child in [2 * index + 1, 2 * index + 2] where child < heap.count {
                if heap[child].isBefore(heap[smallest]) { smallest = child }
            }
            guard smallest != index else { return }
            exchange(index, smallest)
            index = smallest
        }
    }

    private mutating func exchange(_ one: Int, _ other: Int) {
        let timer = heap[one]
        place(heap[other], at: one)
        place(timer, at: other)
    }
}

/// A clock that only goes forward.
enum MonotonicClock {
    static func nanoseconds() -> UInt64 {
        var time = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }
}
