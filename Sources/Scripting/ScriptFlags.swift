// SPDX-License-Identifier: Apache-2.0

import CLuaBridge
import Primitives
import RESP

/// What a script or function says of itself.
struct ScriptFlags: OptionSet {
    let rawValue: UInt32

    static let noWrites = ScriptFlags(rawValue: UInt32(ENGRAM_LUA_NO_WRITES))
    static let allowOutOfMemory = ScriptFlags(rawValue: UInt32(ENGRAM_LUA_ALLOW_OOM))
    static let allowStale = ScriptFlags(rawValue: UInt32(ENGRAM_LUA_ALLOW_STALE))
    static let noCluster = ScriptFlags(rawValue: UInt32(ENGRAM_LUA_NO_CLUSTER))
    static let allowCrossSlot = ScriptFlags(rawValue: UInt32(ENGRAM_LUA_ALLOW_CROSS_SLOT))
    /// It says nothing: a script without a first line of its own, from before there were flags.
    static let isSilent = ScriptFlags(rawValue: 1 << 31)

    /// The names, in their fixed order.
    var names: [String] {
        LuaMachine.flagNames.enumerated().filter { index, _ in
            contains(ScriptFlags(rawValue: 1 << UInt32(index)))
        }.map(\.element)
    }

    init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    /// The flag of this name, or nil.
    init?(name: ByteString) {
        let index = LuaMachine.flagNames.firstIndex { ByteString($0) == name }
        guard let index else { return nil }
        self.init(rawValue: 1 << UInt32(index))
    }
}

/// The first line of a script or library, as `#!lua flags=no-writes` or `#!lua name=mylib`.
struct Shebang {
    /// `#!lua` and what follows, as words.
    let words: [ByteString]
    /// The text from the end of that line on: line numbers stay right.
    let code: ByteString

    /// The first line that begins with `#!`, if there is one.
    /// - Throws: `error` when such a line does not end or has unbalanced quotes.
    init?(
        of text: ByteString, unfinished: ErrorReply, unreadable: ErrorReply
    ) throws(ErrorReply) {
        guard text.array.starts(with: "#!".utf8) else { return nil }
        // As C sees it, the text ends at the first zero byte.
        guard let end = text.array.firstIndex(where: { $0 == 0x0A || $0 == 0 }),
            text.array[end] == 0x0A
        else { throw unfinished }
        let line = ByteString(Array(text.array[..<end]))
        let parts = line.withBytes { InlineWords.split($0)?.map { ByteString($0) } }
        guard let parts, !parts.isEmpty else { throw unreadable }
        words = parts
        code = ByteString(Array(text.array[end...]))
    }
}

extension Shebang {
    /// The flags of a script, and its code without the first line.
    static func script(
        _ text: ByteString
    ) throws(ErrorReply) -> (flags: ScriptFlags, code: ByteString) {
        let shebang = try Shebang(
            of: text, unfinished: ErrorReply("ERR Invalid script shebang"),
            unreadable: ErrorReply("ERR Invalid engine in script shebang"))
        guard let shebang else { return (.isSilent, text) }
        guard shebang.words[0] == "#!lua" else {
            throw ErrorReply("ERR Unexpected engine in script shebang: \(shebang.words[0])")
        }
        var flags: ScriptFlags = []
        for word in shebang.words.dropFirst() {
            guard word.array.starts(with: "flags=".utf8) else {
                throw ErrorReply("ERR Unknown lua shebang option: \(word)")
            }
            let list = word.array.dropFirst(6)
            guard !list.isEmpty else { continue }
            for name in list.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false) {
                guard let flag = ScriptFlags(name: ByteString(Array(name))) else {
                    let shown = ByteString(Array(name))
                    throw ErrorReply("ERR Unexpected flag in script shebang: \(shown)")
                }
                flags.insert(flag)
            }
        }
        return (flags, shebang.code)
    }

    /// The name of a library, and its code without the first line.
    static func library(
        _ text: ByteString
    ) throws(ErrorReply) -> (name: ByteString, code: ByteString) {
        let invalid = ErrorReply("ERR Invalid library metadata")
        guard
            let shebang = try Shebang(of: text, unfinished: invalid, unreadable: invalid)
        else { throw ErrorReply("ERR Missing library metadata") }
        var name: ByteString?
        for word in shebang.words.dropFirst() {
            let isName = word.withBytes { $0.count >= 5 && $0[0..<5].equalsIgnoringCase("name=") }
            guard isName else { throw ErrorReply("ERR Invalid metadata value given: \(word)") }
            guard name == nil else {
                throw ErrorReply(
                    "ERR Invalid metadata value, name argument was given multiple times")
            }
            name = ByteString(Array(word.array.dropFirst(5)))
        }
        guard let name else { throw ErrorReply("ERR Library name was not given") }
        guard FunctionLibrary.isName(name) else { throw FunctionLibrary.badName }
        let engine = ByteString(Array(shebang.words[0].array.dropFirst(2)))
        guard engine.withBytes({ $0.equalsIgnoringCase("lua") }) else {
            throw ErrorReply("ERR Engine '\(engine)' not found")
        }
        return (name, shebang.code)
    }
}
