// SPDX-License-Identifier: Apache-2.0

public import Containers
public import Primitives

extension SetValue {
    /// Calls `body` with every member: integers in ascending order, packed strings in the order in
    /// which they came, a table's in none. O(members).
    public func forEach<Failure: Error>(
        _ body: (SetMember) throws(Failure) -> Void
    ) throws(Failure) {
        guard let table else { return try packed.forEach(body) }
        try table.forEach { (bytes) throws(Failure) in try body(.bytes(bytes)) }
    }

    /// Whether every member satisfies a condition; stops at the first that does not.
    public func allSatisfy(_ condition: (SetMember) -> Bool) -> Bool {
        do throws(Stop) {
            try forEach { (member) throws(Stop) in
                guard condition(member) else { throw Stop() }
            }
            return true
        } catch {
            return false
        }
    }

    private struct Stop: Error {}

    /// Calls `body` with some members and returns the cursor to go on with, 0 at the end; the
    /// guarantees are those of SCAN. A packed set comes whole at once; a table in steps of about
    /// `count` members.
    public func scan(
        from cursor: UInt64, count: Int, _ body: (SetMember) -> Void
    ) -> UInt64 {
        guard let table else {
            forEach(body)
            return 0
        }
        var cursor = cursor
        var seen = 0
        // Nearly empty chunks cost time too, so there is an end to them.
        var steps = count.multipliedReportingOverflow(by: 10)
        if steps.overflow { steps.partialValue = .max }
        repeat {
            cursor = table.scan(from: cursor, count: count - seen) { bytes in
                seen += 1
                body(.bytes(bytes))
            }
            steps.partialValue -= 1
        } while cursor != 0 && seen < count && steps.partialValue > 0
        return cursor
    }
}

// MARK: - Chance

extension SetValue {
    /// A random member, all equally likely; nil when there is none. Expected O(1), for packed
    /// strings O(members).
    public func randomMember(using random: RandomStream) -> SetMember? {
        if let table { return table.randomMember(using: random).map { .bytes($0.member) } }
        let count = packed.count
        return count == 0 ? nil : packed[random.below(count)]
    }

    /// Calls `body` `count` times with a random member, which may come again; never when there is
    /// none. Expected O(count), for packed strings O(members) first.
    public func forEachRandom(
        _ count: Int, using random: RandomStream, _ body: (SetMember) -> Void
    ) {
        guard table == nil, !packed.isOfIntegers, count > 1, !isEmpty else {
            for _ in 0..<count {
                guard let member = randomMember(using: random) else { return }
                body(member)
            }
            return
        }
        var all: [SetMember] = []
        all.reserveCapacity(self.count)
        packed.forEach { all.append($0) }
        for _ in 0..<count { body(all[random.below(all.count)]) }
    }

    /// Calls `body` with `count` different random members, or with all when there are no more.
    /// Expected O(count), packed or nearly all O(members).
    public func forEachRandomDistinct(
        _ count: Int, using random: RandomStream, _ body: (SetMember) -> Void
    ) {
        guard count < self.count else { return forEach(body) }
        if let table, count < table.count / 3 {
            var seen: Set<Int> = []
            while seen.count < count {
                guard let found = table.randomMember(using: random) else { return }
                if seen.insert(found.number).inserted { body(.bytes(found.member)) }
            }
            return
        }
        // Knuth's selection sampling: every subset is equally likely, and the order stays.
        var rest = self.count
        var wanted = count
        forEach { member in
            if wanted > 0, random.below(rest) < wanted {
                wanted -= 1
                body(member)
            }
            rest -= 1
        }
    }
}

// MARK: - Taking at random

extension SetValue {
    /// Takes `count` random members out, which must be fewer than there are.
    ///
    /// When few remain, a table is made anew from those, in the form that suits them, as Redis
    /// does.
    public func pop(
        _ count: Int, using random: RandomStream, limits: SetLimits
    ) -> [ByteString] {
        precondition(count >= 0 && count < self.count)
        var popped: [ByteString] = []
        popped.reserveCapacity(count)
        let remaining = self.count - count
        guard table != nil, remaining <= count / 5 else {
            forEachRandomDistinct(count, using: random) { popped.append($0.string) }
            for member in popped { member.withBytes { _ = remove($0) } }
            return popped
        }
        let kept = SetValue(.listpack, limits: limits)
        forEachRandomDistinct(remaining, using: random) { kept.add($0, limits: limits) }
        forEach { if !kept.contains($0) { popped.append($0.string) } }
        replaceAll(by: kept)
        return popped
    }
}
