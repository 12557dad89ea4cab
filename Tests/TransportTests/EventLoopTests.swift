// SPDX-License-Identifier: Apache-2.0

import Glibc
import Synchronization
import Testing

@testable import Transport

@Suite("EventLoop")
struct EventLoopTests {
    private final class Lists: Sendable {
        let lists = Mutex<[[Int]]>(Array(repeating: [], count: 4))
    }

    @Test("does what other threads ask for, in their order")
    func tasks() async throws {
        try await withLoop { loop in
            let seen = Lists()
            await withTaskGroup(of: Void.self) { group in
                for thread in 0..<4 {
                    group.addTask {
                        for number in 0..<2000 {
                            loop.execute { seen.lists.withLock { $0[thread].append(number) } }
                        }
                    }
                }
            }
            #expect(await loop.ask { loop.inEventLoop })
            #expect(!loop.inEventLoop)
            let lists = seen.lists.withLock { $0 }
            #expect(lists == Array(repeating: Array(0..<2000), count: 4))
        }
    }

    @Test("does tasks that a task asks for, without being woken")
    func tasksOfTasks() async throws {
        try await withLoop { loop in
            let count = Atomic<Int>(0)
            @Sendable func again() {
                if count.add(1, ordering: .relaxed).newValue < 100 { loop.execute(again) }
            }
            loop.execute(again)
            #expect(await eventually { count.load(ordering: .relaxed) == 100 })
        }
    }

    @Test("does not wake while there is nothing to do")
    func idle() async throws {
        try await withLoop { loop in
            var usage = rusage()
            func ticks() -> Int {
                unsafe getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
                return usage.ru_utime.tv_usec + usage.ru_utime.tv_sec * 1_000_000
                    + usage.ru_stime.tv_usec + usage.ru_stime.tv_sec * 1_000_000
            }
            loop.execute { loop.schedule(afterMilliseconds: 1_000_000) {} }
            let before = ticks()
            usleep(200_000)
            #expect(ticks() - before < 100_000)
        }
    }

    @Test("timers come by their time, and in order where it is the same")
    func timers() async throws {
        try await withLoop { loop in
            let seen = Mutex<[Int]>([])
            loop.execute {
                for (number, delay) in [30, 10, 20, 10, 0].enumerated() {
                    loop.schedule(afterMilliseconds: Int64(delay)) {
                        seen.withLock { $0.append(number) }
                    }
                }
            }
            #expect(await eventually { seen.withLock { $0.count } == 5 })
            #expect(seen.withLock { $0 } == [4, 1, 3, 2, 0])
        }
    }

    @Test("a timer is never early")
    func timersAreNotEarly() async throws {
        try await withLoop { loop in
            let spent = await withCheckedContinuation { continuation in
                loop.execute {
                    let start = MonotonicClock.nanoseconds()
                    loop.schedule(afterMilliseconds: 7) {
                        continuation.resume(returning: MonotonicClock.nanoseconds() - start)
                    }
                }
            }
            #expect(spent >= 7_000_000)
        }
    }

    @Test("a timer that repeats does so until it is cancelled, by itself too")
    func repeatingTimer() async throws {
        try await withLoop { loop in
            let count = Atomic<Int>(0)
            loop.execute {
                final class Holder { var timer: LoopTimer? }
                let holder = Holder()
                holder.timer = loop.schedule(afterMilliseconds: 1, repeats: true) {
                    if count.add(1, ordering: .relaxed).newValue == 5, let timer = holder.timer {
                        loop.cancel(timer)
                    }
                }
            }
            #expect(await eventually { count.load(ordering: .relaxed) == 5 })
            try await Task.sleep(for: .milliseconds(20))
            let fired = count.load(ordering: .relaxed)
            #expect(fired == 5)
        }
    }

    @Test("a cancelled timer does nothing and holds nothing")
    func cancelledTimer() async throws {
        try await withLoop { loop in
            final class Held: Sendable {}
            let fired = Atomic<Bool>(false)
            weak var held: Held?
            held = await loop.ask {
                let held = Held()
                let timer = loop.schedule(afterMilliseconds: 5) {
                    _ = held
                    fired.store(true, ordering: .relaxed)
                }
                loop.cancel(timer)
                loop.cancel(timer)
                return held
            }
            try await Task.sleep(for: .milliseconds(20))
            let hasFired = fired.load(ordering: .relaxed)
            #expect(!hasFired)
            #expect(held == nil)
        }
    }

    @Test("timers are a heap: against a sorted list", arguments: 1...8)
    func timerQueue(seed: Int) {
        var random = SystemRandomNumberGenerator()
        var queue = TimerQueue()
        var model: [LoopTimer] = []
        for step in 0..<2000 {
            switch Int.random(in: 0..<4, using: &random) {
            case 0, 1:
                let timer = LoopTimer(
                    deadlineNanoseconds: UInt64.random(in: 0..<UInt64(20 * seed), using: &random),
                    intervalNanoseconds: nil, action: {})
                queue.add(timer)
                model.append(timer)
            case 2:
                guard let index = model.indices.randomElement(using: &random) else { continue }
                queue.cancel(model.remove(at: index))
            default:
                // Those of the same deadline stand in the order in which they came.
                let first = model.enumerated().min {
                    ($0.element.deadlineNanoseconds, $0.offset)
                        < ($1.element.deadlineNanoseconds, $1.offset)
                }
                #expect(queue.nextNanoseconds == first?.element.deadlineNanoseconds)
                let next = queue.next(dueAt: .max)
                #expect(next === first?.element, "step \(step)")
                if let first { model.remove(at: first.offset) }
            }
            #expect(queue.count == model.count)
        }
        #expect(queue.next(dueAt: 0) == nil || model.contains { $0.deadlineNanoseconds == 0 })
    }
}

@Suite("WorkerPool")
struct WorkerPoolTests {
    @Test("does all work, also what was given before the end, on several threads")
    func work() async throws {
        let pool = try WorkerPool(threadCount: 3)
        let done = Atomic<Int>(0)
        let meeting = Atomic<Int>(0)
        for _ in 0..<3 {
            // Each waits for the two others, so three threads it must be.
            pool.submit {
                meeting.add(1, ordering: .sequentiallyConsistent)
                for _ in 0..<5000 where meeting.load(ordering: .sequentiallyConsistent) < 3 {
                    usleep(1000)
                }
            }
        }
        for _ in 0..<500 { pool.submit { done.add(1, ordering: .relaxed) } }
        pool.stop()
        #expect(await eventually { done.load(ordering: .relaxed) == 500 })
        let met = meeting.load(ordering: .relaxed)
        #expect(met == 3)
    }
}
