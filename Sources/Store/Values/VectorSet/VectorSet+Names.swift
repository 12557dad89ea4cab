// SPDX-License-Identifier: Apache-2.0

import Containers
public import Primitives

extension VectorSet {
    /// Names of `count` different random elements that have not ended, at most as many as there
    /// are. O(count), or O(elements) for a good part of them or when most have ended.
    public func randomNames(
        _ count: Int, at nowMilliseconds: Int64, _ random: RandomStream
    ) -> [ByteString] {
        let living = self.count(at: nowMilliseconds)
        let count = min(count, living)
        if count * 3 > living || living * 2 < self.count {
            var names = livingNames(at: nowMilliseconds)
            for index in 0..<count {
                names.swapAt(index, index + random.below(names.count - index))
            }
            return Array(names.prefix(count))
        }
        var names: [ByteString] = []
        var chosen: Set<ByteString> = []
        while names.count < count, let element = elements.randomElement(using: random) {
            if !hasEnded(element.node, at: nowMilliseconds), chosen.insert(element.name).inserted {
                names.append(element.name)
            }
        }
        return names
    }

    /// Calls `body` with `count` names of random elements that have not ended, some perhaps more
    /// than once; at least one must be left. O(count), or O(elements) more when most have ended.
    public func forEachRandomName(
        _ count: Int, at nowMilliseconds: Int64, _ random: RandomStream,
        _ body: (ByteString) -> Void
    ) {
        if self.count(at: nowMilliseconds) * 2 < self.count {
            let names = livingNames(at: nowMilliseconds)
            guard !names.isEmpty else { return }
            for _ in 0..<count { body(names[random.below(names.count)]) }
            return
        }
        var left = count
        while left > 0, let element = elements.randomElement(using: random) {
            guard !hasEnded(element.node, at: nowMilliseconds) else { continue }
            body(element.name)
            left -= 1
        }
    }

    private func livingNames(at nowMilliseconds: Int64) -> [ByteString] {
        var names: [ByteString] = []
        names.reserveCapacity(count(at: nowMilliseconds))
        elements.forEach { element in
            if !hasEnded(element.node, at: nowMilliseconds) { names.append(element.name) }
        }
        return names
    }

    /// One end of a range of names.
    public enum NameBound {
        case first
        case last
        case including(ByteString)
        case excluding(ByteString)
    }

    /// At most `limit` names of a range, in byte order, of elements that have not ended. O(count).
    public func names(
        from start: NameBound, to end: NameBound, limit: Int, at nowMilliseconds: Int64
    ) -> [ByteString] {
        var names: [ByteString] = []
        elements.forEach { element in
            if Self.isAfter(element.name, start), Self.isBefore(element.name, end),
                !hasEnded(element.node, at: nowMilliseconds)
            {
                names.append(element.name)
            }
        }
        names.sort()
        return Array(names.prefix(limit))
    }

    private static func isAfter(_ name: ByteString, _ bound: NameBound) -> Bool {
        switch bound {
        case .first: true
        case .last: false
        case .including(let limit): name >= limit
        case .excluding(let limit): name > limit
        }
    }

    private static func isBefore(_ name: ByteString, _ bound: NameBound) -> Bool {
        switch bound {
        case .first: false
        case .last: true
        case .including(let limit): name <= limit
        case .excluding(let limit): name < limit
        }
    }
}
