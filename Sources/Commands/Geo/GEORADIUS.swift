// SPDX-License-Identifier: Apache-2.0

import Primitives
public import RESP
public import Store

/// Searches around a place; may keep the result.
public enum GEORADIUS: WriteCommand {
    public static let declaration = CommandDeclaration(
        name: "GEORADIUS",
        summary:
            "Queries a geospatial index for members within a distance from a coordinate, "
            + "optionally stores the result.",
        group: .geo,
        since: "3.2.0",
        complexity:
            "O(N+log(M)) where N is the number of elements inside the bounding box of the "
            + "circular area delimited by center and radius and M is the number of items inside "
            + "the index.",
        arity: .atLeast(6),
        flags: [.denyOutOfMemory],
        keys: [
            .first, .keyword("STORE", from: 6, count: 1),
            .keyword("STOREDIST", from: 6, count: 1),
        ],
        syntax:
            "key longitude:double latitude:double radius:double <M | KM | FT | MI> [WITHCOORD] "
            + "[WITHDIST] [WITHHASH] [COUNT count:integer [ANY]] [ASC | DESC] [STORE "
            + "storekey:key | STOREDIST storedistkey:key]"
    )

    public static func run(_ call: inout Call, in keyspace: inout Keyspace) throws(ErrorReply) {
        try keyspace.searchAround(.coordinates, &call)
    }
}

/// Searches around a place.
public enum GEORADIUS_RO: ReadCommand {
    public static let declaration = CommandDeclaration(
        name: "GEORADIUS_RO",
        summary:
            "Returns members from a geospatial index that are within a distance from a "
            + "coordinate.",
        group: .geo,
        since: "3.2.10",
        complexity:
            "O(N+log(M)) where N is the number of elements inside the bounding box of the "
            + "circular area delimited by center and radius and M is the number of items inside "
            + "the index.",
        arity: .atLeast(6),
        keys: [.first],
        syntax:
            "key longitude:double latitude:double radius:double <M | KM | FT | MI> [WITHCOORD] "
            + "[WITHDIST] [WITHHASH] [COUNT count:integer [ANY]] [ASC | DESC]"
    )

    public static func run(_ call: inout Call, in keyspace: borrowing Keyspace) throws(ErrorReply) {
        try keyspace.writeAround(.coordinates, &call)
    }
}

/// Searches around a member; may keep the result.
public enum GEORADIUSBYMEMBER: WriteCommand {
    public static let declaration = CommandDeclaration(
        name: "GEORADIUSBYMEMBER",
        summary:
            "Queries a geospatial index for members within a distance from a member, "
            + "optionally stores the result.",
        group: .geo,
        since: "3.2.0",
        complexity:
            "O(N+log(M)) where N is the number of elements inside the bounding box of the "
            + "circular area delimited by center and radius and M is the number of items inside "
            + "the index.",
        arity: .atLeast(5),
        flags: [.denyOutOfMemory],
        keys: [
            .first, .keyword("STORE", from: 5, count: 1),
            .keyword("STOREDIST", from: 5, count: 1),
        ],
        syntax:
            "key member radius:double <M | KM | FT | MI> [WITHCOORD] [WITHDIST] [WITHHASH] "
            + "[COUNT count:integer [ANY]] [ASC | DESC] [STORE storekey:key | STOREDIST "
            + "storedistkey:key]"
    )

    public static func run(_ call: inout Call, in keyspace: inout Keyspace) throws(ErrorReply) {
        try keyspace.searchAround(.member, &call)
    }
}

/// Searches around a member.
public enum GEORADIUSBYMEMBER_RO: ReadCommand {
    public static let declaration = CommandDeclaration(
        name: "GEORADIUSBYMEMBER_RO",
        summary:
            "Returns members from a geospatial index that are within a distance from a member.",
        group: .geo,
        since: "3.2.10",
        complexity:
            "O(N+log(M)) where N is the number of elements inside the bounding box of the "
            + "circular area delimited by center and radius and M is the number of items inside "
            + "the index.",
        arity: .atLeast(5),
        keys: [.first],
        syntax:
            "key member radius:double <M | KM | FT | MI> [WITHCOORD] [WITHDIST] [WITHHASH] "
            + "[COUNT count:integer [ANY]] [ASC | DESC]"
    )

    public static func run(_ call: inout Call, in keyspace: borrowing Keyspace) throws(ErrorReply) {
        try keyspace.writeAround(.member, &call)
    }
}

extension Keyspace {
    fileprivate mutating func searchAround(
        _ form: GeoSearch.Form, _ call: inout Call
    ) throws(ErrorReply) {
        let set = try sortedSet(try call.arguments.next())
        let search = try GeoSearch(form, &call.arguments, allowsTarget: true, in: set)
        run(search, in: set, "georadiusstore", &call.reply)
    }

    fileprivate borrowing func writeAround(
        _ form: GeoSearch.Form, _ call: inout Call
    ) throws(ErrorReply) {
        let set = try sortedSet(try call.arguments.next())
        let search = try GeoSearch(form, &call.arguments, allowsTarget: false, in: set)
        search.write(set.map { search.points(in: $0) } ?? [], to: &call.reply)
    }
}
