// SPDX-License-Identifier: Apache-2.0

import Primitives

extension TestDatabase {
    /// Makes the requests of a transcript and returns where the replies differ from it.
    ///
    /// - A line `> SET key value` is a request of the first client, `2> GET key` one of the second;
    ///   the line behind it is the reply's bytes, each line end written as a space.
    /// - `~ 1500` lets so many milliseconds pass.
    /// - `@ 3` makes the first client speak RESP3.
    public func differences(from transcript: String) -> [String] {
        var differences: [String] = []
        var clients = [client]
        var request: (client: TestClient, line: String)?
        for line in transcript.split(separator: "\n") {
            if let (client, text) = request {
                let reply = Self.oneLine(client.wire(text))
                if reply != String(line) {
                    differences.append("\(text): \(reply) instead of \(line)")
                }
                request = nil
            } else if line.hasPrefix("~ ") {
                advance(milliseconds: Int64(line.dropFirst(2)) ?? 0)
            } else if line.hasPrefix("@ ") {
                client.session.protocolVersion = Int(line.dropFirst(2)) ?? 2
            } else if let end = line.firstIndex(of: ">") {
                let number = Int(line[..<end]) ?? 1
                while clients.count < number { clients.append(connect()) }
                let text = line[line.index(after: end)...].drop { $0 == " " }
                request = (clients[number - 1], String(text))
            } else {
                differences.append("unreadable: \(line)")
            }
        }
        return differences
    }

    private static func oneLine(_ wire: ByteString) -> String {
        var line: [UInt8] = []
        for (index, byte) in wire.array.enumerated() {
            if byte == 0x0A, index > 0, wire.array[index - 1] == 0x0D { continue }
            line.append(byte == 0x0D ? 0x20 : byte)
        }
        if line.last == 0x20 { line.removeLast() }
        return ByteString(line).description
    }
}
