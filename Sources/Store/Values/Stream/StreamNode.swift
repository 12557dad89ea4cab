// SPDX-License-Identifier: Apache-2.0

public import Containers
internal import Primitives

/// A chunk of a stream, in the form of Redis's files, which approximate trimming shows to clients.
///
/// A listpack: how many entries live and how many are deleted, the fields of the first entry behind
/// their number, 0; then each entry: flags, what its identifier adds to the chunk's, its fields
/// unless they are those of the first (behind their number) with their values, and of how many
/// elements it consists, which leads backwards.
struct StreamNode: Sendable {
    /// What the identifiers of the entries are told from: that of the first.
    let master: StreamID
    var pack: ListpackBuffer

    /// A chunk with its first entry. `fields` holds fields and values in turn.
    init(_ id: StreamID, _ fields: ArraySlice<Bytes>) {
        master = id
        var bytes = 40
        for index in fields.indices { bytes += fields[index].count + 3 }
        pack = ListpackBuffer(minimumCapacity: bytes)
        pack.beginAppending()
        pack.add(0)
        pack.add(0)
        pack.add(Int64(fields.count / 2))
        var elements = 4
        for index in stride(from: fields.startIndex, to: fields.endIndex, by: 2) {
            pack.add(fields[index])
            elements += 1
        }
        pack.add(0)
        pack.endAppending(elements)
        append(id, fields)
    }

    /// A chunk from a file; nil unless it is sound.
    init?(_ master: StreamID, checking bytes: [UInt8]) {
        self.master = master
        guard let pack = ListpackBuffer(checking: bytes) else { return nil }
        self.pack = pack
        guard StreamNodeReader.isSound(pack.view) else { return nil }
    }

    var reader: StreamNodeReader { StreamNodeReader(pack.view, master) }
    var liveCount: Int { Int(pack.view.integer(at: pack.view.start)) }
    var deletedCount: Int {
        let view = pack.view
        return Int(view.integer(at: view.next(view.start)))
    }

    /// The identifier of the last entry, deleted or not.
    var lastID: StreamID {
        let reader = reader
        return reader.previous(reader.view.end)?.entry.id ?? master
    }

    /// Adds an entry behind the last.
    mutating func append(_ id: StreamID, _ fields: ArraySlice<Bytes>) {
        let reader = reader
        let fieldCount = fields.count / 2
        let sharesFields = reader.hasFields(fields)
        pack.replace(at: reader.view.start, with: Int64(liveCount + 1))
        pack.beginAppending()
        pack.add(sharesFields ? StreamNodeReader.sharesFieldsFlag : 0)
        pack.add(Int64(bitPattern: id.milliseconds &- master.milliseconds))
        pack.add(Int64(bitPattern: id.sequence &- master.sequence))
        var elements = 3 + fieldCount
        if sharesFields {
            for index in stride(from: fields.startIndex + 1, to: fields.endIndex, by: 2) {
                pack.add(fields[index])
            }
        } else {
            pack.add(Int64(fieldCount))
            for bytes in fields { pack.add(bytes) }
            elements += fieldCount + 1
        }
        pack.add(Int64(elements))
        pack.endAppending(elements + 1)
    }

    /// Marks the entry whose flags stand at a place as deleted, and counts it as that.
    mutating func markDeleted(at place: Int) {
        let flags = pack.view.integer(at: place) | StreamNodeReader.deletedFlag
        pack.replace(at: place, with: flags)
        count(deleted: 1)
    }

    private mutating func count(deleted: Int) {
        let (live, dead) = (liveCount, deletedCount)
        pack.replace(at: pack.view.start, with: Int64(live &- deleted))
        pack.replace(at: pack.view.next(pack.view.start), with: Int64(dead &+ deleted))
    }
}

/// An entry of a stream, good until the stream's next change.
public struct StreamEntry {
    public let id: StreamID
    public let fieldCount: Int
    private let view: ListpackView
    /// Where the chunk's fields begin, or nil when the entry has its own.
    private let sharedFields: Int?
    private let values: Int

    init(
        _ id: StreamID, fieldCount: Int, _ view: ListpackView, sharedFields: Int?, values: Int
    ) {
        self.id = id
        self.fieldCount = fieldCount
        self.view = view
        self.sharedFields = sharedFields
        self.values = values
    }

    /// Calls `body` with each field and its value.
    public func forEachField(_ body: (ListpackElement, ListpackElement) -> Void) {
        var value = values
        if var field = sharedFields {
            for _ in 0..<fieldCount {
                body(view.element(at: field), view.element(at: value))
                field = view.next(field)
                value = view.next(value)
            }
            return
        }
        for _ in 0..<fieldCount {
            let field = value
            value = view.next(field)
            body(view.element(at: field), view.element(at: value))
            value = view.next(value)
        }
    }
}

