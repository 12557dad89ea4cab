// SPDX-License-Identifier: Apache-2.0

/// What is kept by the identifier of an entry.
protocol StreamIDKeyed: Sendable {
    var id: StreamID { get }
}

extension StreamID: StreamIDKeyed {
    var id: StreamID { self }
}

/// Elements sorted by identifier, in chunks: copies share chunks until one side changes one.
///
/// Adding at the end is amortised O(1); all else is O(log count + chunk), or O(chunks) when one
/// comes or goes.
struct StreamIDList<Element: StreamIDKeyed>: Sendable {
    /// The most elements of a chunk.
    static var chunkCapacity: Int { 128 }

    /// None of them empty.
    private var chunks: [[Element]] = []
    private(set) var count = 0

    var isEmpty: Bool { count == 0 }
    var first: Element? { chunks.first?.first }
    var last: Element? { chunks.last?.last }

    var memoryBytes: Int {
        guard !chunks.isEmpty else { return 0 }
        return chunks.reduce(32 + 8 * chunks.capacity) {
            $0 + 32 + $1.capacity * MemoryLayout<Element>.stride
        }
    }

    /// Where the first element at or behind `id` stands; a chunk's end when it is in the next.
    private func place(_ id: StreamID) -> (chunk: Int, offset: Int) {
        var low = 0
        var high = chunks.count
        while low < high {
            let middle = (low + high) / 2
            if let last = chunks[middle].last, last.id < id {
                low = middle + 1
            } else {
                high = middle
            }
        }
        guard low < chunks.count else { return (low, 0) }
        let chunk = low
        low = 0
        high = chunks[chunk].count
        while low < high {
            let middle = (low + high) / 2
            if chunks[chunk][middle].id < id { low = middle + 1 } else { high = middle }
        }
        return (chunk, low)
    }

    private func contains(_ id: StreamID, _ place: (chunk: Int, offset: Int)) -> Bool {
        place.chunk < chunks.count && chunks[place.chunk][place.offset].id == id
    }

    /// The element of this identifier, or nil.
    subscript(id: StreamID) -> Element? {
        let place = place(id)
        return contains(id, place) ? chunks[place.chunk][place.offset] : nil
    }

    /// The first element at or behind `id`, or nil.
    func first(from id: StreamID) -> Element? {
        let place = place(id)
        return place.chunk < chunks.count ? chunks[place.chunk][place.offset] : nil
    }

    /// Adds an element, or puts it in the place of the one with its identifier; returns whether it
    /// was added.
    @discardableResult
    mutating func set(_ element: Element) -> Bool {
        guard let last, element.id <= last.id else {
            append(element)
            return true
        }
        let (chunk, offset) = place(element.id)
        if chunks[chunk][offset].id == element.id {
            chunks[chunk][offset] = element
            return false
        }
        chunks[chunk].insert(element, at: offset)
        count += 1
        if chunks[chunk].count > Self.chunkCapacity { split(chunk) }
        return true
    }

    private mutating func append(_ element: Element) {
        count += 1
        if let last = chunks.last, last.count < Self.chunkCapacity {
            chunks[chunks.count - 1].append(element)
        } else {
            chunks.append([element])
        }
    }

    private mutating func split(_ chunk: Int) {
        let half = chunks[chunk].count / 2
        let rest = Array(chunks[chunk][half...])
        chunks[chunk].removeSubrange(half...)
        chunks.insert(rest, at: chunk + 1)
    }

    /// Removes the element of this identifier and returns it, or nil.
    @discardableResult
    mutating func remove(_ id: StreamID) -> Element? {
        let place = place(id)
        guard contains(id, place) else { return nil }
        let element = chunks[place.chunk].remove(at: place.offset)
        if chunks[place.chunk].isEmpty { chunks.remove(at: place.chunk) }
        count -= 1
        return element
    }

    /// Calls `body` with the elements from `id` on while it says so.
    func walk(from id: StreamID = .zero, _ body: (Element) -> Bool) {
        var (chunk, offset) = place(id)
        while chunk < chunks.count {
            while offset < chunks[chunk].count {
                guard body(chunks[chunk][offset]) else { return }
                offset += 1
            }
            chunk += 1
            offset = 0
        }
    }
}
