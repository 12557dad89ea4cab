// SPDX-License-Identifier: Apache-2.0

import Commands
import Durability
import Foundation
import Logging
import RESP
import Scripting
public import ServiceLifecycle
import Store
import Synchronization
import Transport
import UnixSignals

/// The server: everything between the sockets and the keyspace, from start to a clean end.
public final class EngramServer: Service {
    private let configuration: Configuration
    private let logger: Logger
    private let boundPorts = Mutex<[Int]>([])

    /// A server that has not started yet.
    /// - Throws: when the log file cannot be written.
    public init(configuration: Configuration) throws(ConfigurationError) {
        self.configuration = configuration
        LogLevel.current.withLock { $0 = LogLevel.level(named: configuration["loglevel"]) }
        let handler = try LineLogHandler(path: configuration["logfile"])
        logger = Logger(label: "engram") { _ in handler }
    }

    /// The ports that are listened on, once they are.
    public var ports: [Int] { boundPorts.withLock { $0 } }

    /// Serves until the group is shut down or a client says SHUTDOWN, and leaves cleanly.
    public func run() async throws {
        let configuration = try settled()
        let host = try makeHost(configuration)
        let (requests, end) = AsyncStream<Void>.makeStream()
        host.end = { end.finish() }
        try load(host)
        let listener = try Listener(
            host: host, threadCount: configuration.integer("io-threads"))
        host.executor.withState { _, _ in host.listener = listener }
        do {
            try listen(listener, configuration)
        } catch {
            await listener.close()
            throw error
        }
        superviseIfWanted(host)
        let pidFile = configuration["pidfile"]
        if !pidFile.isEmpty { write(pidFile) }
        defer { if !pidFile.isEmpty { try? FileManager.default.removeItem(atPath: pidFile) } }
        listener.repeat(everyMilliseconds: Host.tickMilliseconds) { host.tick() }
        await withGracefulShutdownHandler {
            for await _ in requests {}
        } onGracefulShutdown: {
            // The save may take long, and this must not.
            Thread.detachNewThread { host.leave() }
        }
        if host.supervision == "systemd" { SystemdNotification.send("STOPPING=1") }
        await listener.close()
        logger.notice("good bye")
    }

    /// Says in a file which process this is; the server does without if it must.
    private func write(_ pidFile: String) {
        let text = Data("\(ProcessInfo.processInfo.processIdentifier)\n".utf8)
        do {
            try text.write(to: URL(filePath: pidFile))
        } catch {
            logger.warning("cannot write the pidfile: \(error)")
        }
    }

    /// Listens at `unixsocket`, if there is one.
    private func listenLocally(_ listener: Listener, _ configuration: Configuration) throws {
        let path = configuration["unixsocket"]
        guard !path.isEmpty else { return }
        do {
            try listener.listen(
                at: path, permissions: Int(configuration["unixsocketperm"], radix: 8) ?? 0,
                .init(backlog: configuration.integer("tcp-backlog")))
            logger.notice("ready at \(path)")
        } catch {
            throw ConfigurationError("cannot listen at \(path): \(error)")
        }
    }

    /// Tells systemd that the server is ready, if it was started by it and may.
    private func superviseIfWanted(_ host: Host) {
        let wanted = host.configuration["supervised"]
        guard wanted == "systemd" || (wanted == "auto" && SystemdNotification.isWanted) else {
            return
        }
        if SystemdNotification.send("READY=1\nSTATUS=Ready to accept connections\n") {
            host.executor.withState { _, _ in host.supervision = "systemd" }
        } else {
            logger.warning("systemd is to be told, but NOTIFY_SOCKET does not say where")
        }
    }

