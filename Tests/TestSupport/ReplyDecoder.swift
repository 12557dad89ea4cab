// SPDX-License-Identifier: Apache-2.0

public import Primitives

extension Reply {
    /// The reply that `wire` holds, ``malformed(_:)`` when it is not exactly one.
    public init(wire: ByteString) {
        let replies = Self.all(wire: wire)
        self = replies.count == 1 ? replies[0] : replies.isEmpty ? .silence : .malformed(wire)
    }

    /// All replies of `wire`, one after the other; what is no reply becomes ``malformed(_:)``.
    public static func all(wire: ByteString) -> [Reply] {
        var decoder = ReplyDecoder(bytes: wire.array)
        var replies: [Reply] = []
        while decoder.position < wire.count {
            let start = decoder.position
            guard let reply = decoder.next() else {
                return replies + [.malformed(ByteString(Array(wire.array[start...])))]
            }
            replies.append(reply)
        }
        return replies
    }
}

/// Reads RESP2 and RESP3 strictly; written for tests, so not with the server's own code.
struct ReplyDecoder {
    let bytes: [UInt8]
    var position = 0

    mutating func next() -> Reply? {
        guard let line = line(), let kind = line.first else { return nil }
        let rest = ByteString(Array(line.dropFirst()))
        switch kind {
        case UInt8(ascii: "+"): return .status(rest)
        case UInt8(ascii: "-"): return .error(rest)
        case UInt8(ascii: ":"): return Int64(rest.description).map { .integer($0) }
        case UInt8(ascii: ","): return Double(rest.description).map { .double($0) }
        case UInt8(ascii: "_"): return rest.isEmpty ? .null : nil
        case UInt8(ascii: "#"):
            return rest == "t" ? .boolean(true) : rest == "f" ? .boolean(false) : nil
        case UInt8(ascii: "$"):
            if rest == "-1" { return .null }
            return payload(rest).map { .bulk(ByteString($0)) }
        case UInt8(ascii: "="):
            guard let text = payload(rest), text.count >= 4 else { return nil }
            return .verbatim(
                format: ByteString(Array(text[..<3])), text: ByteString(Array(text[4...])))
        case UInt8(ascii: "*"):
            return rest == "-1" ? .nullArray : elements(rest).map { .array($0) }
        case UInt8(ascii: "~"): return elements(rest).map { .set($0) }
        case UInt8(ascii: ">"): return elements(rest).map { .push($0) }
        case UInt8(ascii: "%"):
            guard let flat = elements(rest, times: 2) else { return nil }
            return .map(
                stride(from: 0, to: flat.count, by: 2).map { Reply.Pair(flat[$0], flat[$0 + 1]) })
        default: return nil
        }
    }

    private mutating func line() -> [UInt8]? {
        var end = position
        while end + 1 < bytes.count {
            if bytes[end] == 0x0D, bytes[end + 1] == 0x0A {
                defer { position = end + 2 }
                return Array(bytes[position..<end])
            }
            end += 1
        }
        return nil
    }

    private mutating func payload(_ length: ByteString) -> [UInt8]? {
        guard let count = Int(length.description), count >= 0,
            bytes.count - position >= count + 2, bytes[position + count] == 0x0D,
            bytes[position + count + 1] == 0x0A
        else { return nil }
        defer { position += count + 2 }
        return Array(bytes[position..<(position + count)])
    }

    private mutating func elements(_ length: ByteString, times: Int = 1) -> [Reply]? {
        guard let count = Int(length.description), count >= 0 else { return nil }
        var elements: [Reply] = []
        for _ in 0..<(count * times) {
            guard let element = next() else { return nil }
            elements.append(element)
        }
        return elements
    }
}
