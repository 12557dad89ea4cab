// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@Suite("VRANGE")
struct VRANGETests {
    @Test(
        "answers names in byte order between two bounds",
        arguments: [
            ("- +", ["a", "b", "c", "d"]),
            ("[b +", ["b", "c", "d"]),
            ("(b [c", ["c"]),
            ("- (c", ["a", "b"]),
            ("- + 2", ["a", "b"]),
            ("- + -1", ["a", "b", "c", "d"]),
            ("+ -", []),
        ]
    )
    func range(bounds: String, names: [String]) {
        let database = TestDatabase()
        for name in ["c", "a", "d", "b"] { database("VADD memories VALUES 2 1 0 \(name)") }
        let reply = database("VRANGE memories \(bounds)")
        #expect(reply.elements?.map { $0.text?.description ?? "" } == names)
    }

    @Test("refuses bounds without a mark")
    func rejection() {
        let database = TestDatabase()
        #expect(database("VRANGE missing - +") == [])
        #expect(database("VRANGE missing a +").isError(startingWith: "ERR invalid range"))
        #expect(database("VRANGE missing - + x").isError(startingWith: "ERR"))
    }
}
