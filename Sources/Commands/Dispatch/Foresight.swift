// SPDX-License-Identifier: Apache-2.0

import Primitives
public import RESP
public import Store

/// What can be known of a request before it is its turn: its command, and the hash of its first
/// key.
///
/// Both are needed to run it anyway. Known early, for the requests that stand behind each other in
/// a pipeline, they let the memory that holds the keys arrive while others are being answered.
public struct Foresight {
    /// Where the command stands in ``CommandTable/entries``, or nil.
    let command: Int?
    /// The first key: a view of one of the request's arguments.
    let key: Bytes?
    let hash: UInt64
    /// Whether the key is likely to hold a collection.
    let isCollection: Bool

    public static var nothing: Foresight {
        Foresight(command: nil, key: nil, hash: 0, isCollection: false)
    }
}

extension Dispatcher {
    /// What can be known of a request already.
    public func foresee(
        _ arguments: borrowing Arguments, in keyspace: borrowing Keyspace
    ) -> Foresight {
        guard let command = table.index(of: arguments[0]) else {
            return .nothing
        }
        let facts = table.facts[command]
        let place = facts.firstKey
        guard place > 0, place < arguments.count else {
            return Foresight(command: command, key: nil, hash: 0, isCollection: false)
        }
        let key = arguments[place]
        return Foresight(
            command: command, key: key, hash: keyspace.hash(of: key),
            isCollection: facts.isForCollections)
    }
}

extension Foresight {
    /// The first of three steps: has the part of the table fetched where the key stands.
    @inline(__always)
    public func prefetchPlace(in keyspace: borrowing Keyspace) {
        if key != nil { keyspace.prefetchPlace(ofHash: hash) }
    }

    /// The second step, some time after the first: has the key's entry fetched.
    @inline(__always)
    public func prefetchEntry(in keyspace: borrowing Keyspace) {
        if key != nil { keyspace.prefetchEntry(ofHash: hash) }
    }

    /// The third step: has the collection fetched to which the entry points.
    @inline(__always)
    public func prefetchValue(in keyspace: borrowing Keyspace) {
        if isCollection { keyspace.prefetchValue(ofHash: hash) }
    }
}
