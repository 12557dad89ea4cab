// SPDX-License-Identifier: Apache-2.0

import Dispatch
import Durability
import Glibc
import Logging
import Primitives
import RESP
import Store
import Synchronization

/// When and how the keyspace reaches its file. Touched only by whoever holds the keyspace.
final class Persistence {
    private let logger: Logger
    private(set) var lastSaveMilliseconds = WallClock.microseconds() / 1000
    /// ``Keyspace/changes`` as of the last save that worked.
    private var savedChanges: Int64 = 0
    private(set) var saveCount: Int64 = 0
    private(set) var didLastSaveWork = true
    private(set) var lastDurationSeconds: Int64 = -1
    private var lastAttemptMilliseconds: Int64 = 0
    /// What came out of the file, if there was one.
    private(set) var loaded: Snapshot.LoadReport?
    /// The save that is running on its own thread, if one is.
    private(set) var background: BackgroundSave?
    /// BGSAVE SCHEDULE while one is running: another follows.
    var isAnotherScheduled = false

    /// A save that runs while the keyspace goes on changing.
    final class BackgroundSave: Sendable {
        let startMilliseconds: Int64
        let keyCount: Int
        /// How often all keys had been removed when it began.
        let flushCount: Int64
        /// How long it rests after each key, for tests.
        let keyDelayMicroseconds: Int
        let writtenKeys = Atomic<Int>(0)
        let isCancelled = Atomic<Bool>(false)
        /// Left when the file is in place or given up.
        let writing = DispatchGroup()

        init(
            startMilliseconds: Int64, keyCount: Int, flushCount: Int64, keyDelayMicroseconds: Int
        ) {
            self.startMilliseconds = startMilliseconds
            self.keyCount = keyCount
            self.flushCount = flushCount
            self.keyDelayMicroseconds = keyDelayMicroseconds
        }

        /// Rests as long as it should, or until it is called off.
        func rest() {
            var left = keyDelayMicroseconds
            while left > 0, !isCancelled.load(ordering: .relaxed) {
                usleep(UInt32(min(left, 1000)))
                left -= 1000
            }
        }
    }

    init(logger: Logger) {
        self.logger = logger
    }
}

extension Persistence {
    /// Changes since the last save.
    func unsavedChanges(in keyspace: borrowing Keyspace) -> Int64 {
        keyspace.changes - savedChanges
    }

    static func header(for host: Host) -> Snapshot.Header {
        var header = Snapshot.Header(
            createdSeconds: WallClock.microseconds() / 1_000_000,
            usedMemoryBytes: ProcessMemory.allocatedBytes(),
            compresses: host.configuration.isOn("rdbcompression"),
            hasChecksum: host.configuration.isOn("rdbchecksum"))
        if host.configuration.integer("rdb-key-save-delay") > 0 { header.askingInterval = 1 }
        return header
    }

    /// Reads the file into the keyspace, if there is one.
    ///
    /// - Parameter replaces: whether a key of the file may take the place of one that is there.
    func load(
        _ path: String, into keyspace: inout Keyspace, replaces: Bool = false,
        keyDelayMicroseconds: Int = 0
    ) throws(SnapshotError) {
        do throws(SnapshotError) {
            loaded = try Snapshot.load(path, into: &keyspace, replaces: replaces) {
                if keyDelayMicroseconds > 0 { usleep(UInt32(keyDelayMicroseconds)) }
            }
        } catch {
            if case .file(let problem) = error, problem.isMissing { return }
            throw error
        }
        savedChanges = keyspace.changes
    }

    /// Saves at once, while everything else waits; a background save is called off.
    func save(_ keyspace: inout Keyspace, for host: Host) throws(SnapshotError) {
        cancelBackgroundSave()
        let start = WallClock.microseconds()
        do throws(SnapshotError) {
            _ = try Snapshot.save(
                keyspace.snapshot(), to: host.snapshotPath,
                header: Self.header(for: host))
        } catch {
            didLastSaveWork = false
            logger.error("saving failed: \(error)")
            throw error
        }
        didSave(keyspace.changes, seconds: (WallClock.microseconds() - start) / 1_000_000)
    }

    /// Calls a background save off and waits until it has stopped writing.
    func cancelBackgroundSave() {
        guard let background else { return }
        background.isCancelled.store(true, ordering: .relaxed)
        background.writing.wait()
    }

