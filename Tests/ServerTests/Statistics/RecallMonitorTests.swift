// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@Suite("Recall sampling")
struct RecallMonitorTests {
    private func information(_ client: LiveClient) throws -> String {
        try client.send("INFO vectors\r\n")
        let count = try #require(Int(try client.line().dropFirst()))
        return String(decoding: try client.read(count + 2), as: UTF8.self)
    }

    private func search(_ client: LiveClient, _ number: Int) throws {
        try client.send("VSIM v ELE e\(number) COUNT 1\r\n")
        for _ in 0..<3 { _ = try client.line() }
    }

    @Test("measures when there is time, unless it is told not to")
    func sampling() async throws {
        let server = try await LiveServer()
        let client = try server.connect()
        for number in 0..<1_000 {
            let angle = Double(number) / 300
            _ = try client("VADD v VALUES 2 \(cos(angle)) \(sin(angle)) e\(number)")
        }
        _ = try client("CONFIG SET recall-sampling no")
        for number in 0..<40 { try search(client, number) }
        try await Task.sleep(for: .milliseconds(300))
        #expect(try information(client).contains("recall_samples:0\r\n"))
        #expect(try information(client).contains("recall_sampling:0\r\n"))
        _ = try client("CONFIG SET recall-sampling yes")
        for number in 0..<200 {
            try search(client, number)
            if try information(client).contains("recall_mean:") { break }
            try await Task.sleep(for: .milliseconds(20))
        }
        let text = try information(client)
        #expect(text.contains("recall_sampling:1\r\n"))
        #expect(text.contains("recall_p5:"))
        try await server.stop()
    }
}
