// SPDX-License-Identifier: Apache-2.0

import CLuaBridge
import Commands
import Primitives
import RESP

// What the machines call back for, but for commands. Nothing here throws.

extension ScriptEngine {
    /// How long a library may take to load.
    static let loadTime = Duration.milliseconds(500)

    /// Asked every 100,000 instructions.
    func tick() -> engram_lua_verdict {
        if let loading {
            return ContinuousClock.now > loading.deadline
                ? ENGRAM_LUA_LOAD_TIMEOUT : ENGRAM_LUA_GO_ON
        }
        guard let active else { return ENGRAM_LUA_GO_ON }
        if !active.isBusy {
            guard busyMilliseconds > 0,
                Self.milliseconds(since: active.start) >= Int64(busyMilliseconds)
            else { return ENGRAM_LUA_GO_ON }
            becomeBusy(active)
        }
        whileBusy()
        let mustEnd = self.active?.isKilled == true || isLeaving()
        return mustEnd ? ENGRAM_LUA_KILL : ENGRAM_LUA_GO_ON
    }

    private func becomeBusy(_ script: ActiveScript) {
        self.active?.isBusy = true
        unsafe script.dispatcher.pointee.admission.busy = busyReply(script)
        let milliseconds = Self.milliseconds(since: script.start)
        let command = script.isFunction ? "FUNCTION KILL" : "SCRIPT KILL"
        logText(
            3,
            ByteString(
                "Slow script detected: still in execution after \(milliseconds) milliseconds. "
                    + "You can try killing the script using the \(command) command. "
                    + "Script name is: \(script.name)."))
    }

    private func busyReply(_ script: ActiveScript) -> ErrorReply {
        script.isFunction ? .busyWithFunction : .busyWithScript
    }

    static func milliseconds(since start: UInt64) -> Int64 {
        Int64(clamping: CycleClock.nanoseconds(CycleClock.ticks() &- start) / 1_000_000)
    }

    func log(_ level: Int, _ text: ByteString) {
        logText(level, text)
    }

    func logs(_ level: Int) -> Bool {
        logsLevel(level)
    }

    /// Counts an error reply that the script itself made.
    func countError(_ error: ErrorReply) {
        guard let active else { return }
        unsafe active.dispatcher.pointee.countScriptError(error)
    }

    /// Whether the client may run a command: 1 or 0, -1 when there is none of this name.
    func mayRun(_ words: UnsafeBufferPointer<engram_lua_bytes>) -> Int32 {
        guard let active else { return -1 }
        var arguments = Arguments()
        for index in 0..<words.count { unsafe arguments.append(Bytes(words[index])) }
        let may = unsafe active.dispatcher.pointee.scriptMayRun(
            arguments, for: active.session)
        guard let may else { return -1 }
        return may ? 1 : 0
    }

    /// Takes a function of the library that is being loaded.
    /// - Returns: why not, or nil.
    func register(
        _ name: ByteString, description: ByteString?, flags: ScriptFlags, _ function: Int32
    ) -> StaticString? {
        guard let library = loading?.library else {
            return "redis.register_function can only be called on FUNCTION LOAD command"
        }
        guard FunctionLibrary.isName(name) else {
            return """
                Library names can only contain letters, numbers, or underscores(_) and must be \
                at least one character long
                """
        }
        guard !library.functions.contains(where: { $0.name == name }) else {
            return "Function already exists in the library"
        }
        library.functions.append(
            LibraryFunction(
                name: name, library: library.name, description: description, flags: flags,
                function: function))
        return nil
    }
}

// MARK: - Killing

extension ScriptEngine {
    /// Has the running script end, if it is a script and has changed nothing yet.
    func kill(isFunction: Bool) throws(ErrorReply) {
        guard let active else {
            throw ErrorReply("NOTBUSY No scripts in execution right now.")
        }
        guard !active.rights.hasWritten else {
            throw ErrorReply(
                "UNKILLABLE Sorry the script already executed write commands against the dataset. "
                    + "You can either wait the script termination or kill the server in a hard way "
                    + "using the SHUTDOWN NOSAVE command.")
        }
        guard active.isFunction == isFunction else { throw busyReply(active) }
        self.active?.isKilled = true
    }
}

extension ErrorReply {
    static let busyWithScript = ErrorReply(
        "BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE.")
    static let busyWithFunction = ErrorReply(
        "BUSY Redis is busy running a script. You can only call FUNCTION KILL or SHUTDOWN NOSAVE.")
    static let noScript = ErrorReply("NOSCRIPT No matching script. Please use EVAL.")
}
