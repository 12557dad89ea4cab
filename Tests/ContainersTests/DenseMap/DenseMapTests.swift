// SPDX-License-Identifier: Apache-2.0

import Containers
import Primitives
import Testing

@Suite("DenseMap")
struct DenseMapTests {
    @Test("new entries go to the end, the last one into the place of a removed one")
    func order() {
        var map = DenseMap<String, Int>()
        for (key, value) in [("a", 1), ("b", 2), ("c", 3), ("d", 4)] {
            let isNew = map.insert(key, value)
            #expect(isNew)
        }
        let (isNew, first, second) = (map.insert("b", 9), map.remove("b"), map.remove("b"))
        #expect(!isNew)
        #expect(first == 2)
        #expect(second == nil)
        #expect(map.keys == ["a", "d", "c"])
        #expect(map.values == [1, 4, 3])
        map.remove("c")
        #expect(map.keys == ["a", "d"])
    }

    @Test("behaves as a dictionary does", arguments: 1...4 as ClosedRange<UInt64>)
    func model(seed: UInt64) {
        var random = RandomSource(seed: seed)
        var map = DenseMap<Int, Int>()
        var model: [Int: Int] = [:]
        for step in 0..<5000 {
            let key = random.below(60)
            switch random.below(4) {
            case 0:
                map[key] = step
                model[key] = step
            case 1:
                let removed = map.remove(key)
                #expect(removed == model.removeValue(forKey: key))
            case 2:
                map.update(key, default: 0) { $0 += 1 }
                model[key, default: 0] += 1
            default:
                let isNew = map.insert(key, step)
                #expect(isNew == (model[key] == nil))
                if model[key] == nil { model[key] = step }
            }
            #expect(map[key] == model[key])
            #expect(map.contains(key) == (model[key] != nil))
            #expect(map.count == model.count)
        }
        let pairs = Dictionary(uniqueKeysWithValues: zip(map.keys, map.values))
        #expect(pairs == model)
    }
}
