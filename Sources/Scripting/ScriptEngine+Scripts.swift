// SPDX-License-Identifier: Apache-2.0

import Commands
public import Primitives
import RESP
import Store

/// A script that has been compiled.
final class Script {
    /// The SHA-1 of its text, in 40 digits.
    let sha1: ByteString
    let body: ByteString
    let flags: ScriptFlags
    let function: Int32
    /// When EVAL last used it; nil for one that SCRIPT LOAD brought, which is never forgotten.
    var lastUse: UInt64?

    init(
        sha1: ByteString, body: ByteString, flags: ScriptFlags, function: Int32, lastUse: UInt64?
    ) {
        self.sha1 = sha1
        self.body = body
        self.flags = flags
        self.function = function
        self.lastUse = lastUse
    }
}

/// A SHA-1 as a number, whatever the case of the digits it came in.
struct ScriptDigest: Hashable {
    private let high: UInt64
    private let middle: UInt64
    private let low: UInt32

    /// Nil unless there are 40 hexadecimal digits.
    init?(digits: Bytes) {
        guard digits.count == 40,
            let high = Self.number(digits[0..<16]), let middle = Self.number(digits[16..<32]),
            let low = Self.number(digits[32..<40])
        else { return nil }
        self.high = high
        self.middle = middle
        self.low = UInt32(truncatingIfNeeded: low)
    }

    private static func number(_ digits: Bytes) -> UInt64? {
        var number: UInt64 = 0
        for index in 0..<digits.count {
            let digit: UInt8
            switch digits[index] {
            case 0x30...0x39: digit = digits[index] - 0x30
            case 0x41...0x46: digit = digits[index] - 0x41 + 10
            case 0x61...0x66: digit = digits[index] - 0x61 + 10
            default: return nil
            }
            number = number << 4 | UInt64(digit)
        }
        return number
    }

    func hash(into hasher: inout Hasher) {
        hasher.combine(middle)
    }
}

extension ScriptEngine {
    /// So many scripts that EVAL brought are kept.
    static let keptScripts = 500

    /// The script of this SHA-1, or nil.
    func script(sha1: Bytes) -> Script? {
        ScriptDigest(digits: sha1).flatMap { scripts[$0] }
    }

    /// The script of this text, compiled if it is new.
    ///
    /// - Parameter isKept: for SCRIPT LOAD; else it is forgotten when too many newer ones come.
    func script(text: Bytes, isKept: Bool) throws(ErrorReply) -> Script {
        let textHash = MurmurHash.hash64A(text, seed: 0)
        if let script = scriptsByText[textHash], script.body.withBytes({ $0 == text }) {
            return script
        }
        let sha1 = LuaMachine.sha1(text)
        let digest = sha1.withBytes { ScriptDigest(digits: $0) }
        guard let digest else { throw .noScript }
        if let script = scripts[digest] {
            scriptsByText[textHash] = script
            return script
        }
        let body = ByteString(text)
        let (flags, code) = try Shebang.script(body)
        let function = try scriptingMachine.compile(code)
        if !isKept { makeRoom() }
        useCount += 1
        let script = Script(
            sha1: sha1, body: body, flags: flags, function: function,
            lastUse: isKept ? nil : useCount)
        scripts[digest] = script
        scriptsByText[textHash] = script
        if !isKept { evictableScripts += 1 }
        return script
    }

    /// Forgets the script that EVAL has not used for longest, if there are too many.
    private func makeRoom() {
        guard evictableScripts >= Self.keptScripts else { return }
        let oldest = scripts.min { ($0.value.lastUse ?? .max) < ($1.value.lastUse ?? .max) }
        guard let oldest, oldest.value.lastUse != nil else { return }
        scriptingMachine.release(oldest.value.function)
        scripts[oldest.key] = nil
        // Texts of one hash are not worth telling apart; who is missing here is found by SHA-1.
        let oldestHash = oldest.value.body.withBytes { MurmurHash.hash64A($0, seed: 0) }
        scriptsByText[oldestHash] = nil
        evictableScripts -= 1
        evictedScripts += 1
    }

    /// Marks a script as used.
    func touch(_ script: Script) {
        guard script.lastUse != nil else { return }
        useCount += 1
        script.lastUse = useCount
    }

    /// Forgets all scripts; what is large is handed to `keyspace` for release.
    func flushScripts(_ keyspace: borrowing Keyspace) {
        scripts = [:]
        scriptsByText = [:]
        evictableScripts = 0
        if let machine = dropScriptMachine() { keyspace.discard(machine) }
    }
}

// MARK: - May it run?

extension ScriptEngine {
    public func isReadOnly(_ request: [Bytes]) -> Bool {
        guard request.count > 1 else { return false }
        let flags: ScriptFlags?
        if request[0].equalsIgnoringCase("EVAL") {
            flags = try? Shebang.script(ByteString(request[1])).flags
        } else if request[0].equalsIgnoringCase("EVALSHA") {
            flags = script(sha1: request[1])?.flags
        } else if request[0].equalsIgnoringCase("FCALL") {
            flags = functions[ByteString(request[1]).lowercased]?.flags
        } else {
            return false
        }
        guard let flags, !flags.contains(.isSilent) else { return false }
        return flags.contains(.noWrites)
    }
}

extension ScriptEngine {
    /// What a script or function of these flags may do now.
    /// - Throws: why it may not run at all.
    func rights(
        _ flags: ScriptFlags, isReadOnly: Bool, _ dispatcher: inout Dispatcher
    ) throws(ErrorReply) -> ScriptRights {
        let isOutOfMemory = dispatcher.admission.isOutOfMemory?() == true
        guard !flags.contains(.isSilent) else {
            return ScriptRights(
                isReadOnly: isReadOnly, allowsOutOfMemory: false, isOutOfMemory: isOutOfMemory)
        }
        let writes = !flags.contains(.noWrites)
        if isOutOfMemory, writes, !flags.contains(.allowOutOfMemory) { throw .outOfMemory }
        if writes {
            if let refusal = dispatcher.admission.writeRefusal { throw refusal }
            guard !isReadOnly else {
                throw ErrorReply(
                    "ERR Can not execute a script with write flag using *_ro command.")
            }
        }
        return ScriptRights(
            isReadOnly: isReadOnly || !writes,
            allowsOutOfMemory: flags.contains(.allowOutOfMemory), isOutOfMemory: isOutOfMemory)
    }
}

extension Dispatcher {
    /// The engine that the server has given.
    func scriptEngine() throws(ErrorReply) -> ScriptEngine {
        guard let engine = scripts as? ScriptEngine else {
            throw ErrorReply("ERR there is no engine for scripts")
        }
        return engine
    }
}
