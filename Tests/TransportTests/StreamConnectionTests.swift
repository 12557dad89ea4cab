// SPDX-License-Identifier: Apache-2.0

import Glibc
import Primitives
import Synchronization
import Testing

@testable import Transport

@Suite("StreamConnection", .serialized)
struct StreamConnectionTests {
    @Test("gives back what comes", arguments: [1, 100, 65_536, 65_537, 3_000_000])
    func echo(count: Int) async throws {
        try await withLoop { loop in
            let (connection, peer) = await loop.pair()
            let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31) }
            let writer = Task.detached { try peer.send(bytes) }
            #expect(try peer.read(count) == bytes)
            try await writer.value
            #expect(connection.seen.withLock { $0.bytes.count } == count)
            #expect(await eventually { connection.unsentBytes == 0 })
        }
    }

    @Test("keeps what the peer does not take, and reads nothing meanwhile")
    func backPressure() async throws {
        try await withLoop { loop in
            let (connection, peer) = await loop.pair(echoes: false)
            let reply = [UInt8](repeating: 5, count: 4 << 20)
            loop.execute { unsafe reply.withUnsafeBytes { unsafe connection.send(Bytes($0)) } }
            #expect(await eventually { connection.unsentBytes > 0 })
            #expect(await loop.ask { !connection.isWritable })
            let unsent = connection.unsentBytes
            #expect(unsent > StreamConnection.highWaterBytes && unsent < reply.count)
            try peer.send("hello")
            try await Task.sleep(for: .milliseconds(50))
            #expect(connection.seen.withLock { $0.reads } == 0)
            #expect(connection.unsentBytes == unsent)
            #expect(try peer.read(reply.count) == reply)
            #expect(await eventually { connection.seen.withLock { $0.bytes.count } == 5 })
            let seen = connection.seen.withLock { $0 }
            #expect(seen.caughtUp == 1 && seen.sentAll == 1 && seen.ended == 0)
            #expect(connection.unsentBytes == 0)
        }
    }

    @Test("sends in order, however much of it has to wait")
    func order() async throws {
        try await withLoop { loop in
            let (connection, peer) = await loop.pair(echoes: false)
            let sizes = (0..<2000).map { ($0 &* 7919) % 5000 + 1 }
            loop.execute {
                for (number, size) in sizes.enumerated() {
                    let piece = [UInt8](repeating: UInt8(truncatingIfNeeded: number), count: size)
                    unsafe piece.withUnsafeBytes { unsafe connection.send(Bytes($0)) }
                }
            }
            for (number, size) in sizes.enumerated() {
                let piece = [UInt8](repeating: UInt8(truncatingIfNeeded: number), count: size)
                guard try peer.read(size) == piece else {
                    Issue.record("piece \(number)")
                    return
                }
            }
        }
    }

    @Test("closes once all is sent, and takes nothing back", arguments: [10, 4 << 20])
    func endAfterSending(count: Int) async throws {
        try await withLoop { loop in
            let (connection, peer) = await loop.pair(echoes: false)
            // What nobody will read must not destroy what has been sent.
            try peer.send([UInt8](repeating: 1, count: 100))
            let reply = [UInt8](repeating: 9, count: count)
            loop.execute {
                unsafe reply.withUnsafeBytes { unsafe connection.send(Bytes($0)) }
                connection.endAfterSending()
            }
            #expect(try peer.read(count + 1) == reply)
            #expect(await eventually { connection.seen.withLock { $0.ended } == 1 })
            #expect(await loop.ask { connection.descriptor } == -1)
        }
    }

    @Test("a peer that only stops sending gets what is on its way")
    func halfClose() async throws {
        try await withLoop { loop in
            let (connection, peer) = await loop.pair()
            let bytes = [UInt8](repeating: 3, count: 500_000)
            let writer = Task.detached {
                try peer.send(bytes)
                peer.finish()
            }
            #expect(try peer.read(bytes.count + 1) == bytes)
            try await writer.value
            #expect(await eventually { connection.seen.withLock { $0.ended } == 1 })
        }
    }

    @Test("a peer that goes ends the connection, whatever is unsent", arguments: [0, 4 << 20])
    func peerGoes(unsent: Int) async throws {
        try await withLoop { loop in
            let (connection, peer) = await loop.pair(echoes: false)
            let reply = [UInt8](repeating: 5, count: unsent)
            await loop.ask { unsafe reply.withUnsafeBytes { unsafe connection.send(Bytes($0)) } }
            peer.close()
            #expect(await eventually { connection.seen.withLock { $0.ended } == 1 })
            #expect(connection.unsentBytes == 0)
        }
    }

    @Test("one that leaves its input is not read from, and nothing is lost")
    func leavesInput() async throws {
        try await withLoop { loop in
            let (connection, peer) = await loop.pair()
            await loop.ask { connection.leavesInput = true }
            try peer.send("later")
            try await Task.sleep(for: .milliseconds(20))
            #expect(connection.seen.withLock { $0.reads } == 0)
            await loop.ask { connection.leavesInput = false }
            #expect(try peer.text(5) == "later")
        }
    }

    @Test("no connection keeps the others waiting")
    func fairness() async throws {
        try await withLoop { loop in
            let (busy, flood) = await loop.pair(echoes: false)
            let (_, peer) = await loop.pair()
            let stop = Atomic<Bool>(false)
            let writer = Task.detached {
                let bytes = [UInt8](repeating: 0, count: 1 << 20)
                while !stop.load(ordering: .relaxed) { try flood.send(bytes) }
            }
            for _ in 0..<200 {
                try peer.send("x")
                #expect(try peer.text(1) == "x")
            }
            stop.store(true, ordering: .relaxed)
            try await writer.value
            #expect(busy.seen.withLock { $0.reads } > 0)
        }
    }
}
