// SPDX-License-Identifier: Apache-2.0

import Primitives
import Store
import Testing

@Suite("StreamValue")
struct StreamValueTests {
    @Test(
        "agrees with an array under random changes", arguments: [1, 3, 100, 0],
        [1, 2, 3] as [UInt64])
    func fuzz(maximumEntries: Int, seed: UInt64) {
        var model = StreamModel(
            maximumEntries: maximumEntries, maximumBytes: seed == 2 ? 300 : 4096, seed: seed)
        for step in 0..<1500 {
            model.step()
            if step % 50 == 0 { #expect(model.isConsistent, "step \(step)") }
        }
        #expect(model.isConsistent)
        #expect(model.areCopiesIntact)
    }

    @Test("comes back from its image", arguments: [3, 100])
    func image(maximumEntries: Int) throws {
        var model = StreamModel(maximumEntries: maximumEntries, maximumBytes: 4096, seed: 9)
        for _ in 0..<800 { model.step() }
        let restored = try StreamValue(model.stream.image)
        #expect(StreamModel.entries(of: restored) == model.entries)
        #expect(restored.image == model.stream.image)
        #expect(restored.nodeCount == model.stream.nodeCount)
    }

    @Test("ranges begin and end anywhere")
    func ranges() {
        var model = StreamModel(maximumEntries: 4, maximumBytes: 4096, seed: 4)
        for _ in 0..<300 { model.step() }
        var random = RandomSource(seed: 5)
        for _ in 0..<400 {
            let ids = [model.lastID.milliseconds, 0].map {
                StreamID(UInt64(random.below(Int($0) + 3)), UInt64(random.below(5)))
            }
            let (start, end) = (min(ids[0], ids[1]), max(ids[0], ids[1]))
            for reversed in [false, true] {
                var found: [StreamID] = []
                model.stream.walk(from: start, through: end, reversed: reversed) {
                    found.append($0.id)
                    return true
                }
                let expected = model.entries.map(\.id).filter { $0 >= start && $0 <= end }
                #expect(found == (reversed ? expected.reversed() : expected))
            }
        }
        var isCalled = false
        model.stream.walk(from: .max, through: .zero) { _ in
            isCalled = true
            return true
        }
        #expect(!isCalled)
    }

    @Test("chunks hold as many entries as Redis's do, and end where theirs would")
    func chunks() {
        var limits = StreamLimits()
        let stream = StreamValue()
        let pair = [Bytes("field"), Bytes("value")]
        for index in 1...250 {
            stream.append(StreamID(UInt64(index), 0), pair[...], limits: limits)
        }
        #expect(stream.nodeCount == 3)
        #expect(stream.trim(StreamTrim(.count(120), isApproximate: true)) == 100)
        #expect(stream.trim(StreamTrim(.count(120), isApproximate: true, limit: 10)) == 0)
        #expect(stream.count == 150)
        // A deleted entry goes on taking its place.
        #expect(stream.remove(StreamID(240, 0)))
        limits.maximumNodeEntries = 50
        stream.append(StreamID(300, 0), pair[...], limits: limits)
        #expect(stream.nodeCount == 3)
        limits.maximumNodeBytes = 40
        stream.append(StreamID(301, 0), pair[...], limits: limits)
        stream.append(StreamID(302, 0), pair[...], limits: limits)
        #expect(stream.nodeCount == 5)
    }

    @Test("counts the nodes of Redis's radix tree")
    func radixTree() {
        let stream = StreamValue()
        #expect(stream.radixTreeNodeCount == 1)
        var limits = StreamLimits()
        limits.maximumNodeEntries = 1
        let pair = [Bytes("f"), Bytes("v")]
        stream.append(StreamID(1, 0), pair[...], limits: limits)
        #expect(stream.radixTreeNodeCount == 2)
        // One prefix, a branch, two leaves.
        stream.append(StreamID(1, 1), pair[...], limits: limits)
        #expect(stream.radixTreeNodeCount == 4)
        // Another branch higher up, with the rest of both sides behind it.
        stream.append(StreamID(2, 0), pair[...], limits: limits)
        #expect(stream.radixTreeNodeCount == 8)
    }

    @Test("a copy shares chunks and stays as it was")
    func copies() throws {
        var model = StreamModel(maximumEntries: 100, maximumBytes: 4096, seed: 11)
        for _ in 0..<500 { model.step() }
        let group = try #require(
            model.stream.addGroup(Bytes("group"), lastID: .zero, entriesRead: 0))
        let consumer = try #require(group.addConsumer(Bytes("consumer"), seenMilliseconds: 1))
        group.assign(
            StreamID(1, 1), to: consumer, deliveryMilliseconds: 1, deliveryCount: 1)
        let copy = model.stream.copy()
        let before = copy.image
        group.acknowledge(StreamID(1, 1))
        _ = model.stream.trim(StreamTrim(.count(0)))
        model.stream.removeGroup(Bytes("group"))
        #expect(copy.image == before)
        #expect(model.stream.count == 0)
        #expect(copy.memoryBytes(samples: 0) > model.stream.memoryBytes(samples: 0))
    }

