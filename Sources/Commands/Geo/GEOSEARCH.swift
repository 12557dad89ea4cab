// SPDX-License-Identifier: Apache-2.0

import Primitives
public import RESP
public import Store

/// Searches a circle or a box.
public enum GEOSEARCH: ReadCommand {
    public static let declaration = CommandDeclaration(
        name: "GEOSEARCH",
        summary: "Queries a geospatial index for members inside an area of a box or a circle.",
        group: .geo,
        since: "6.2.0",
        complexity:
            "O(N+log(M)) where N is the number of elements in the grid-aligned bounding box "
            + "area around the shape provided as the filter and M is the number of items inside "
            + "the shape",
        arity: .atLeast(7),
        keys: [.first],
        syntax:
            "key <FROMMEMBER member | FROMLONLAT longitude:double latitude:double> <BYRADIUS "
            + "radius:double <M | KM | FT | MI> | BYBOX width:double height:double <M | KM | FT "
            + "| MI>> [ASC | DESC] [COUNT count:integer [ANY]] [WITHCOORD] [WITHDIST] [WITHHASH]"
    )

    public static func run(_ call: inout Call, in keyspace: borrowing Keyspace) throws(ErrorReply) {
        let set = try keyspace.sortedSet(try call.arguments.next())
        let search = try GeoSearch(.options, &call.arguments, allowsTarget: false, in: set)
        search.write(set.map { search.points(in: $0) } ?? [], to: &call.reply)
    }
}

/// Searches a circle or a box, and keeps the result.
public enum GEOSEARCHSTORE: WriteCommand {
    public static let declaration = CommandDeclaration(
        name: "GEOSEARCHSTORE",
        summary:
            "Queries a geospatial index for members inside an area of a box or a circle, "
            + "optionally stores the result.",
        group: .geo,
        since: "6.2.0",
        complexity:
            "O(N+log(M)) where N is the number of elements in the grid-aligned bounding box "
            + "area around the shape provided as the filter and M is the number of items inside "
            + "the shape",
        arity: .atLeast(8),
        flags: [.denyOutOfMemory],
        keys: [.firstTwo],
        syntax:
            "destination:key source:key <FROMMEMBER member | FROMLONLAT longitude:double "
            + "latitude:double> <BYRADIUS radius:double <M | KM | FT | MI> | BYBOX width:double "
            + "height:double <M | KM | FT | MI>> [ASC | DESC] [COUNT count:integer [ANY]] "
            + "[STOREDIST]"
    )

    public static func run(_ call: inout Call, in keyspace: inout Keyspace) throws(ErrorReply) {
        call.arguments.position = 2
        let set = try keyspace.sortedSet(try call.arguments.next())
        let search = try GeoSearch(.keeping, &call.arguments, allowsTarget: true, in: set)
        keyspace.run(search, in: set, "geosearchstore", &call.reply)
    }
}
