// SPDX-License-Identifier: Apache-2.0

import Containers
import Primitives
import RESP
import Store

extension Keyspace {
    /// The set at a key, to be added to; if there is none, a new one in the form that suits
    /// `first` and so many members. It must get a member.
    /// - Throws: `WRONGTYPE`.
    mutating func setToAddTo(
        _ key: Bytes, _ first: Bytes, sizeHint: Int
    ) throws(ErrorReply) -> SetValue {
        if let set = try setValueForUpdate(key) {
            set.prepare(sizeHint: sizeHint, limits: setLimits)
            return set
        }
        let set = SetValue(toHold: first, sizeHint: sizeHint, limits: setLimits)
        insert(key, .set(set))
        return set
    }

    /// After a change that may have removed the last member: removes the key then, and tells.
    mutating func didRemoveMembers(
        of set: SetValue, at key: Bytes, _ event: KeyspaceEvent, changes: Int = 1
    ) {
        let isEmpty = set.isEmpty && remove(key)
        didChange(key, event, changes: changes)
        if isEmpty { notify(key, KeyspaceEvent(.generic, "del")) }
    }

    /// Puts a result under a key, whatever it held, or removes the key when the result is empty;
    /// answers the number of members.
    mutating func store(
        _ result: SetValue, at key: Bytes, _ event: KeyspaceEvent, _ reply: inout ReplyWriter
    ) {
        reply.integer(result.count)
        guard result.isEmpty else {
            set(key, .set(result))
            return didChange(key, event)
        }
        if remove(key) { didChange(key, KeyspaceEvent(.generic, "del")) }
    }

    /// The sets at the keys that stand at `places` among the arguments, nil for missing ones.
    /// - Throws: `WRONGTYPE`.
    borrowing func sets(
        at places: Range<Int>, of arguments: borrowing Arguments
    ) throws(ErrorReply) -> [SetValue?] {
        var sets: [SetValue?] = []
        sets.reserveCapacity(places.count)
        for place in places { sets.append(try setValue(arguments[place])) }
        return sets
    }
}

extension ReplyWriter {
    /// A member of a set or a value of a hash as a bulk string.
    mutating func bulk(_ text: ValueText) {
        switch text {
        case .integer(let number): bulk(number)
        case .bytes(let bytes): bulk(bytes)
        }
    }

    /// All members, behind the header of a set.
    mutating func members(of set: SetValue) {
        self.set(set.count)
        set.forEach { bulk($0) }
    }
}
