// SPDX-License-Identifier: Apache-2.0

import CLuaBridge
public import Commands
public import Primitives
import RESP
import Store

/// Runs scripts and functions, and keeps them. Touched only by whoever holds the keyspace.
@safe
public final class ScriptEngine: ScriptRunner {
    /// After so many milliseconds a script makes the server busy; 0 never does.
    public var busyMilliseconds: Int64 = 5000
    /// Called again and again while a script keeps the server busy, so that other clients can be
    /// told so, and may kill it. The keyspace is as the script's last command left it.
    public var whileBusy: () -> Void = {}
    /// Takes what scripts log, with Redis's levels: 0 debug, 1 verbose, 2 notice, 3 warning.
    public var logText: (_ level: Int, _ text: ByteString) -> Void = { _, _ in }
    /// Whether texts of a level are logged at all.
    public var logsLevel: (_ level: Int) -> Bool = { _ in false }
    /// Whether the server is going down, so that a busy script must end at once.
    public var isLeaving: () -> Bool = { false }
    /// Scripts that were forgotten because there were too many.
    public internal(set) var evictedScripts: Int64 = 0

    /// The scripts by their SHA-1.
    var scripts: [ScriptDigest: Script] = [:]
    /// Scripts of EVAL by a hash of their texts: cheaper than a SHA-1.
    var scriptsByText: [UInt64: Script] = [:]
    /// How many of them may be forgotten, and the count by which they are told apart by age.
    var evictableScripts = 0
    var useCount: UInt64 = 0
    var libraries: [ByteString: FunctionLibrary] = [:]
    /// The functions of all libraries, by name in lower case.
    var functions: [ByteString: LibraryFunction] = [:]

    /// What is being run, if anything is.
    var active: ActiveScript?
    /// The library that is being loaded, and until when that may take.
    var loading: (library: FunctionLibrary, deadline: ContinuousClock.Instant)?
    /// The call that scripts' commands are made with, kept for its buffers.
    var inner = Call(session: Session(id: 0))

    /// The state of math.random, which outlives the machines.
    let random: UnsafeMutablePointer<UInt64>
    private var scriptMachine: LuaMachine?
    private var functionMachine: LuaMachine?

    /// The most that a machine may hold, in bytes: then scripts get an error, and the server lives
    /// on. A buffer that grows is there twice for a moment.
    let memoryLimitBytes: Int

    public init(memoryLimitBytes: Int = 512 << 20) {
        self.memoryLimitBytes = memoryLimitBytes
        unsafe random = .allocate(capacity: 1)
        unsafe random.initialize(to: ENGRAM_LUA_RANDOM_START)
    }

    deinit {
        unsafe random.deallocate()
    }
}

/// What runs while a script does. An object, because every command of the script looks at it.
@safe
final class ActiveScript {
    /// A script's SHA-1 or a function's name.
    let name: ByteString
    let isFunction: Bool
    let session: Session
    /// The request that runs it; good while it does.
    private let call: UnsafeMutablePointer<Call>
    /// In ticks of the ``CycleClock``.
    let start: UInt64
    var rights: ScriptRights
    var isBusy = false
    var isKilled = false
    /// Where the commands of the script go; good while it runs.
    let dispatcher: UnsafeMutablePointer<Dispatcher>
    let keyspace: UnsafeMutablePointer<Keyspace>

    init(
        name: ByteString, isFunction: Bool, session: Session, call: UnsafeMutablePointer<Call>,
        rights: ScriptRights, dispatcher: UnsafeMutablePointer<Dispatcher>,
        keyspace: UnsafeMutablePointer<Keyspace>
    ) {
        self.name = name
        self.isFunction = isFunction
        self.session = session
        unsafe self.call = call
        start = CycleClock.ticks()
        self.rights = rights
        unsafe self.dispatcher = dispatcher
        unsafe self.keyspace = keyspace
    }

    /// The words of the request.
    var arguments: [Bytes] { unsafe call.pointee.arguments.all }
}

// MARK: - Machines

extension ScriptEngine {
    /// The engine behind the pointer that C was given.
    @inline(__always)
    static func behind(_ context: UnsafeMutableRawPointer?) -> ScriptEngine {
        guard let context = unsafe context else {
            preconditionFailure("a machine without an owner")
        }
        return unsafe Unmanaged<ScriptEngine>.fromOpaque(context).takeUnretainedValue()
    }