    private func didSave(_ changes: Int64, seconds: Int64) {
        savedChanges = changes
        saveCount += 1
        didLastSaveWork = true
        lastDurationSeconds = seconds
        lastSaveMilliseconds = WallClock.microseconds() / 1000
    }

    /// Begins a save on a thread of its own.
    func startBackgroundSave(_ keyspace: inout Keyspace, for host: Host) {
        let now = WallClock.microseconds() / 1000
        lastAttemptMilliseconds = now
        let snapshot = keyspace.snapshot()
        let save = BackgroundSave(
            startMilliseconds: now, keyCount: snapshot.count,
            flushCount: keyspace.statistics.flushes,
            keyDelayMicroseconds: max(0, host.configuration.integer("rdb-key-save-delay")))
        background = save
        save.writing.enter()
        let header = Self.header(for: host)
        let path = host.snapshotPath
        let changes = snapshot.changes
        Self.run {
            let result = Self.write(snapshot, to: path, header, save)
            save.writing.leave()
            host.executor.withState { state, now in
                host.persistence.finish(save, result, changes, &state.keyspace, host)
                host.updateAdmission(of: &state.dispatcher)
            }
        }
    }

    private static func run(_ work: @escaping @Sendable () -> Void) {
        DispatchQueue.global(qos: .utility).async(execute: work)
    }

    private static func write(
        _ snapshot: KeyspaceSnapshot, to path: String, _ header: Snapshot.Header,
        _ save: BackgroundSave
    ) -> SnapshotError? {
        do throws(SnapshotError) {
            _ = try Snapshot.save(snapshot, to: path, header: header) { keys in
                save.writtenKeys.store(keys, ordering: .relaxed)
                save.rest()
                return !save.isCancelled.load(ordering: .relaxed)
            }
            return nil
        } catch {
            return error
        }
    }

    private func finish(
        _ save: BackgroundSave, _ error: SnapshotError?, _ changes: Int64,
        _ keyspace: inout Keyspace, _ host: Host
    ) {
        guard background === save else { return }
        background = nil
        if let error {
            // A save that was called off says nothing about the disk.
            if error != .cancelled { didLastSaveWork = false }
            logger.error("background save failed: \(error)")
        } else {
            let seconds = (WallClock.microseconds() / 1000 - save.startMilliseconds) / 1000
            didSave(changes, seconds: seconds)
            logger.info("saved \(save.keyCount) keys in the background")
        }
        if isAnotherScheduled, !host.isShuttingDown {
            isAnotherScheduled = false
            startBackgroundSave(&keyspace, for: host)
        }
    }

    /// Calls a background save off when all keys have been removed since it began: what it holds
    /// nobody wants back.
    func cancelIfFlushed(_ keyspace: borrowing Keyspace) {
        guard let background, background.flushCount != keyspace.statistics.flushes else { return }
        background.isCancelled.store(true, ordering: .relaxed)
    }

    /// Begins a background save when one of the `save` points is reached.
    func saveIfDue(_ keyspace: inout Keyspace, for host: Host) {
        guard background == nil else { return }
        let unsaved = unsavedChanges(in: keyspace)
        guard unsaved > 0 else { return }
        let now = WallClock.microseconds() / 1000
        // After a failure the disk gets a rest.
        guard didLastSaveWork || now - lastAttemptMilliseconds > 5000 else { return }
        let isDue = host.configuration.savePoints.contains { point in
            unsaved >= point.changes && now - lastSaveMilliseconds > point.seconds * 1000
        }
        if isDue { startBackgroundSave(&keyspace, for: host) }
    }

    /// Why writes are refused: the keyspace could not be saved, and the client should know.
    func writeRefusal(_ configuration: Configuration) -> ErrorReply? {
        guard !didLastSaveWork, configuration.isOn("stop-writes-on-bgsave-error"),
            !configuration.savePoints.isEmpty
        else { return nil }
        return ErrorReply(
            "MISCONF Engram is configured to save RDB snapshots, but it's currently unable to "
                + "persist to disk. Commands that may modify the data set are disabled, because "
                + "this instance is configured to report errors during writes if RDB snapshotting "
                + "fails (stop-writes-on-bgsave-error option). Please check the Engram logs for "
                + "details about the RDB error.")
    }
}
