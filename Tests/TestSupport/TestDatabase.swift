// SPDX-License-Identifier: Apache-2.0

public import Commands
import Durability
public import Primitives
import RESP
public import Store

/// The dispatcher and a keyspace in process, with a virtual clock and as many clients as a test
/// wants: `database("SET key value") == "OK"`.
public final class TestDatabase {
    public var dispatcher: Dispatcher
    public var keyspace: Keyspace
    /// The virtual time, in microseconds since 1970.
    public private(set) var nowMicroseconds: Int64
    private var sessions: [Session] = []
    private var firstClient: TestClient?

    /// - Parameters:
    ///   - protocolVersion: what the first client speaks, 2 or 3.
    ///   - commands: what the dispatcher knows.
    public init(
        protocolVersion: Int = 2, seed: UInt64 = 1, databaseCount: Int = 16,
        nowMilliseconds: Int64 = 1_700_000_000_000,
        commands: [any Command.Type] = CommandCatalog.all
    ) {
        dispatcher = Dispatcher(commands: commands)
        keyspace = Keyspace(databaseCount: databaseCount, seed: seed)
        keyspace.nowMilliseconds = nowMilliseconds
        keyspace.codec = DumpPayload()
        nowMicroseconds = nowMilliseconds * 1000
        client.session.protocolVersion = protocolVersion
    }
}

extension TestDatabase {
    public var nowMilliseconds: Int64 { nowMicroseconds / 1000 }

    /// The client that ``callAsFunction(_:)-(String)`` speaks for.
    public var client: TestClient {
        if let firstClient { return firstClient }
        let client = connect()
        firstClient = client
        return client
    }

    /// A further client.
    public func connect(protocolVersion: Int = 2) -> TestClient {
        let session = Session(id: Int64(sessions.count + 1))
        session.protocolVersion = protocolVersion
        sessions.append(session)
        return TestClient(session: session, database: self)
    }

    /// The reply to a request typed as a line, quotes and escapes as in redis-cli.
    @discardableResult
    public func callAsFunction(_ line: String) -> Reply { client(line) }

    /// The reply to a request of any bytes.
    @discardableResult
    public func callAsFunction(_ words: [ByteString]) -> Reply { client(words) }

    /// Moves the clock; clients that have waited long enough get their timeout's reply. What
    /// expires is left to be noticed, as ``expireDue(limit:)`` is the server's timer.
    public func advance(milliseconds: Int64) {
        nowMicroseconds += milliseconds * 1000
        keyspace.nowMilliseconds = nowMilliseconds
        let waiting = sessions.compactMap { session in
            session.blocked.map { (session: session, blocked: $0) }
        }
        let due = waiting.filter {
            ($0.blocked.request.deadlineMilliseconds ?? .max) <= nowMilliseconds
        }
        for (session, blocked) in due.sorted(by: { $0.blocked.ticket < $1.blocked.ticket }) {
            dispatcher.timeOut(session, ticket: blocked.ticket, in: &keyspace)
        }
        for woken in dispatcher.endBatch(in: &keyspace) { woken.onOutput() }
    }

    /// Removes what has expired, as the server's timer does; returns how many keys and fields.
    @discardableResult
    public func expireDue(limit: Int = .max) -> Int {
        keyspace.expireDue(limit: limit)
    }

    /// Collects all keyspace events from now on.
    public func collectEvents() {
        keyspace.collectedEvents = [
            .generic, .string, .list, .set, .sortedSet, .hash, .stream, .vector, .context, .expired,
            .evicted, .new,
        ]
    }

    /// The events since the last call, as `"set key"`.
    public func takeEvents() -> [String] {
        defer { keyspace.eventLog.events = [] }
        return keyspace.eventLog.events.map { "\($0.event.name) \($0.key)" }
    }

    /// Lets `session` make a request and returns the bytes that go to its socket, nil while it waits.
    func wire(_ words: [ByteString], for session: Session) -> ByteString? {
        guard !words.isEmpty else { return ByteString() }
        var call = Call(session: session, arguments: Arguments(words))
        call.nowMicroseconds = nowMicroseconds
        dispatcher.timing.startBatch(after: dispatcher.commandCount)
        session.takeOutput(into: &call.reply)
        let early = call.reply.count
        let outcome = dispatcher.dispatch(&call, in: &keyspace)
        if case .detached = outcome { call.detached?.run(&call.reply) }
        for woken in dispatcher.endBatch(in: &keyspace) { woken.onOutput() }
        if case .blocked = outcome, call.reply.count == early { return nil }
        return ByteString(call.reply.bytes)
    }
}

/// One client of a ``TestDatabase``.
public final class TestClient {
    public let session: Session
    /// Not weak: a test may keep the client only.
    private let database: TestDatabase

    init(session: Session, database: TestDatabase) {
        self.session = session
        self.database = database
    }

    /// The reply to a request typed as a line, quotes and escapes as in redis-cli.
    @discardableResult
    public func callAsFunction(_ line: String) -> Reply {
        self(Self.split(line))
    }

    /// The reply to a request of any bytes; ``Reply/blocked`` when the client now waits.
    @discardableResult
    public func callAsFunction(_ words: [ByteString]) -> Reply {
        database.wire(words, for: session).map { Reply(wire: $0) } ?? .blocked
    }

    /// The reply's bytes, empty when the client now waits.
    @discardableResult
    public func wire(_ line: String) -> ByteString {
        database.wire(Self.split(line), for: session) ?? ByteString()
    }

    /// Whether the client waits for a key.
    public var isBlocked: Bool { session.blocked != nil }

    /// What the client got for the request that waited, once; nil when nothing has come.
    public func takeLateReply() -> Reply? {
        let bytes = takeOutput()
        guard !bytes.isEmpty else { return .none }
        return .some(Reply(wire: bytes))
    }

    /// What the client has got without asking since the last call.
    public func takePushes() -> [Reply] { Reply.all(wire: takeOutput()) }

    /// The bytes that the client has got without asking, or late, since the last call.
    public func takeOutput() -> ByteString {
        var taken = ReplyWriter(capacity: 64)
        session.takeOutput(into: &taken)
        return ByteString(taken.bytes)
    }

    /// Ends the connection.
    public func disconnect() {
        database.dispatcher.disconnect(session, in: &database.keyspace)
    }

    private static func split(_ line: String) -> [ByteString] {
        let words = ByteString(line).withBytes { InlineWords.split($0) }
        precondition(words != nil, "unbalanced quotes in: \(line)")
        return (words ?? []).map { ByteString($0) }
    }
}
