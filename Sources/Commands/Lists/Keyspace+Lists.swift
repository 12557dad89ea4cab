// SPDX-License-Identifier: Apache-2.0

import Primitives
import RESP
import Store

extension Keyspace {
    /// The list at a key, to be pushed to; if missing, made when asked to.
    mutating func listToPushTo(
        _ key: Bytes, creating: Bool = true
    ) throws(ErrorReply) -> ListValue? {
        if let list = try listForUpdate(key) { return list }
        guard creating else { return nil }
        let list = ListValue(fill: listFill)
        insert(key, .list(list))
        return list
    }

    /// Takes up to `limit` elements from an end, and answers them as an array.
    mutating func pop(
        _ limit: Int, from list: ListValue, at key: Bytes, _ end: ListValue.End,
        _ reply: inout ReplyWriter
    ) {
        let number = min(limit, list.count)
        let range = end == .head ? 0..<number : (list.count - number)..<list.count
        list.write(range, from: end, to: &reply)
        list.remove(number, from: end)
        didPop(from: list, at: key, end)
    }

    /// To be called after elements were popped from an end.
    mutating func didPop(
        from list: ListValue, at key: Bytes, _ end: ListValue.End, changes: Int = 1
    ) {
        didRemoveElements(
            of: list, at: key, KeyspaceEvent(.list, end == .head ? "lpop" : "rpop"),
            changes: changes)
    }

    /// To be called after elements were removed: the list goes with its last.
    mutating func didRemoveElements(
        of list: ListValue, at key: Bytes, _ event: KeyspaceEvent, changes: Int = 1
    ) {
        didChange(key, event, changes: changes)
        if list.count == 0 {
            remove(key)
            notify(key, KeyspaceEvent(.generic, "del"))
        } else {
            list.didShrink()
        }
    }

    /// Moves an element between lists, which may be one, and answers it; false without a source.
    mutating func move(
        from source: Bytes, _ origin: ListValue.End,
        to destination: Bytes, _ target: ListValue.End, _ reply: inout ReplyWriter
    ) throws(ErrorReply) -> Bool {
        guard let list = try listForUpdate(source), let element = list.element(at: origin) else {
            return false
        }
        let event = KeyspaceEvent(.list, target == .head ? "lpush" : "rpush")
        if source == destination {
            let element = ByteString(element)
            list.pop(from: origin)
            list.prepareToGrow(by: element.count, elements: 1)
            element.withBytes { list.push($0, at: target) }
            reply.bulk(element)
        } else if let receiver = try listToPushTo(destination) {
            receiver.prepareToGrow(by: element.count, elements: 1)
            receiver.push(element, at: target)
            reply.bulk(element)
            list.pop(from: origin)
        }
        didChange(destination, event)
        didPop(from: list, at: source, origin, changes: 0)
        return true
    }
}

extension ListValue {
    /// An index as clients give it, negative from the end, as a place; out of `0..<count` for one
    /// that names no element.
    func place(of index: Int64) -> Int {
        index < 0 ? Int(index) + count : Int(index)
    }

    /// The places of a range as clients give it; empty, and 0..<0, when it names no element.
    func places(from start: Int64, through stop: Int64) -> Range<Int> {
        let first = max(0, place(of: start))
        let last = min(count - 1, place(of: stop))
        return first <= last ? first..<(last + 1) : 0..<0
    }

    /// Answers the elements of `range` as an array, in the order from an end.
    func write(_ range: Range<Int>, from end: End, to reply: inout ReplyWriter) {
        reply.array(range.count)
        guard !range.isEmpty else { return }
        var rest = range.count
        let first = end == .head ? range.lowerBound : range.upperBound - 1
        walk(from: first, toward: end == .head ? .tail : .head) { element in
            reply.bulk(element)
            rest -= 1
            return rest > 0
        }
    }
}

extension Arguments {
    /// The next argument as LEFT or RIGHT.
    mutating func listEnd() throws(ErrorReply) -> ListValue.End {
        if consume("LEFT") { return .head }
        if consume("RIGHT") { return .tail }
        throw .syntax
    }
}

extension Call {
    /// A timeout as blocking commands take it, in seconds, as milliseconds; 0 waits for ever.
    func timeoutMilliseconds(_ argument: Bytes) throws(ErrorReply) -> Int64 {
        guard let seconds = Double(strict: argument, clamping: true) else {
            throw .timeoutNotAFloat
        }
        let milliseconds = (seconds * 1000).rounded(.up)
        if milliseconds < 0 { throw .negativeTimeout }
        guard milliseconds < 0x1p63, Int64(milliseconds) <= Int64.max - nowMilliseconds else {
            throw ErrorReply("ERR timeout is out of range")
        }
        return Int64(milliseconds)
    }
}

extension ErrorReply {
    /// For an integer outside of the range a command takes.
    static func outside(_ range: ClosedRange<Int64>) -> ErrorReply {
        ErrorReply(
            "ERR value is out of range, value must between \(range.lowerBound) and "
                + "\(range.upperBound)")
    }
}