/// Walks through a chunk.
struct StreamNodeReader {
    static let deletedFlag: Int64 = 1
    static let sharesFieldsFlag: Int64 = 2

    let view: ListpackView
    let master: StreamID
    private let fieldCount: Int
    private let fields: Int

    init(_ view: ListpackView, _ master: StreamID) {
        self.view = view
        self.master = master
        let count = view.next(view.next(view.start))
        fieldCount = Int(view.integer(at: count))
        fields = view.next(count)
    }

    /// An entry with where its flags stand and where the next begins.
    struct Record {
        let entry: StreamEntry
        let place: Int
        let isDeleted: Bool
        /// Where the entry's own fields or values begin, and how many elements they are.
        fileprivate let body: Int
        fileprivate let bodyCount: Int
    }

    /// Where the first entry begins.
    var first: Int {
        var place = fields
        for _ in 0..<fieldCount { place = view.next(place) }
        return view.next(place)
    }

    /// The entry that begins at a place.
    @inline(__always)
    func record(at place: Int) -> Record {
        let flags = view.integer(at: place)
        var position = view.next(place)
        let milliseconds = view.integer(at: position)
        position = view.next(position)
        let sequence = view.integer(at: position)
        position = view.next(position)
        let sharesFields = flags & Self.sharesFieldsFlag != 0
        var count = fieldCount
        if !sharesFields {
            count = Int(view.integer(at: position))
            position = view.next(position)
        }
        let entry = StreamEntry(
            master.adding(milliseconds, sequence), fieldCount: count, view,
            sharedFields: sharesFields ? fields : nil, values: position)
        return Record(
            entry: entry, place: place, isDeleted: flags & Self.deletedFlag != 0, body: position,
            bodyCount: sharesFields ? count : count * 2)
    }

    /// Where the entry behind this one begins, or the view's end.
    func next(_ record: Record) -> Int {
        var place = record.body
        for _ in 0..<record.bodyCount { place = view.next(place) }
        return view.next(place)
    }

    /// The entry before the one that begins at a place, or nil at the first.
    func previous(_ place: Int) -> Record? {
        guard let last = view.previous(place) else { return nil }
        var position = last
        let count = view.integer(at: last)
        guard count > 0 else { return nil }
        for _ in 0..<count {
            guard let previous = view.previous(position) else { return nil }
            position = previous
        }
        return record(at: position)
    }

    /// Whether the fields among fields and values are the chunk's.
    func hasFields(_ pairs: ArraySlice<Bytes>) -> Bool {
        guard pairs.count == fieldCount * 2 else { return false }
        var place = fields
        var index = pairs.startIndex
        while index < pairs.endIndex {
            guard view.isEqual(at: place, to: pairs[index]) else { return false }
            place = view.next(place)
            index += 2
        }
        return true
    }
}

// MARK: - Bytes of unknown origin

extension StreamNodeReader {
    /// Whether a sound listpack is a chunk of a stream. O(elements).
    static func isSound(_ view: ListpackView) -> Bool {
        var walk = Walk(view: view, place: view.start)
        guard let live = walk.integer(), let deleted = walk.integer(), let fields = walk.integer(),
            live >= 0, deleted >= 0, fields >= 0, walk.skip(fields), walk.integer() == 0
        else { return false }
        var seen: Int64 = 0
        var dead: Int64 = 0
        while walk.place < view.end {
            guard let flags = walk.integer(), flags >= 0, walk.integer() != nil,
                walk.integer() != nil
            else { return false }
            var elements = 3 &+ fields
            if flags & sharesFieldsFlag != 0 {
                guard walk.skip(fields) else { return false }
            } else {
                guard let own = walk.integer(), own >= 0, own <= Int64(view.end), walk.skip(own * 2)
                else { return false }
                elements = 4 &+ own &* 2
            }
            guard walk.integer() == elements else { return false }
            seen += 1
            if flags & deletedFlag != 0 { dead += 1 }
        }
        return dead == deleted && seen - dead == live
    }

    private struct Walk {
        let view: ListpackView
        var place: Int

        /// The next element if it is an integer.
        mutating func integer() -> Int64? {
            guard place < view.end, case .integer(let number) = view.element(at: place) else {
                return nil
            }
            place = view.next(place)
            return number
        }

        mutating func skip(_ count: Int64) -> Bool {
            guard count <= Int64(view.end) else { return false }
            for _ in 0..<count {
                guard place < view.end else { return false }
                place = view.next(place)
            }
            return true
        }
    }
}
