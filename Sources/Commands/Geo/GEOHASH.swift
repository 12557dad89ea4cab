// SPDX-License-Identifier: Apache-2.0

import Primitives
public import RESP
public import Store

/// Returns the hashes of members in the text form that others use, too.
public enum GEOHASH: ReadCommand {
    public static let declaration = CommandDeclaration(
        name: "GEOHASH",
        summary: "Returns members from a geospatial index as geohash strings.",
        group: .geo,
        since: "3.2.0",
        complexity: "O(1) for each member requested.",
        arity: .atLeast(2),
        keys: [.first],
        syntax: "key [member [member ...]]"
    )

    public static func run(_ call: inout Call, in keyspace: borrowing Keyspace) throws(ErrorReply) {
        let set = try keyspace.sortedSet(call.arguments[1])
        let count = call.arguments.count
        call.reply.array(count - 2)
        for index in 2..<count {
            if let score = set?.score(of: call.arguments[index]) {
                call.reply.bulk(text(of: GeoHash(score: score).position))
            } else {
                call.reply.null()
            }
        }
    }
}

extension GEOHASH {
    private static let alphabet = Array("0123456789bcdefghjkmnpqrstuvwxyz".utf8)

    /// The hash that everybody else makes, who hash latitudes up to the poles. Its 52 bits are ten
    /// letters and two bits; the eleventh is a zero, as in Redis.
    private static func text(of position: GeoPosition) -> ByteString {
        let hash = GeoHash(position, latitudes: -90...90)
        var letters: [UInt8] = []
        for index in 1...10 {
            letters.append(alphabet[Int(hash.bits >> UInt64(52 - index * 5) & 0x1F)])
        }
        return ByteString(letters + [UInt8(ascii: "0")])
    }
}
