// SPDX-License-Identifier: Apache-2.0

import Primitives
public import RESP
public import Store

/// Returns the entries behind given ones of several streams, or waits for some.
public enum XREAD: ReadCommand {
    public static let declaration = CommandDeclaration(
        name: "XREAD",
        summary:
            "Returns messages from multiple streams with IDs greater than the ones requested. "
            + "Blocks until a message is available otherwise.",
        group: .stream,
        since: "5.0.0",
        complexity: "",
        arity: .atLeast(4),
        flags: [.blocking],
        keys: [.keywordHalf("STREAMS", from: 1)],
        syntax: "[COUNT count:integer] [BLOCK milliseconds:integer] STREAMS key [key ...] "
            + "id [id ...]"
    )

    public static func run(
        _ call: inout Call, in keyspace: borrowing Keyspace
    ) throws(ErrorReply) {
        let request = try StreamReadRequest(&call, isGroup: false)
        var starts: [StreamID] = []
        for index in 0..<request.streamCount {
            let stream = try keyspace.stream(call.arguments[request.firstKey + index])
            starts.append(try start(call.arguments[request.firstID + index], of: stream))
        }
        let header = call.reply.deferHeader()
        var served = 0
        for index in 0..<request.streamCount {
            let key = call.arguments[request.firstKey + index]
            guard let stream = try keyspace.stream(key), stream.count > 0,
                let last = stream.edgeID(last: true), last > starts[index]
            else { continue }
            served += 1
            if !call.reply.isRESP3 { call.reply.array(2) }
            call.reply.bulk(key)
            stream.write(
                from: starts[index].next ?? .zero, limit: request.limit, to: &call.reply)
        }
        if served > 0 { return call.reply.streams(served, at: header) }
        guard let timeout = request.timeoutMilliseconds else { return call.reply.nullArray() }
        // What is last now is what the client knows when it runs again.
        var arguments = call.arguments.copies()
        for index in 0..<request.streamCount where arguments[request.firstID + index] == "$" {
            arguments[request.firstID + index] = ByteString(starts[index].description)
        }
        call.block(
            on: request.keys(call.arguments), for: .stream, timeoutMilliseconds: timeout,
            onTimeout: .nullArray, arguments: arguments)
    }

    /// The entry behind which to read.
    private static func start(
        _ argument: Bytes, of stream: StreamValue?
    ) throws(ErrorReply) -> StreamID {
        if argument == "$" { return stream?.lastID ?? .zero }
        if argument == "+" {
            // The last entry itself is wanted, and the last identifier may have been deleted.
            guard let stream, let last = stream.edgeID(last: true) else { return .zero }
            return last.previous ?? .max
        }
        if argument == ">" {
            throw ErrorReply(
                "ERR The > ID can be specified only when calling XREADGROUP using the GROUP "
                    + "<group> <consumer> option.")
        }
        return try StreamID(argument)
    }
}

/// The arguments that XREAD and XREADGROUP share.
struct StreamReadRequest {
    /// nil: does not wait; 0: waits for ever.
    var timeoutMilliseconds: Int64?
    /// The most entries of a stream, 0 for all.
    var limit: Int64 = 0
    var skipsAcknowledgement = false
    /// Where the names of a group and a consumer stand.
    var groupPlace: Int?
    var firstKey = 0
    var streamCount = 0

    var firstID: Int { firstKey + streamCount }

    init(_ call: inout Call, isGroup: Bool) throws(ErrorReply) {
        while call.arguments.hasMore, firstKey == 0 {
            let hasValue = call.arguments.remaining > 1
            if hasValue, call.arguments.consume("BLOCK") {
                timeoutMilliseconds = try Self.timeout(&call)
            } else if hasValue, call.arguments.consume("COUNT") {
                limit = max(0, try call.arguments.integer())
            } else if hasValue, call.arguments.consume("STREAMS") {
                firstKey = call.arguments.position
            } else if call.arguments.remaining > 2, call.arguments.consume("GROUP") {
                if !isGroup { throw Self.groupsOnly("GROUP") }
                groupPlace = call.arguments.position
                call.arguments.position += 2
            } else if call.arguments.consume("NOACK") {
                if !isGroup { throw Self.groupsOnly("NOACK") }
                skipsAcknowledgement = true
            } else {
                throw .syntax
            }
        }
        guard firstKey > 0 else { throw .syntax }
        let rest = call.arguments.count - firstKey
        guard rest % 2 == 0 else {
            throw ErrorReply(
                "ERR Unbalanced '\(isGroup ? "xreadgroup" : "xread")' list of streams: for each "
                    + "stream key an \(isGroup ? "ID or '>'" : "ID, '+', or '$'") must be "
                    + "specified.")
        }
        streamCount = rest / 2
        if isGroup, groupPlace == nil {
            throw ErrorReply("ERR Missing GROUP option for XREADGROUP")
        }
    }

    func keys(_ arguments: borrowing Arguments) -> [ByteString] {
        (firstKey..<firstID).map { ByteString(arguments[$0]) }
    }

    private static func timeout(_ call: inout Call) throws(ErrorReply) -> Int64 {
        let milliseconds = try call.arguments.integer(
            else: ErrorReply("ERR timeout is not an integer or out of range"))
        guard milliseconds >= 0 else { throw .negativeTimeout }
        guard milliseconds <= Int64.max - call.nowMilliseconds else {
            throw ErrorReply("ERR timeout is out of range")
        }
        return milliseconds
    }

    private static func groupsOnly(_ option: String) -> ErrorReply {
        ErrorReply(
            "ERR The \(option) option is only supported by XREADGROUP. You called XREAD instead.")
    }
}

extension ReplyWriter {
    /// The header of streams with their entries: pairs in RESP2, a map in RESP3.
    mutating func streams(_ count: Int, at header: DeferredHeader) {
        isRESP3 ? map(count, at: header) : array(count, at: header)
    }
}
