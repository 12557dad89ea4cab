// SPDX-License-Identifier: Apache-2.0

import Primitives
import Store
import Testing

@Suite("StreamGroup")
struct StreamGroupTests {
    static func group(of stream: StreamValue, _ name: StaticString = "group") throws -> StreamGroup
    {
        try #require(stream.addGroup(Bytes(name), lastID: .zero, entriesRead: 0))
    }

    /// The oracle is a dictionary: who owns what, and how often it was delivered.
    @Test("agrees with a dictionary under random changes", arguments: 1...6 as ClosedRange<UInt64>)
    func fuzz(seed: UInt64) throws {
        var random = RandomSource(seed: seed)
        let stream = StreamValue()
        let group = try Self.group(of: stream)
        var numbers: [Int] = []
        for name: StaticString in ["c", "a", "b"] {
            numbers.append(try #require(group.addConsumer(Bytes(name), seenMilliseconds: 0)))
        }
        var model: [StreamID: (consumer: Int, count: Int64)] = [:]
        var frozen: (image: StreamImage, stream: StreamValue)?
        for step in 0..<6000 {
            // Mostly at the end, as deliveries are; 300 of a kind fill several chunks.
            let id =
                random.below(3) > 0
                ? StreamID(UInt64(step), 0) : StreamID(UInt64(random.below(step + 1)), 0)
            if random.below(5) < 3 {
                let consumer = numbers[random.below(3)]
                group.assign(
                    id, to: consumer, deliveryMilliseconds: 5, deliveryCount: Int64(step))
                model[id] = (consumer, Int64(step))
            } else {
                let old = StreamID(UInt64(random.below(step + 1)), 0)
                #expect(group.acknowledge(old) == (model.removeValue(forKey: old) != nil))
            }
            if step == 3000 { frozen = (stream.image, stream.copy()) }
            guard step % 500 == 0 else { continue }
            Self.compare(group, numbers, model)
            #expect(group.firstPending?.id == model.keys.min())
            #expect(group.lastPending?.id == model.keys.max())
            let from = StreamID(UInt64(random.below(step + 1)), 0)
            #expect(
                group.firstPending(from: from)?.id == model.keys.filter { $0 >= from }.min())
        }
        #expect(frozen?.stream.image == frozen?.image)
        group.removeConsumer(numbers[1])
        model = model.filter { $0.value.consumer != numbers[1] }
        Self.compare(group, [numbers[0], numbers[2]], model)
        #expect(group.consumer(named: Bytes("a")) == nil)
        #expect(group.addConsumer(Bytes("z"), seenMilliseconds: 1) != nil)
        #expect(group.addConsumer(Bytes("z"), seenMilliseconds: 1) == nil)
        #expect(group.consumerNumbers.map { group[$0].name } == ["b", "c", "z"])
    }

    private static func compare(
        _ group: StreamGroup, _ numbers: [Int],
        _ model: [StreamID: (consumer: Int, count: Int64)]
    ) {
        #expect(group.pendingCount == model.count)
        var found: [StreamID] = []
        group.walkPending(from: .zero) { entry in
            found.append(entry.id)
            #expect(model[entry.id]?.consumer == entry.consumer)
            #expect(model[entry.id]?.count == entry.deliveryCount)
            return true
        }
        #expect(found == model.keys.sorted())
        for number in numbers {
            var owned: [StreamID] = []
            group.walkPending(from: .zero, of: number) { entry in
                owned.append(entry.id)
                return true
            }
            #expect(owned == model.filter { $0.value.consumer == number }.keys.sorted())
            #expect(group[number].pendingCount == owned.count)
        }
    }

    @Test("what groups have to read or acknowledge is referenced")
    func references() throws {
        let stream = StreamValue()
        let pair = [Bytes("f"), Bytes("v")]
        for index in 1...3 {
            stream.append(StreamID(UInt64(index), 0), pair[...], limits: StreamLimits())
        }
        let first = StreamID(1, 0)
        #expect(stream.mayRemove(first, .acknowledged))
        let (slow, quick) = (
            try Self.group(of: stream, "slow"), try Self.group(of: stream, "quick")
        )
        #expect(!stream.mayRemove(first, .acknowledged))
        stream.move(quick, to: StreamID(3, 0))
        #expect(!stream.mayRemove(first, .acknowledged))
        stream.move(slow, to: StreamID(2, 0))
        #expect(stream.mayRemove(first, .acknowledged))
        let consumer = try #require(quick.addConsumer(Bytes("c"), seenMilliseconds: 0))
        quick.assign(first, to: consumer, deliveryMilliseconds: 0, deliveryCount: 1)
        #expect(!stream.mayRemove(first, .acknowledged))
        #expect(stream.mayRemove(first, .delete))
        #expect(quick.pendingCount == 0)
        #expect(stream.mayRemove(first, .acknowledged))
    }
}
