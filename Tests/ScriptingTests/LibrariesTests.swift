// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@Suite("cjson, cmsgpack, struct and bit")
struct LibrariesTests {
    let database = TestDatabase.withScripts()

    /// What Redis 8.2.3 answers.
    @Test(
        "cjson",
        arguments: [
            ("return cjson.encode({1, 2, 3})", "[1,2,3]"),
            ("return cjson.encode({})", "{}"),
            ("return cjson.encode({a = 1})", #"{"a":1}"#),
            ("return cjson.encode({[1] = 1, [3] = 3})", "[1,null,3]"),
            ("return cjson.encode(1e100)", "1e+100"),
            ("return cjson.encode(0.1)", "0.1"),
            ("return cjson.encode(1/3)", "0.33333333333333"),
            ("return cjson.encode(100000000000000000000)", "1e+20"),
            (
                "return cjson.encode('\"\\\\/\\8\\t\\n\\12\\r\\1\\127é')",
                #""\"\\\/\b\t\n\f\r\u0001\u007fé""#
            ),
            ("return cjson.encode({true, false, cjson.null})", "[true,false,null]"),
            ("return cjson.encode(cjson.decode('[1,{\"a\":[]},null]'))", #"[1,{"a":{}},null]"#),
            ("return cjson.decode('\"\\\\u00e9\\\\ud83d\\\\ude00\"')", "é😀"),
            ("return tostring(cjson.decode('-1.5e3'))", "-1500"),
            ("return tostring(cjson.decode('[nan]')[1])", "nan"),
            ("return cjson.encode_number_precision(3) .. cjson.encode(1/3)", "30.333"),
            (
                "local c = cjson.new() c.encode_invalid_numbers('null') return c.encode({0/0})",
                "[null]"
            ),
            (
                "local c = cjson.new() c.encode_sparse_array(true) return c.encode({[1000] = 1})",
                #"{"1000":1}"#
            ),
        ])
    func json(script: String, answer: String) {
        #expect(database.eval(script) == .bulk(ByteString(answer)), "\(database.eval(script))")
    }

    @Test(
        "cjson's errors",
        arguments: [
            (
                "return cjson.encode({[1000] = 1})",
                "Cannot serialise table: excessively sparse array"
            ),
            (
                "return cjson.encode(print == nil)",
                "Script attempted to access nonexistent global variable 'print'"
            ),
            (
                "return cjson.encode(function() end)",
                "Cannot serialise function: type not supported"
            ),
            (
                "return cjson.encode({[true] = 1})",
                "Cannot serialise boolean: table key must be a number or string"
            ),
            ("return cjson.encode(1/0)", "Cannot serialise number: must not be NaN or Inf"),
            (
                "local t = {} t[1] = t return cjson.encode(t)",
                "Cannot serialise, excessive nesting (1001)"
            ),
            (
                "return cjson.decode('[1')",
                "Expected comma or array end but found T_END at character 3"
            ),
            (
                "return cjson.decode('{1}')",
                "Expected object key string but found T_NUMBER at character 2"
            ),
            ("return cjson.decode('nil')", "Expected value but found invalid token at character 1"),
            (
                "return cjson.decode('\"x')",
                "Expected value but found unexpected end of string at character 3"
            ),
            ("return cjson.decode('[1] 2')", "Expected the end but found T_NUMBER at character 5"),
            (
                "return cjson.decode(string.rep('[', 1001))",
                "Found too many nested data structures (1001) at character 1001"
            ),
            ("return cjson.decode('\\0\\0')", "JSON parser does not support UTF-16 or UTF-32"),
        ])
    func jsonErrors(script: String, error: String) {
        let reply = database.eval(script)
        #expect(
            reply.text?.description.hasPrefix("ERR user_script:1: \(error) script: ") == true,
            "\(reply)")
    }

    @Test(
        "cmsgpack gives back what it was given",
        arguments: [
            "0", "127", "128", "255", "256", "65535", "65536", "4294967295", "4294967296", "-1",
            "-32",
            "-33", "-128", "-129", "-32768", "-32769", "-2147483648", "-2147483649", "2^53",
            "-2^53",
            "0.1", "-0.5", "1e300", "true", "false", "''", "'abc'", "string.rep('x', 31)",
            "string.rep('x', 32)", "string.rep('x', 255)", "string.rep('x', 256)",
            "string.rep('x', 65536)",
        ])
    func messagePack(value: String) {
        #expect(
            database.eval("local v = \(value) return cmsgpack.unpack(cmsgpack.pack(v)) == v") == 1)
    }

