// SPDX-License-Identifier: Apache-2.0

import Primitives
public import RESP
public import Store

/// Draws something, and tells the version whose commands these are.
public enum LOLWUT: ReadCommand {
    public static let declaration = CommandDeclaration(
        name: "LOLWUT",
        summary: "Displays computer art and the Redis version",
        group: .server,
        since: "5.0.0",
        complexity: "",
        arity: .atLeast(1),
        flags: [.fast],
        syntax: "[VERSION version:integer]"
    )

    private static let columns = 60
    private static let layers = 4

    public static func run(_ call: inout Call, in keyspace: borrowing Keyspace) throws(ErrorReply) {
        if call.arguments.remaining >= 2, call.arguments.consume("VERSION") {
            _ = try call.arguments.integer()
        }
        let text = drawing(keyspace.random) + "\nRedis ver. 8.2.3\n"
        call.reply.verbatim(ByteString(text))
    }

    /// A graph such as vectors are found by: few points above, each there again below, with others
    /// in between.
    private static func drawing(_ random: RandomStream) -> String {
        var lines: [String] = []
        var points: Set<Int> = [random.below(columns)]
        for layer in 0..<layers {
            var line = [Character](repeating: layer == layers - 1 ? "_" : " ", count: columns)
            for point in points { line[point] = "o" }
            lines.append(String(line))
            guard layer < layers - 1 else { break }
            var links = [Character](repeating: " ", count: columns)
            for point in points { links[point] = "|" }
            lines.append(String(links))
            for _ in 0..<(points.count * 2 + 1) { points.insert(random.below(columns)) }
        }
        return lines.joined(separator: "\n") + "\n"
    }
}
