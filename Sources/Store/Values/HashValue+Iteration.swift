// SPDX-License-Identifier: Apache-2.0

public import Containers
public import Primitives

extension HashValue {
    /// Calls `body` with every field, its value and its expiry (or ``noExpiry``), those that have
    /// ended included: for files. The packed form has an order, the table none. O(fields).
    public func forEach<Failure: Error>(
        _ body: (_ field: Bytes, _ value: ValueText, _ expiryMilliseconds: Int64) throws(Failure) ->
            Void
    ) throws(Failure) {
        guard let table else {
            return try packed.forEach { (pair) throws(Failure) in
                try body(pair.name, pair.value, pair.deadline)
            }
        }
        var failure: Failure?
        table.fields.forEach { field in
            guard failure == nil else { return }
            do throws(Failure) {
                try body(field.field, .bytes(field.value), field.expiryMilliseconds)
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
    }

    /// Calls `body` with every field that has not ended, and its value. O(fields).
    public func forEach(
        at nowMilliseconds: Int64, _ body: (_ field: Bytes, _ value: ValueText) -> Void
    ) {
        if let table {
            table.fields.forEach { field in
                if !field.hasEnded(at: nowMilliseconds) { body(field.field, .bytes(field.value)) }
            }
        } else {
            packed.forEach { pair in
                if !pair.hasEnded(at: nowMilliseconds) { body(pair.name, pair.value) }
            }
        }
    }

    /// Calls `body` with some fields that have not ended and returns the cursor to go on with, 0
    /// at the end; the guarantees are those of SCAN. A packed hash comes whole at once; a table in
    /// steps of about `count` fields.
    public func scan(
        from cursor: UInt64, count: Int, at nowMilliseconds: Int64,
        _ body: (_ field: Bytes, _ value: ValueText) -> Void
    ) -> UInt64 {
        guard let table else {
            forEach(at: nowMilliseconds, body)
            return 0
        }
        var cursor = cursor
        var seen = 0
        // Nearly empty buckets cost time too, so there is an end to them.
        var steps = count.multipliedReportingOverflow(by: 10)
        if steps.overflow { steps.partialValue = .max }
        repeat {
            cursor = table.fields.scan(from: cursor) { field in
                seen += 1
                if !field.hasEnded(at: nowMilliseconds) { body(field.field, .bytes(field.value)) }
            }
            steps.partialValue -= 1
        } while cursor != 0 && seen < count && steps.partialValue > 0
        return cursor
    }
}

// MARK: - Chance

extension HashValue {
    /// Calls `body` `count` times with a random field that has not ended, which may come again;
    /// never when there is none. Expected O(count), packed O(bytes + count).
    public func forEachRandom(
        _ count: Int, at nowMilliseconds: Int64, using random: RandomStream,
        _ body: (_ field: Bytes, _ value: ValueText) -> Void
    ) {
        // Sampling from the table skips fields that have ended, so they must not be many.
        if let table, !hasEndedFields(at: nowMilliseconds) {
            for _ in 0..<count {
                guard let field = table.fields.randomElement(using: random) else { return }
                body(field.field, .bytes(field.value))
            }
            return
        }
        let all = pairs(at: nowMilliseconds)
        guard !all.isEmpty else { return }
        for _ in 0..<count {
            let pair = all[random.below(all.count)]
            body(pair.field, pair.value)
        }
    }

    /// Calls `body` with `count` different random fields that have not ended, or with all when
    /// there are no more. Expected O(count), packed or nearly all O(fields).
    public func forEachRandomDistinct(
        _ count: Int, at nowMilliseconds: Int64, using random: RandomStream,
        _ body: (_ field: Bytes, _ value: ValueText) -> Void
    ) {
        guard count < self.count(at: nowMilliseconds) else {
            return forEach(at: nowMilliseconds, body)
        }
        if let table, !hasEndedFields(at: nowMilliseconds), count < table.count / 3 {
            var seen: Set<ObjectIdentifier> = []
            while seen.count < count {
                guard let field = table.fields.randomElement(using: random) else { return }
                if seen.insert(ObjectIdentifier(field)).inserted {
                    body(field.field, .bytes(field.value))
                }
            }
            return
        }
        // Knuth's selection sampling: every subset is equally likely, and the order stays.
        let all = pairs(at: nowMilliseconds)
        var wanted = count
        for (index, pair) in all.enumerated() where wanted > 0 {
            guard random.below(all.count - index) < wanted else { continue }
            wanted -= 1
            body(pair.field, pair.value)
        }
    }

    private func pairs(at nowMilliseconds: Int64) -> [(field: Bytes, value: ValueText)] {
        var all: [(field: Bytes, value: ValueText)] = []
        all.reserveCapacity(count)
        forEach(at: nowMilliseconds) { field, value in all.append((field, value)) }
        return all
    }
}
