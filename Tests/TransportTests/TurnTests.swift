// SPDX-License-Identifier: Apache-2.0

import Glibc
import Primitives
import Synchronization
import Testing

@testable import Transport

@Suite("Turns of an event loop", .serialized)
struct TurnTests {
    /// Remembers what a turn has brought, as views.
    private final class Turn: @unchecked Sendable {
        var views: [Bytes] = []
        var turns: [[String]] = []

        func end() {
            turns.append(views.map(\.description))
            views = []
        }
    }

    @Test("what all connections receive stays until the end of the turn")
    func received() async throws {
        try await withLoop { loop in
            let turn = Turn()
            loop.onReceived = { turn.end() }
            var peers: [Peer] = []
            for _ in 0..<100 {
                let (connection, peer) = await loop.pair(echoes: false)
                connection.onReceived = { turn.views.append($1) }
                peers.append(peer)
            }
            // The loop is kept until all have sent.
            let everybodySent = Atomic<Bool>(false)
            loop.execute { while !everybodySent.load(ordering: .acquiring) { usleep(100) } }
            for (number, peer) in peers.enumerated() { try peer.send("message \(number)") }
            everybodySent.store(true, ordering: .releasing)
            var turns: [[String]] = []
            for _ in 0..<1000 where turns.joined().count < 100 {
                turns = await loop.ask { turn.turns }
            }
            #expect(turns.count == 1)
            #expect(Set(turns.joined()) == Set((0..<100).map { "message \($0)" }))
        }
    }

    /// A descriptor that is closed and used again within one turn must not get the events of its
    /// predecessor.
    @Test("events of a closed source do not reach the next one with its descriptor")
    func descriptorReuse() async throws {
        try await withLoop { loop in
            for round in 0..<50 {
                let (first, firstPeer) = await loop.pair(echoes: false)
                let (second, secondPeer) = await loop.pair(echoes: false)
                let late = Mutex<(TestConnection, Peer)?>(nil)
                // Whoever is served first closes the other and has its descriptor reused.
                for (one, other) in [(first, second), (second, first)] {
                    one.onReceived = { _, _ in
                        guard other.isOpen else { return }
                        let number = other.descriptor
                        other.close()
                        var ends: [CInt] = [-1, -1]
                        unsafe socketpair(AF_UNIX, CInt(SOCK_STREAM.rawValue), 0, &ends)
                        // Whichever end has got the number is the near one.
                        if ends[1] == number { ends.swapAt(0, 1) }
                        _ = fcntl(ends[0], F_SETFL, O_NONBLOCK)
                        let connection = TestConnection(ends[0], on: loop, echoes: false)
                        connection.begin()
                        late.withLock { $0 = (connection, Peer(ends[1])) }
                        // If an event came now, this would be taken for an end.
                    }
                }
                let bothSent = Atomic<Bool>(false)
                loop.execute { while !bothSent.load(ordering: .acquiring) { usleep(50) } }
                try firstPeer.send("1")
                try secondPeer.send("2")
                bothSent.store(true, ordering: .releasing)
                #expect(await eventually { late.withLock { $0 != nil } })
                await loop.ask {}
                await loop.ask {}
                let (connection, peer) = try #require(late.withLock { $0 })
                #expect(connection.seen.withLock { $0.reads } == 0, "round \(round)")
                try peer.send("hello")
                #expect(await eventually { connection.seen.withLock { $0.reads } == 1 })
                await loop.ask {
                    first.onReceived = { _, _ in }
                    second.onReceived = { _, _ in }
                    first.close()
                    second.close()
                    connection.close()
                }
            }
        }
    }

    @Test("a token is good for its own registration alone")
    func tokens() throws {
        let loop = try EventLoop(name: "test")
        var table = SourceTable()
        let first = EventSource(dup(0), on: loop)
        table.insert(first)
        let token = first.token
        #expect(unsafe table[token] != nil)
        #expect(table.remove(first) === first)
        #expect(unsafe table[token] == nil)
        #expect(table.remove(first) == nil)
        table.insert(first)
        #expect(unsafe table[token] == nil)
        #expect(unsafe table[first.token] != nil)
        _ = table.remove(first)
        let high = EventSource(fcntl(0, F_DUPFD, 700), on: loop)
        table.insert(high)
        #expect(unsafe table[high.token] != nil)
        #expect(table.all.count == 1)
        _ = table.remove(high)
    }

    @Test("a turn within a turn serves the others, and leaves the memory of the outer one alone")
    func serve() async throws {
        try await withLoop { loop in
            let (slow, slowPeer) = await loop.pair(echoes: false)
            let (_, otherPeer) = await loop.pair()
            let kept = Mutex<Bytes?>(nil)
            let after = Mutex<[String]>([])
            slow.onReceived = { _, bytes in kept.withLock { $0 = bytes } }
            let answered = Atomic<Bool>(false)
            loop.onReceived = {
                guard let bytes = kept.withLock({ $0 }) else { return }
                kept.withLock { $0 = nil }
                slow.leavesInput = true
                while !answered.load(ordering: .acquiring) {
                    loop.serve()
                    usleep(500)
                }
                slow.leavesInput = false
                after.withLock { $0.append(bytes.description) }
            }
            try slowPeer.send("script")
            try await Task.sleep(for: .milliseconds(10))
            try slowPeer.send("more")
            for _ in 0..<10 {
                try otherPeer.send("busy?")
                #expect(try otherPeer.text(5) == "busy?")
            }
            let ran = await loop.ask { true }
            #expect(ran)
            #expect(slow.seen.withLock { $0.bytes.count } == 6)
            answered.store(true, ordering: .releasing)
            #expect(await eventually { after.withLock { $0 } == ["script", "more"] })
        }
    }

    @Test("thousands of connections")
    func many() async throws {
        var limit = rlimit()
        unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        let count = min(2000, Int(clamping: limit.rlim_cur) / 2 - 100)
        try await withLoop { loop in
            var peers: [Peer] = []
            var connections: [TestConnection] = []
            for _ in 0..<count {
                let (connection, peer) = await loop.pair()
                connections.append(connection)
                peers.append(peer)
            }
            for round in 0..<3 {
                for (number, peer) in peers.enumerated() { try peer.send("\(round)-\(number)") }
                for (number, peer) in peers.enumerated() {
                    let text = "\(round)-\(number)"
                    #expect(try peer.text(text.utf8.count) == text)
                }
            }
            for peer in peers { peer.close() }
            let all = connections
            #expect(await eventually { all.allSatisfy { $0.seen.withLock { $0.ended } == 1 } })
        }
    }

    @Test("the end of a loop closes what is on it")
    func stop() async throws {
        let loop = try EventLoop(name: "test")
        try loop.start()
        let (connection, peer) = await loop.pair()
        await loop.stop()
        #expect(connection.seen.withLock { $0.ended } == 1)
        #expect(try peer.read(1) == [])
    }
}
