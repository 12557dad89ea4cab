// SPDX-License-Identifier: Apache-2.0

import CLuaBridge
import Primitives
import RESP

/// A Lua machine: compiled functions and whatever they keep.
///
/// Everything that Lua may raise happens inside the C calls, under its protection; what C calls
/// back for returns always.
@safe
final class LuaMachine {
    private let machine: OpaquePointer

    /// - Parameter owner: runs what scripts call; it owns the machine.
    init(owner: ScriptEngine, isForFunctions: Bool) {
        var callbacks = unsafe LuaMachine.callbacks(of: owner)
        guard
            let machine = unsafe engram_lua_open(
                &callbacks, isForFunctions, owner.memoryLimitBytes)
        else {
            preconditionFailure("no memory for a Lua machine")
        }
        unsafe self.machine = machine
    }

    deinit {
        unsafe engram_lua_close(machine)
    }
}

extension LuaMachine {
    /// Bytes that the machine holds.
    var memoryBytes: Int { unsafe engram_lua_memory(machine) }

    /// Compiles a script and returns its number.
    func compile(_ code: ByteString) throws(ErrorReply) -> Int32 {
        let function = code.withBytes { unsafe engram_lua_compile(machine, $0.lua) }
        guard function >= 0 else { throw ErrorReply(message) }
        return function
    }

    /// Forgets a function.
    func release(_ function: Int32) {
        unsafe engram_lua_release(machine, function)
    }

    /// Runs a library's text, which registers its functions with the owner.
    func load(_ code: Bytes) throws(ErrorReply) {
        guard unsafe engram_lua_load_library(machine, code.lua) == 0 else {
            throw ErrorReply(message)
        }
    }

    private var message: ByteString {
        ByteString(unsafe Bytes(engram_lua_message(machine)))
    }

    /// Runs a function with keys and arguments, those of a request from `first` on, and returns its
    /// reply as RESP, good until the next run. `name` is what error texts call it.
    func run(
        _ function: Int32, named name: Bytes, _ arguments: borrowing Arguments, from first: Int,
        keyCount: Int, isRESP3: Bool
    ) -> Bytes {
        let count = arguments.count - first
        return unsafe withUnsafeTemporaryAllocation(of: engram_lua_bytes.self, capacity: count) {
            buffer in
            for index in 0..<count {
                unsafe buffer.initializeElement(at: index, to: arguments[first + index].lua)
            }
            let reply = unsafe engram_lua_run(
                machine, function, name.lua, buffer.baseAddress, keyCount, count - keyCount,
                isRESP3)
            return unsafe Bytes(reply)
        }
    }
}

extension LuaMachine {
    /// The names of the flags, in the order of their bits.
    static let flagNames: [String] = (0..<ENGRAM_LUA_FLAG_COUNT).compactMap { index in
        unsafe engram_lua_flag_name(index).map { unsafe String(cString: $0) }
    }

    /// The 40 hexadecimal digits of the SHA-1 of some bytes.
    static func sha1(_ bytes: Bytes) -> ByteString {
        var digits = [CChar](repeating: 0, count: 40)
        let text = unsafe bytes.lua
        unsafe engram_lua_sha1(text.base, text.count, &digits)
        return ByteString(digits.map { UInt8(bitPattern: $0) })
    }

    private static func callbacks(of owner: ScriptEngine) -> engram_lua_owner {
        unsafe engram_lua_owner(
            context: Unmanaged.passUnretained(owner).toOpaque(),
            call: { context, words, count, version in
                unsafe ScriptEngine.behind(context).call(
                    UnsafeBufferPointer(start: words, count: count), version
                ).lua
            },
            may_run: { context, words, count in
                unsafe ScriptEngine.behind(context).mayRun(
                    UnsafeBufferPointer(start: words, count: count))
            },
            log: { context, level, text in
                unsafe ScriptEngine.behind(context).log(Int(level), ByteString(Bytes(text)))
            },
            logs: { context, level in
                unsafe ScriptEngine.behind(context).logs(Int(level))
            },
            tick: { context in
                unsafe ScriptEngine.behind(context).tick()
            },
            count_error: { context, text in
                unsafe ScriptEngine.behind(context).countError(ErrorReply(ByteString(Bytes(text))))
            },
            register_function: { context, name, description, flags, function in
                let problem = unsafe ScriptEngine.behind(context).register(
                    ByteString(Bytes(name)),
                    description: description.map { unsafe ByteString(Bytes($0.pointee)) },
                    flags: ScriptFlags(rawValue: flags), function)
                return unsafe problem.map {
                    unsafe UnsafeRawPointer($0.utf8Start).assumingMemoryBound(to: CChar.self)
                }
            },
            number_text: { _, number, text in
                unsafe NumberArgument.write(number, text)
            },
            random: owner.random)
    }
}

/// The text of a number as scripts hand it over: integers in full, all else as short as it reads
/// back the same.
private enum NumberArgument {
    static func write(_ number: Double, _ text: UnsafeMutablePointer<CChar>?) -> Int {
        guard let text = unsafe text else { return 0 }
        let limit = Double(Int64.max / 2)
        if number >= -limit, number <= limit, number == number.rounded(.towardZero),
            !(number == 0 && number.sign == .minus)
        {
            return Int64(number).withDecimal { unsafe copy($0, to: text) }
        }
        return DoubleText.withShortest(number) { unsafe copy($0, to: text) }
    }

    private static func copy(_ bytes: Bytes, to text: UnsafeMutablePointer<CChar>) -> Int {
        let count = min(bytes.count, 40)
        for index in 0..<count { unsafe text[index] = CChar(bitPattern: bytes[index]) }
        return count
    }
}

extension Bytes {
    /// The view as C takes it.
    @inline(__always)
    var lua: engram_lua_bytes {
        unsafe engram_lua_bytes(
            base: buffer.baseAddress?.assumingMemoryBound(to: CChar.self), count: count)
    }

    /// The view that C gives.
    @inline(__always)
    init(_ bytes: engram_lua_bytes) {
        unsafe self.init(base: UnsafeRawPointer(bytes.base), count: bytes.count)
    }
}
