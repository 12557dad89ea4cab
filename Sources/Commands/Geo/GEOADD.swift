// SPDX-License-Identifier: Apache-2.0

import Primitives
public import RESP
public import Store

/// Gives members the hashes of places as their scores.
public enum GEOADD: WriteCommand {
    public static let declaration = CommandDeclaration(
        name: "GEOADD",
        summary:
            "Adds one or more members to a geospatial index. The key is created if it doesn't "
            + "exist.",
        group: .geo,
        since: "3.2.0",
        complexity:
            "O(log(N)) for each item added, where N is the number of elements in the sorted "
            + "set.",
        arity: .atLeast(5),
        flags: [.denyOutOfMemory],
        keys: [.first],
        syntax:
            "key [NX | XX] [CH] longitude:double latitude:double member [longitude:double "
            + "latitude:double member ...]"
    )

    public static func run(_ call: inout Call, in keyspace: inout Keyspace) throws(ErrorReply) {
        call.arguments.position = 2
        var keepsExisting = false
        var keepsMissing = false
        var countsChanges = false
        while call.arguments.hasMore {
            if call.arguments.consume("NX") {
                keepsExisting = true
            } else if call.arguments.consume("XX") {
                keepsMissing = true
            } else if call.arguments.consume("CH") {
                countsChanges = true
            } else {
                break
            }
        }
        let first = call.arguments.position
        let count = call.arguments.remaining / 3
        guard call.arguments.remaining % 3 == 0, !(keepsExisting && keepsMissing) else {
            throw .syntax
        }
        var scores: [Double] = []
        scores.reserveCapacity(count)
        for _ in 0..<count {
            scores.append(GeoHash(try call.arguments.geoPosition()).score)
            call.arguments.position += 1
        }
        guard count > 0 else { throw .syntax }
        var addition = ScoreAddition(scores, firstMember: first + 2, memberStride: 3)
        addition.keepsExisting = keepsExisting
        addition.keepsMissing = keepsMissing
        addition.countsChanges = countsChanges
        try addition.run(&call, in: &keyspace)
    }
}
