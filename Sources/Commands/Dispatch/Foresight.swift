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
    /// The element of the collection that the request is likely about.
    let element: Bytes?
    /// The element's hash, once it is worth while.
    private var elementHash: UInt64?

    init(
        command: Int?, key: Bytes?, hash: UInt64 = 0, isCollection: Bool = false,
        element: Bytes? = nil
    ) {
        self.command = command
        self.key = key
        self.hash = hash
        self.isCollection = isCollection
        self.element = element
    }

    public static var nothing: Foresight { Foresight(command: nil, key: nil) }
}

extension Dispatcher {
    /// What can be known of a request already. Mutating though it changes nothing: a dispatcher
    /// that is borrowed would be copied, all of its bytes.
    public mutating func foresee(
        _ arguments: borrowing Arguments, in keyspace: borrowing Keyspace
    ) -> Foresight {
        guard let command = table.index(of: arguments[0]) else {
            return .nothing
        }
        let facts = table.facts[command]
        let count = arguments.count
        guard facts.firstKey > 0, facts.firstKey < count else {
            return Foresight(command: command, key: nil)
        }
        let key = arguments[facts.firstKey]
        let element: Bytes? =
            switch facts.element {
            case .second where count > 2: arguments[2]
            case .last where count > 2: arguments[count - 1]
            case .second, .last, .none: nil
            }
        return Foresight(
            command: command, key: key, hash: keyspace.hash(of: key),
            isCollection: facts.isForCollections, element: element)
    }
}

// The steps by which the memory is fetched that a request will look at. Each goes by what the one
// before has brought, so there is some time between them.
extension Foresight {
    /// The first step: has the part of the table fetched where the key stands.
    @inline(__always)
    public func prefetchPlace(in keyspace: borrowing Keyspace) {
        if key != nil { keyspace.prefetchPlace(ofHash: hash) }
    }

    /// The second step: has the key's entry fetched. A string stands behind its key.
    @inline(__always)
    public func prefetchEntry(in keyspace: borrowing Keyspace) {
        if key != nil { keyspace.prefetchEntry(ofHash: hash, isCollection ? 64 : 128) }
    }

    /// The third step: has the collection fetched to which the entry points.
    @inline(__always)
    public func prefetchValue(in keyspace: borrowing Keyspace) {
        if isCollection { keyspace.prefetchValue(ofHash: hash) }
    }

    /// The fourth step: has the place fetched where the element stands in a large collection.
    @inline(__always)
    public mutating func prefetchElementPlace(in keyspace: borrowing Keyspace) {
        if let element { elementHash = keyspace.prefetchPlace(of: element, inHash: hash) }
    }

    /// The fifth step: has the element fetched.
    @inline(__always)
    public func prefetchElement(in keyspace: borrowing Keyspace) {
        if let elementHash { keyspace.prefetchElement(ofHash: elementHash, inHash: hash) }
    }
}
