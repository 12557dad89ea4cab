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

    public static func run(_ call: inout Call, in keyspace: borrowing Keyspace) throws(ErrorReply) {
        var picture = Picture()
        if call.arguments.remaining >= 2, call.arguments.consume("VERSION") {
            try picture.read(version: try call.arguments.integer(), &call.arguments)
        }
        let text = picture.drawn(by: keyspace.random) + "\nRedis ver. 8.2.3\n"
        call.reply.verbatim(ByteString(text))
    }
}

/// What to draw: a graph such as vectors are found by, few points above, each there again below,
/// with others in between.
private struct Picture {
    private static let most = 200
    private var columns = 60
    private var growth = 2
    private var layers = 4

    /// Takes the numbers that this version of the picture takes in Redis: the width, and then of
    /// version 5 two more, of version 6 the height.
    mutating func read(version: Int64, _ arguments: inout Arguments) throws(ErrorReply) {
        guard version == 5 || version == 6 else { return }
        if arguments.hasMore { columns = try Self.size(&arguments) }
        if version == 5, arguments.hasMore { growth = try Self.size(&arguments) }
        if arguments.hasMore { layers = try Self.size(&arguments) }
    }

    private static func size(_ arguments: inout Arguments) throws(ErrorReply) -> Int {
        Int(min(max(try arguments.integer(), 1), Int64(most)))
    }

    func drawn(by random: RandomStream) -> String {
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
            for _ in 0..<(min(points.count, columns) * growth + 1) {
                points.insert(random.below(columns))
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }
}
