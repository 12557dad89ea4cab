// SPDX-License-Identifier: Apache-2.0

import Containers
import Testing

@Suite("DenseMap")
struct DenseMapTests {
    @Test("new entries go to the end, the last one into the place of a removed one")
    func order() {
        var map = DenseMap<String, Int>()
        for (key, value) in [("a", 1), ("b", 2), ("c", 3), ("d", 4)] {
            #expect(map.insert(key, value))
        }
        #expect(!map.insert("b", 9))
        #expect(map.remove("b") == 2)
        #expect(map.remove("b") == nil)
        #expect(map.keys == ["a", "d", "c"])
        #expect(map.values == [1, 4, 3])
        #expect(map.remove("c") == 3)
        #expect(map.keys == ["a", "d"])
    }

    @Test("behaves as a dictionary does", arguments: 1...4 as ClosedRange<UInt64>)
    func model(seed: UInt64) {
        var random = SystemRandomNumberGenerator()
        var map = DenseMap<Int, Int>()
        var model: [Int: Int] = [:]
        for step in 0..<5000 {
            let key = Int.random(in: 0..<60, using: &random)
            switch Int.random(in: 0..<4, using: &random) {
            case 0:
                map[key] = step
                model[key] = step
            case 1:
                #expect(map.remove(key) == model.removeValue(forKey: key))
            case 2:
                map.update(key, default: 0) { $0 += 1 }
                model[key, default: 0] += 1
            default:
                #expect(map.insert(key, step) == (model[key] == nil))
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