    /// The configuration with absolute paths.
    private func settled() throws -> Configuration {
        var configuration = configuration
        let directory = URL(filePath: configuration["dir"]).standardizedFileURL.path
        var isDirectory: ObjCBool = false
        guard unsafe FileManager.default.fileExists(atPath: directory, isDirectory: &isDirectory),
            isDirectory.boolValue
        else {
            throw ConfigurationError("there is no directory '\(directory)'")
        }
        if let path = configuration.path { configuration.path = URL(filePath: path).path }
        configuration.replace("dir", by: directory)
        return configuration
    }

    private func makeHost(_ configuration: Configuration) throws(ConfigurationError) -> Host {
        let commands =
            CommandCatalog.all + ScriptingCommandCatalog.all + ServerCommandCatalog.all
        let dispatcher = Dispatcher(commands: commands, renamed: configuration.commandNames)
        try configuration.checkNames(dispatcher.table)
        let keyspace = Keyspace(
            databaseCount: configuration.integer("databases"), seed: .random(in: 0...UInt64.max))
        let executor = Executor(keyspace: keyspace, dispatcher: dispatcher)
        let host = Host(executor: executor, configuration: configuration, logger: logger)
        try executor.withState { state, _ throws(ConfigurationError) in
            state.keyspace.discard = { Reaper.discard($0) }
            state.dispatcher.host = host
            host.connectScripts(to: &state.dispatcher)
            host.applyConfiguration(&state.keyspace, &state.dispatcher)
            try host.makeUsers(&state.dispatcher)
        }
        return host
    }

    /// Loads the snapshot before anybody can connect.
    private func load(_ host: Host) throws {
        let start = WallClock.microseconds()
        let count = try host.executor.withState { state, _ throws(SnapshotError) in
            try host.persistence.load(
                host.snapshotPath, into: &state.keyspace,
                keyDelayMicroseconds: host.configuration.integer("key-load-delay"))
            return host.persistence.loaded?.loadedKeys ?? 0
        }
        do throws(ErrorReply) {
            try host.executor.withState { (state, _) throws(ErrorReply) in
                try host.scripts.reloadLibraries(state.keyspace)
            }
        } catch {
            throw ConfigurationError("cannot load the functions of the snapshot: \(error.message)")
        }
        let milliseconds = (WallClock.microseconds() - start) / 1000
        if count > 0 {
            logger.notice("loaded \(count) keys in \(milliseconds) ms")
        }
    }

    private func listen(_ listener: Listener, _ configuration: Configuration) throws {
        try listenLocally(listener, configuration)
        for word in configuration.words("bind") {
            // A leading minus: do without this address if it cannot be had.
            let isOptional = word.hasPrefix("-")
            var address = isOptional ? String(word.dropFirst()) : word
            if address == "*" { address = "0.0.0.0" }
            if address == "::*" { address = "::" }
            do {
                let port = try listener.listen(
                    on: address, port: configuration.integer("port"),
                    .init(
                        backlog: configuration.integer("tcp-backlog"),
                        keepAliveSeconds: configuration.integer("tcp-keepalive")))
                boundPorts.withLock { $0.append(port) }
                logger.notice("ready on \(address), port \(port)")
            } catch {
                guard isOptional else {
                    throw ConfigurationError("cannot listen on \(address): \(error)")
                }
                logger.info("not listening on \(address): \(error)")
            }
        }
    }
}

extension EngramServer {
    /// Runs the server until SIGTERM, SIGINT or a client's SHUTDOWN ends it.
    public func serve() async throws {
        let group = ServiceGroup(
            configuration: .init(
                services: [
                    .init(service: self, successTerminationBehavior: .gracefullyShutdownGroup)
                ],
                gracefulShutdownSignals: [.sigterm, .sigint],
                logger: logger))
        try await group.run()
    }
}

extension Host {
    /// Ends the server as SIGTERM asks: saves if there are save points. A save that fails keeps the
    /// server, as the data would be lost.
    func leave() {
        executor.withState { state, _ in
            do throws(ErrorReply) {
                try shutDown(&state.keyspace, saves: nil, isForced: false)
            } catch {
                logger.critical("staying, as the keyspace could not be saved")
            }
        }
    }
}