    /// The machine of EVAL.
    var scriptingMachine: LuaMachine {
        if let scriptMachine { return scriptMachine }
        let machine = LuaMachine(owner: self, isForFunctions: false)
        scriptMachine = machine
        return machine
    }

    /// The machine of FCALL.
    var libraryMachine: LuaMachine {
        if let functionMachine { return functionMachine }
        let machine = LuaMachine(owner: self, isForFunctions: true)
        functionMachine = machine
        return machine
    }

    /// Lets go of the machine of EVAL; the next script gets a new one.
    func dropScriptMachine() -> AnyObject? {
        defer { scriptMachine = nil }
        return scriptMachine
    }

    func dropLibraryMachine() -> AnyObject? {
        defer { functionMachine = nil }
        return functionMachine
    }

    /// Bytes that scripts hold: in the machine, and as text.
    public var scriptMemory: (machineBytes: Int, textBytes: Int) {
        (
            scriptingMachine.memoryBytes,
            scripts.values.reduce(0) { $0 + $1.body.count + 200 }
        )
    }

    /// Bytes that functions hold: in the machine, and as text.
    public var functionMemory: (machineBytes: Int, textBytes: Int) {
        (
            libraryMachine.memoryBytes,
            libraries.values.reduce(0) { $0 + $1.text.count + 200 + $1.functions.count * 100 }
        )
    }

    public var scriptCount: Int { scripts.count }
    public var libraryCount: Int { libraries.count }
    public var functionCount: Int { functions.count }
}

// MARK: - Running

extension ScriptEngine {
    /// Runs a compiled function for a client and writes its reply.
    ///
    /// - Parameters:
    ///   - name: a script's SHA-1 or a function's name.
    ///   - first: the argument that the keys begin at.
    func run(
        _ function: Int32, named name: ByteString, isFunction: Bool, _ rights: ScriptRights,
        first: Int, keyCount: Int, _ call: inout Call,
        in keyspace: inout Keyspace, by dispatcher: inout Dispatcher
    ) {
        guard active == nil else {
            return call.reply.error(ErrorReply("ERR a script cannot run another one"))
        }
        let machine = isFunction ? libraryMachine : scriptingMachine
        let session = call.session
        let outside = dispatcher.beginScript(for: session)
        inner.session = session
        inner.nowMicroseconds = call.nowMicroseconds
        let isRESP3 = call.reply.isRESP3
        let reply: Bytes = unsafe withUnsafeMutablePointer(to: &call) { call in
            unsafe withUnsafeMutablePointer(to: &dispatcher) { dispatcher in
                unsafe withUnsafeMutablePointer(to: &keyspace) { keyspace in
                    active = unsafe ActiveScript(
                        name: name, isFunction: isFunction, session: session, call: call,
                        rights: rights, dispatcher: dispatcher, keyspace: keyspace)
                    return name.withBytes { shown in
                        unsafe machine.run(
                            function, named: shown, call.pointee.arguments, from: first,
                            keyCount: keyCount, isRESP3: isRESP3)
                    }
                }
            }
        }
        if active?.isBusy == true { dispatcher.admission.busy = nil }
        active = nil
        let hasFailed = reply.count > 0 && reply[0] == UInt8(ascii: "-")
        dispatcher.endScript(outside, hasFailed: hasFailed, in: &keyspace, at: call.nowMilliseconds)
        call.reply.isRESP3 = isRESP3
        call.reply.raw(reply)
    }

    /// Runs a command for the script; its reply is good until the next one.
    func call(_ words: UnsafeBufferPointer<engram_lua_bytes>, _ version: Int32) -> Bytes {
        guard let active else { return Bytes("-ERR no script is running\r\n") }
        inner.reply.clear()
        inner.arguments.reset()
        for index in 0..<words.count { unsafe inner.arguments.append(Bytes(words[index])) }
        inner.session.protocolVersion = Int(version)
        unsafe active.dispatcher.pointee.runForScript(
            &inner, with: &active.rights, in: &active.keyspace.pointee)
        return inner.reply.bytes
    }
}
