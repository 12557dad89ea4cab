// SPDX-License-Identifier: Apache-2.0

import Commands
import Primitives
import RESP
import Store

/// The next requests, of a pipeline or of several connections, parsed a little before their turn.
///
/// A key in a large keyspace stands in memory that no cache holds: two or three accesses of a
/// hundred nanoseconds each, one after the other, more than all else that a GET takes. So the keys
/// of a few requests are looked for together, and the accesses overlap.
///
/// One for the pipelines of all connections, as it holds something only while a batch is being
/// answered, and one for each event loop's ``RequestBatch``.
@safe
struct Lookahead: ~Copyable {
    /// How many requests are parsed at once. As many cache lines again as a core can have under
    /// way.
    static let depth = 16

    private struct Place: ~Copyable {
        var arguments = Arguments()
        var foresight = Foresight.nothing
        /// Where in the connection's buffer the request begins.
        var start = 0
        /// The database that the request is for.
        var database = 0
        /// Whether there is a request; in a pipeline's lookahead there is one up to `count`.
        var isTaken = false
    }

    private let places: UnsafeMutablePointer<Place>
    /// The requests that have been read.
    private var count = 0
    /// The one whose turn it is.
    private var next = 0

    init() {
        unsafe places = .allocate(capacity: Self.depth)
        for index in 0..<Self.depth { unsafe (places + index).initialize(to: Place()) }
    }

    deinit {
        unsafe places.deinitialize(count: Self.depth)
        unsafe places.deallocate()
    }
}

extension Lookahead {
    var isEmpty: Bool { next == count }

    /// Reads up to `limit` requests that stand whole in `bytes`; none when there is no further one.
    /// - Throws: what is wrong with the first. One that is wrong behind others is left for later.
    mutating func fill(
        from bytes: Bytes, by parser: inout RequestParser, limit: Int
    ) throws(ErrorReply) {
        count = 0
        next = 0
        while count < limit {
            let start = parser.consumed
            do throws(ErrorReply) {
                let outcome = try parser.next(
                    in: bytes, into: &(unsafe places[count].arguments))
                guard outcome == .request else { return }
            } catch {
                guard count > 0 else { throw error }
                return parser.rewind(to: start)
            }
            unsafe places[count].start = start
            count += 1
        }
    }

    /// Finds out about the requests what can be known already, and has their keys fetched.
    func foresee(by dispatcher: inout Dispatcher, in keyspace: borrowing Keyspace) {
        for index in 0..<count {
            unsafe places[index].foresight = dispatcher.foresee(
                places[index].arguments, in: keyspace)
            unsafe places[index].foresight.prefetchPlace(in: keyspace)
        }
        guard count > 1 else { return }
        forEach { foresight in foresight.prefetchEntry(in: keyspace) }
        forEach { foresight in foresight.prefetchValue(in: keyspace) }
        forEach { foresight in foresight.prefetchElementPlace(in: keyspace) }
        forEach { foresight in foresight.prefetchElement(in: keyspace) }
    }

    @inline(__always)
    private func forEach(_ body: (inout Foresight) -> Void) {
        for index in 0..<count { unsafe body(&places[index].foresight) }
    }

    /// Gives the next request to `call`.
    mutating func take(into call: inout Call) {
        unsafe swap(&call.arguments, &places[next].arguments)
        unsafe call.foresight = places[next].foresight
        next += 1
    }

    /// Has the parser read again what has not been taken, or from the last request on that has.
    mutating func giveBack(to parser: inout RequestParser, withLast: Bool = false) {
        if withLast { next -= 1 }
        if next < count { unsafe parser.rewind(to: places[next].start) }
        next = 0
        count = 0
    }
}

// MARK: - The first requests of several connections

extension Lookahead {
    /// Reads the first request of what a connection has received into the place at `index`, if it
    /// stands there as a whole, and has the part of the table fetched where its key stands.
    mutating func foreseeFirst(
        of bytes: Bytes, by parser: inout RequestParser, at index: Int, in database: Int,
        _ state: inout Executor.State
    ) {
        unsafe places[index].isTaken = false
        do throws(ErrorReply) {
            let outcome = try parser.next(in: bytes, into: &(unsafe places[index].arguments))
            guard outcome == .request else { return }
        } catch {
            // It is found again, and said, when it is the connection's turn.
            return parser.rewind(to: 0)
        }
        state.keyspace.selected = database
        unsafe places[index].isTaken = true
        unsafe places[index].database = database
        unsafe places[index].foresight = state.dispatcher.foresee(
            places[index].arguments, in: state.keyspace)
        unsafe places[index].foresight.prefetchPlace(in: state.keyspace)
    }

    /// Has what the first `count` places will look at fetched.
    func prefetch(_ count: Int, _ state: inout Executor.State) {
        forEachTaken(count, &state) { $0.prefetchEntry(in: $1) }
        forEachTaken(count, &state) { $0.prefetchValue(in: $1) }
        forEachTaken(count, &state) { $0.prefetchElementPlace(in: $1) }
        forEachTaken(count, &state) { $0.prefetchElement(in: $1) }
    }

    @inline(__always)
    private func forEachTaken(
        _ count: Int, _ state: inout Executor.State,
        _ body: (inout Foresight, borrowing Keyspace) -> Void
    ) {
        for index in 0..<count where unsafe places[index].isTaken {
            state.keyspace.selected = unsafe places[index].database
            unsafe body(&places[index].foresight, state.keyspace)
        }
    }

    /// Gives the request at `index` to `call`; false when there is none.
    mutating func take(_ index: Int, into call: inout Call) -> Bool {
        guard unsafe places[index].isTaken else { return false }
        unsafe places[index].isTaken = false
        unsafe swap(&call.arguments, &places[index].arguments)
        unsafe call.foresight = places[index].foresight
        return true
    }
}
