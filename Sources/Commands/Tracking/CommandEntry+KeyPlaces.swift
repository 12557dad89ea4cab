// SPDX-License-Identifier: Apache-2.0

import Primitives
import RESP

extension CommandEntry {
    /// Where the keys of a request stand among its arguments; nowhere when the request does not fit
    /// the declaration.
    func keyPlaces(in arguments: borrowing Arguments) -> [Int] {
        let count = arguments.count
        var places: [Int] = []
        for spec in declaration.keys {
            switch spec {
            case .range(let first, let last, let step):
                let end = last < 0 ? count + last : last
                guard end < count, first <= end, step > 0 else { continue }
                places += stride(from: first, through: end, by: step)
            case .counted(let place, let first):
                guard place < count, let number = Int64(strict: arguments[place]), number > 0,
                    first < count, number <= count - first
                else { continue }
                places += first..<(first + Int(number))
            case .keyword(let word, let from, let keys):
                let name = ByteString(word)
                for index in max(0, from)..<max(count, from, 0)
                where name.withBytes({ arguments[index].equalsIgnoringCase($0) }) {
                    if index + 1 + keys <= count { places += (index + 1)..<(index + 1 + keys) }
                    break
                }
            }
        }
        return places
    }
}
