// SPDX-License-Identifier: Apache-2.0

import Primitives
import Testing

@testable import Durability

/// What stands in files must not change its meaning: these numbers are frozen.
@Suite("Persisted numbers")
struct RDBFormatTests {
    @Test("types, opcodes and encodings are Redis's")
    func numbers() {
        let types: [(RDBType, UInt8)] = [
            (.string, 0), (.list, 1), (.set, 2), (.sortedSet, 3), (.hash, 4), (.sortedSet2, 5),
            (.modulePreGA, 6), (.module2, 7), (.hashZipmap, 9), (.listZiplist, 10),
            (.setIntset, 11), (.sortedSetZiplist, 12), (.hashZiplist, 13), (.listQuicklist, 14),
            (.streamListpacks, 15), (.hashListpack, 16), (.sortedSetListpack, 17),
            (.listQuicklist2, 18), (.streamListpacks2, 19), (.setListpack, 20),
            (.streamListpacks3, 21), (.hashMetadataPreGA, 22), (.hashListpackExPreGA, 23),
            (.hashMetadata, 24), (.hashListpackEx, 25),
        ]
        #expect(types.count == RDBType.allCases.count)
        for (type, number) in types { #expect(type.rawValue == number) }
        let opcodes: [(RDBOpcode, UInt8)] = [
            (.slotInfo, 244), (.function2, 245), (.functionPreGA, 246), (.moduleAux, 247),
            (.idle, 248), (.frequency, 249), (.aux, 250), (.resizeDatabase, 251),
            (.expiryMilliseconds, 252), (.expirySeconds, 253), (.selectDatabase, 254),
            (.endOfFile, 255),
        ]
        #expect(opcodes.count == RDBOpcode.allCases.count)
        for (opcode, number) in opcodes { #expect(opcode.rawValue == number) }
        #expect(RDBFormat.newestVersion == 12)
        #expect(RDBModuleType.vectorSet.name == "vectorset")
        #expect(RDBModuleType.vectorSet.version == 0)
        #expect(RDBModuleType.expiringVectorSet.name == "engramvec")
        #expect(RDBModuleType.expiringVectorSet.version == 1)
        #expect(RDBModuleType.context.name == "engramctx")
        #expect(RDBModuleType.context.version == 1)
    }

    @Test("a context of every kind of message keeps its bytes")
    func context() {
        var encoder = RDBEncoder(compresses: false)
        let record = ContextRecord(
            version: 7, nextSequence: 300, dimensions: 2,
            receipts: [.init(token: "once", sequence: 3, version: 5, tokens: 40)],
            messages: [
                .init(
                    sequence: 2, role: "assistant", content: "look", tokens: 9,
                    isEstimated: true, timeMilliseconds: 1_795_247_069_680, calls: ["c1", "c2"]),
                .init(
                    sequence: 3, role: "tool", content: "found", tokens: 31, isEstimated: false,
                    timeMilliseconds: 1_795_247_069_681, result: "c1", attribute: "{\"a\":1}",
                    vector: [0, 0, 128, 63, 0, 0, 0, 64]),
            ])
        encoder.value(.context(record))
        let hex = "0123456789abcdef".utf8.map { $0 }
        let text = encoder.bytes.flatMap { [hex[Int($0 >> 4)], hex[Int($0 & 15)]] }
        #expect(String(decoding: text, as: UTF8.self) == Self.contextBytes)
    }

    private static let contextBytes =
        "817a782b6a672dc401020702412c0202020105046f6e636502030205022802020202050961737369"
        + "7374616e7405046c6f6f6b020902010181000001a1fd1059f0020205026331050263320203050474"
        + "6f6f6c0505666f756e64021f020e0181000001a1fd1059f102000502633105077b2261223a317d05"
        + "080000803f0000004000"
}
