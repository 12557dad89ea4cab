// SPDX-License-Identifier: Apache-2.0

import Primitives

/// The commands that took too long, newest first.
struct SlowLog {
    struct Entry {
        let id: Int64
        let seconds: Int64
        let microseconds: Int64
        let words: [ByteString]
        let address: String
        let clientName: ByteString
    }

    private static let maximumWords = 32
    private static let maximumBytes = 128

    private(set) var entries: [Entry] = []
    private var nextID: Int64 = 0
    /// `slowlog-log-slower-than`, in microseconds; negative for never.
    var thresholdMicroseconds: Int64 = 10_000
    /// `slowlog-max-len`.
    var maximumCount = 128 {
        didSet { trim() }
    }
}

extension SlowLog {
    var isOn: Bool { thresholdMicroseconds >= 0 && maximumCount > 0 }

    /// Notes a command if it took long enough.
    mutating func add(
        _ words: @autoclosure () -> [ByteString], _ microseconds: Int64, at seconds: Int64,
        from address: String, named name: ByteString
    ) {
        guard isOn, microseconds >= thresholdMicroseconds else { return }
        let entry = Entry(
            id: nextID, seconds: seconds, microseconds: microseconds,
            words: Self.shortened(words()), address: address, clientName: name)
        nextID += 1
        entries.insert(entry, at: 0)
        trim()
    }

    mutating func reset() { entries = [] }

    private mutating func trim() {
        if entries.count > maximumCount { entries.removeLast(entries.count - maximumCount) }
    }

    /// The words with what is too long or too many cut off, and how much that was.
    private static func shortened(_ words: [ByteString]) -> [ByteString] {
        let isTooLong = words.count > maximumWords
        let shown = words.prefix(isTooLong ? maximumWords - 1 : maximumWords).map { word in
            let more = word.count - maximumBytes
            guard more > 0 else { return word }
            let text = Array("... (\(more) more bytes)".utf8)
            return ByteString(Array(word.array.prefix(maximumBytes)) + text)
        }
        guard isTooLong else { return shown }
        return shown + [ByteString("... (\(words.count - maximumWords + 1) more arguments)")]
    }
}