    @Test("a broken image is refused by what is wrong with it")
    func faults() throws {
        var model = StreamModel(maximumEntries: 10, maximumBytes: 4096, seed: 12)
        for _ in 0..<100 { model.step() }
        let stream = model.stream
        let group = try #require(stream.addGroup(Bytes("group"), lastID: .zero, entriesRead: 0))
        let consumer = try #require(group.addConsumer(Bytes("consumer"), seenMilliseconds: 1))
        group.assign(StreamID(1, 1), to: consumer, deliveryMilliseconds: 1, deliveryCount: 1)
        let sound = stream.image
        func fault(_ change: (inout StreamImage) -> Void) -> StreamImage.Fault? {
            var image = sound
            change(&image)
            do throws(StreamImage.Fault) {
                _ = try StreamValue(image)
                return nil
            } catch {
                return error
            }
        }
        #expect(fault { _ in } == nil)
        #expect(fault { $0.count += 1 } == .count)
        #expect(fault { $0.nodes.append($0.nodes[0]) } == .chunkTwice)
        #expect(fault { $0.nodes[0].listpack[7] ^= 1 } == .chunk)
        #expect(fault { $0.nodes[0].listpack = [7, 0, 0, 0, 0, 0, 255] } == .chunk)
        #expect(fault { $0.groups.append($0.groups[0]) } == .groupTwice)
        #expect(fault { $0.groups[0].pending.append($0.groups[0].pending[0]) } == .pendingTwice)
        #expect(
            fault { $0.groups[0].consumers.append($0.groups[0].consumers[0]) } == .consumerTwice)
        #expect(fault { $0.groups[0].consumers[0].pending.append(.max) } == .pendingUnknown)
        #expect(fault { $0.groups[0].consumers[0].pending = [] } == .pendingUnowned)
        #expect(
            fault { $0.groups[0].consumers[0].pending.append(StreamID(1, 1)) } == .pendingTwice)
    }

    @Test("damaged chunks are refused, or are at least read without a trap")
    func damage() {
        var model = StreamModel(maximumEntries: 10, maximumBytes: 4096, seed: 13)
        while model.entries.count < 6 { model.step() }
        let image = model.stream.image
        for bit in 0..<(image.nodes[0].listpack.count * 8) {
            var damaged = image
            damaged.nodes[0].listpack[bit / 8] ^= 1 << UInt8(bit % 8)
            guard let stream = try? StreamValue(damaged) else { continue }
            _ = StreamModel.entries(of: stream, reversed: true)
            let ids = StreamModel.entries(of: stream).map(\.id)
            for id in ids { stream.remove(id) }
            stream.append(
                stream.lastID.next ?? .max, [Bytes("a"), Bytes("b")][...], limits: StreamLimits())
            _ = stream.trim(StreamTrim(.minimumID(.max)))
        }
    }
}
