// SPDX-License-Identifier: Apache-2.0

/// A map whose entries stand side by side in an array, in an order that depends on nothing but what
/// was done to it: new ones go to the end, and the last one takes the place of one that is removed.
///
/// Unlike a dictionary's, its order is the same in every run, and any entry can be had by position,
/// so that a random one costs O(1).
public struct DenseMap<Key: Hashable, Value> {
    public private(set) var keys: [Key] = []
    public private(set) var values: [Value] = []
    private var places: [Key: Int] = [:]

    public init() {}
}

extension DenseMap: Sendable where Key: Sendable, Value: Sendable {}

extension DenseMap {
    public var count: Int { keys.count }

    public var isEmpty: Bool { keys.isEmpty }

    public func contains(_ key: Key) -> Bool { places[key] != nil }

    /// The value of a key; setting nil removes it. O(1).
    public subscript(key: Key) -> Value? {
        get { places[key].map { values[$0] } }
        set {
            guard let newValue else {
                remove(key)
                return
            }
            if let place = places[key] {
                values[place] = newValue
            } else {
                insert(key, newValue)
            }
        }
    }

    /// Adds an entry; false, and nothing changed, when the key is there. O(1).
    @discardableResult
    public mutating func insert(_ key: Key, _ value: Value) -> Bool {
        guard places[key] == nil else { return false }
        places[key] = keys.count
        keys.append(key)
        values.append(value)
        return true
    }

    /// Removes a key and returns its value, nil when it was not there. O(1).
    @discardableResult
    public mutating func remove(_ key: Key) -> Value? {
        guard let place = places.removeValue(forKey: key) else { return nil }
        let removed = values[place]
        let lastKey = keys.removeLast()
        let lastValue = values.removeLast()
        if place < keys.count {
            keys[place] = lastKey
            values[place] = lastValue
            places[lastKey] = place
        }
        return removed
    }

    /// Changes the value of a key where it stands, `standard` being there if none was. O(1).
    public mutating func update<Result>(
        _ key: Key, default standard: @autoclosure () -> Value, _ body: (inout Value) -> Result
    ) -> Result {
        if let place = places[key] { return body(&values[place]) }
        var value = standard()
        let result = body(&value)
        insert(key, value)
        return result
    }
}