    @Test("cmsgpack's bytes and errors")
    func messagePackBytes() {
        func hex(_ value: String) -> Reply {
            database.eval(
                "return (string.gsub(cmsgpack.pack(\(value)), '.', function(c) "
                    + "return string.format('%02x', string.byte(c)) end))")
        }
        #expect(hex("0.1") == "cb3fb999999999999a")
        #expect(hex("0.5") == "ca3f000000")
        #expect(hex("{1,2,3}") == "93010203")
        #expect(hex("{a={1}}") == "81a1619101")
        #expect(hex("{}") == "90")
        #expect(hex("{[2]=1}") == "810201")
        #expect(hex("nil, true, -1") == "c0c3ff")
        #expect(database.eval("local t = {} t.x = t return #cmsgpack.pack(t)") == 49)
        #expect("\(database.eval("return cmsgpack.unpack_one()"))".contains("got no value"))
        #expect(database.eval("return string.byte(struct.pack('<I8', 0/0), 8)") == 128)
        #expect("\(database.eval("return struct.unpack('c3', 'abc', -1)"))".contains("too short"))
        #expect(database.eval("return {cmsgpack.unpack_one(cmsgpack.pack(1, 2, 3), 1)}") == [2, 2])
        #expect(
            database.eval("return {cmsgpack.unpack_limit(cmsgpack.pack(1, 2, 3), 3)}") == [
                -1, 1, 2, 3,
            ])
        #expect(
            database.eval("return cmsgpack.unpack('\\146\\1')")
                .isError(startingWith: "ERR user_script:1: Missing bytes in input."))
        #expect(
            database.eval("return cmsgpack.unpack('\\193')")
                .isError(startingWith: "ERR user_script:1: Bad data format in input."))
    }

    @Test("struct")
    func structs() {
        #expect(
            database.eval("return {struct.unpack('>Hs', struct.pack('>Hs', 515, 'abc'))}") == [
                515, "abc", 7,
            ])
        #expect(database.eval("return struct.pack('>I2', 513)") == .bulk(ByteString([2, 1])))
        #expect(database.eval("return {struct.unpack('<i4', '\\255\\255\\255\\255')}") == [-1, 5])
        #expect(database.eval("return struct.size('!8 b d')") == 16)
        #expect(database.eval("return {struct.unpack('bc0', '\\3abcd')}") == ["abc", 5])
        #expect(
            database.eval("return struct.unpack('d', 'x')")
                .isError(
                    startingWith:
                        "ERR user_script:1: bad argument #2 to 'unpack' (data string too short)"))
        #expect(
            database.eval("return struct.pack('i33', 1)")
                .isError(
                    startingWith: "ERR user_script:1: integral size 33 is larger than limit of 32"))
        #expect(
            database.eval("return struct.pack('y')")
                .isError(
                    startingWith:
                        "ERR user_script:1: bad argument #1 to 'pack' (invalid format option 'y')"))
    }

    @Test("bit")
    func bits() {
        #expect(database.eval("return bit.band(0xFF0F, 0x0FF0)") == 0x0F00)
        #expect(
            database.eval("return {bit.bor(1, 2, 4), bit.bxor(5, 1), bit.bnot(0)}") == [7, 4, -1])
        #expect(
            database.eval("return {bit.lshift(1, 31), bit.rshift(-1, 28), bit.arshift(-8, 1)}") == [
                -2_147_483_648, 15, -4,
            ])
        #expect(
            database.eval("return {bit.rol(0x12345678, 4), bit.ror(1, 1), bit.bswap(1)}") == [
                0x2345_6781, -2_147_483_648, 16_777_216,
            ])
        #expect(
            database.eval("return {bit.tohex(255), bit.tohex(255, 4), bit.tohex(255, -2)}") == [
                "000000ff", "00ff", "FF",
            ])
        #expect(database.eval("return bit.tohex(65535, -2147483648)") == "0000FFFF")
        #expect(
            database.eval("return bit.band('x')").isError(
                startingWith: "ERR user_script:1: bad argument #1"))
    }
}
