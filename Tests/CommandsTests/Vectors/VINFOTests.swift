// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@Suite("VINFO")
struct VINFOTests {
    @Test("says what the set is made of")
    func information() {
        let database = TestDatabase()
        database("VADD memories REDUCE 2 VALUES 4 1 2 3 4 coffee BIN M 8")
        let reply = database("VINFO memories")
        #expect(reply["quant-type"] == "bin")
        #expect(reply["hnsw-m"] == 8)
        #expect(reply["vector-dim"] == 2)
        #expect(reply["projection-input-dim"] == 4)
        #expect(reply["size"] == 1)
        #expect(reply.elements?.count == 18)
        #expect(database.client.wire("VINFO missing") == "*-1\r\n")
    }
}
