// SPDX-License-Identifier: Apache-2.0

import Commands
public import Primitives
public import RESP
public import Store

/// What FUNCTION RESTORE does with the libraries that are there.
public enum RestorePolicy: Sendable {
    case flush
    case append
    case replace
}

extension ScriptEngine {
    /// Loads a library from its text.
    /// - Returns: its name.
    func loadLibrary(
        _ text: ByteString, replacing: Bool, isTimed: Bool = true, in keyspace: inout Keyspace
    ) throws(ErrorReply) -> ByteString {
        let (name, code) = try Shebang.library(text)
        guard replacing || libraries[name] == nil else {
            throw ErrorReply("ERR Library '\(name)' already exists")
        }
        let library = try compile(name, text, code, isTimed: isTimed)
        do {
            try checkNames([library], leaving: [name])
        } catch {
            release(library)
            throw error
        }
        link([library], in: &keyspace)
        return name
    }

    /// Adds all these libraries or, on an error, none.
    public func restoreLibraries(
        _ texts: [ByteString], _ policy: RestorePolicy, in keyspace: inout Keyspace
    ) throws(ErrorReply) {
        var restored: [FunctionLibrary] = []
        do throws(ErrorReply) {
            for text in texts {
                let (name, code) = try Shebang.library(text)
                guard !restored.contains(where: { $0.name == name }) else {
                    throw ErrorReply("ERR Library '\(name)' already exists")
                }
                let library = try compile(name, text, code, isTimed: true)
                restored.append(library)
                try checkNames(among: restored)
            }
            try checkRoom(for: restored, policy)
        } catch {
            for library in restored { release(library) }
            throw error
        }
        if policy == .flush {
            for library in libraries.values { unlink(library) }
            keyspace.removeAllLibraries()
        }
        link(restored, in: &keyspace)
    }

    /// Brings the libraries in line with the texts that the keyspace came with from its snapshot.
    public func reloadLibraries(_ keyspace: borrowing Keyspace) throws(ErrorReply) {
        for library in libraries.values { unlink(library) }
        for text in keyspace.functionLibraries {
            let (name, code) = try Shebang.library(text)
            let library = try compile(name, text, code, isTimed: false)
            try checkNames([library], leaving: [])
            guard libraries[name] == nil else {
                throw ErrorReply("ERR Library '\(name)' already exists")
            }
            add(library)
        }
    }

    /// Leaves of libraries of one name only the one that came last. O(texts).
    public func keepNewestLibraries(in keyspace: inout Keyspace) {
        var newest: [ByteString: Int] = [:]
        let texts = keyspace.functionLibraries
        for (index, text) in texts.enumerated() {
            if let name = try? Shebang.library(text).name { newest[name] = index }
        }
        let kept = newest.values.sorted().map { texts[$0] }
        keyspace.removeAllLibraries()
        keyspace.addLibraries(kept)
    }

    func deleteLibrary(_ name: ByteString, in keyspace: inout Keyspace) throws(ErrorReply) {
        guard let library = libraries[name] else { throw ErrorReply("ERR Library not found") }
        unlink(library)
        keyspace.removeLibraries([library.text])
    }

    /// Removes all libraries; what is large is handed to the keyspace for release.
    func flushLibraries(in keyspace: inout Keyspace) {
        for library in libraries.values { keyspace.discard(library) }
        libraries = [:]
        functions = [:]
        if let machine = dropLibraryMachine() { keyspace.discard(machine) }
        keyspace.removeAllLibraries()
    }
}

// MARK: - Compiling and linking

extension ScriptEngine {
    private func compile(
        _ name: ByteString, _ text: ByteString, _ code: ByteString, isTimed: Bool
    ) throws(ErrorReply) -> FunctionLibrary {
        let library = FunctionLibrary(name: name, text: text)
        let now = ContinuousClock.now
        loading = (library, isTimed ? now + Self.loadTime : now + .seconds(86400))
        defer { loading = nil }
        do throws(ErrorReply) {
            try code.withBytes { (code) throws(ErrorReply) in try libraryMachine.load(code) }
            guard !library.functions.isEmpty else {
                throw ErrorReply("ERR No functions registered")
            }
        } catch {
            release(library)
            throw error
        }
        return library
    }

    private func release(_ library: FunctionLibrary) {
        for function in library.functions { libraryMachine.release(function.function) }
    }

    /// Refuses libraries whose functions are called as others', but for those of `leaving`.
    private func checkNames(
        _ added: [FunctionLibrary], leaving: Set<ByteString>
    ) throws(ErrorReply) {
        for library in added {
            for function in library.functions {
                guard let other = functions[function.key], !leaving.contains(other.library) else {
                    continue
                }
                throw ErrorReply("ERR Function \(function.name) already exists")
            }
        }
    }

    private func checkNames(among added: [FunctionLibrary]) throws(ErrorReply) {
        var keys: Set<ByteString> = []
        for function in added.flatMap(\.functions) {
            guard keys.insert(function.key).inserted else {
                throw ErrorReply("ERR Function \(function.name) already exists")
            }
        }
    }

    private func checkRoom(
        for restored: [FunctionLibrary], _ policy: RestorePolicy
    ) throws(ErrorReply) {
        switch policy {
        case .flush: return
        case .append:
            for library in restored where libraries[library.name] != nil {
                throw ErrorReply("ERR Library \(library.name) already exists")
            }
            try checkNames(restored, leaving: [])
        case .replace:
            try checkNames(restored, leaving: Set(restored.map(\.name)))
        }
    }

    /// Puts libraries in the place of those of their names, here and where snapshots find them.
    private func link(_ added: [FunctionLibrary], in keyspace: inout Keyspace) {
        let replaced = added.compactMap { libraries[$0.name] }
        if !replaced.isEmpty {
            for old in replaced { unlink(old) }
            keyspace.removeLibraries(Set(replaced.map(\.text)))
        }
        for library in added { add(library) }
        keyspace.addLibraries(added.map(\.text))
    }

    private func add(_ library: FunctionLibrary) {
        libraries[library.name] = library
        for function in library.functions { functions[function.key] = function }
    }

    private func unlink(_ library: FunctionLibrary) {
        libraries[library.name] = nil
        for function in library.functions { functions[function.key] = nil }
        release(library)
    }
}
