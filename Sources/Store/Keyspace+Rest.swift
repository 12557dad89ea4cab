// SPDX-License-Identifier: Apache-2.0

/// Small collections rest between commands: see `Entry+Rest.swift`.
extension Keyspace {
    /// Wakes an entry's value if it rests, and notes it if it may rest again.
    @inline(__always)
    mutating func noteAwake(_ entry: Entry) {
        guard !entry.isString, !entry.isNotedAwake else { return }
        if entry.isAtRest { entry.wake() }
        guard entry.mayRest else { return }
        entry.isNotedAwake = true
        awake.append(entry)
    }

    /// Lets the values rest that were made or changed; for the end of a command. Value objects got
    /// before must not be used any more.
    @inline(__always)
    public mutating func settle() {
        if !awake.isEmpty { settleAll() }
    }

    @inline(never)
    private mutating func settleAll() {
        // One at a time: entries that share an object must not see each other's.
        while let entry = awake.popLast() {
            // What has been removed or replaced is nobody's business any more.
            guard entry.isNotedAwake else { continue }
            entry.isNotedAwake = false
            entry.rest()
        }
        if awake.capacity > 1024 { awake = [] }
    }
}
