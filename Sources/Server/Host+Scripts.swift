// SPDX-License-Identifier: Apache-2.0

import Commands
import Logging
import Primitives
import Scripting
import Store
import Synchronization

extension Host {
    /// Gives the scripts what they need of the server.
    func connectScripts(to dispatcher: inout Dispatcher) {
        dispatcher.scripts = scripts
        scripts.logsLevel = { level in Self.level(level) >= LogLevel.current.withLock { $0 } }
        scripts.logText = { [logger] level, text in
            logger.log(level: Self.level(level), "\(text)")
        }
        scripts.isLeaving = { [unowned self] in isShuttingDown }
        scripts.whileBusy = { [unowned self] in serveWhileBusy() }
    }

    /// Redis's levels: 0 debug, 1 verbose, 2 notice, 3 warning.
    private static func level(_ level: Int) -> Logger.Level {
        switch level {
        case 0: .debug
        case 1: .info
        case 2: .notice
        default: .warning
        }
    }

    /// Lets other clients in for a moment while a script runs for too long: those of this event
    /// loop, which the script keeps from being served, and those of others, which wait for the
    /// keyspace.
    private func serveWhileBusy() {
        let now = WallClock.microseconds() / 1000
        guard now - lastBusyMilliseconds >= Self.busyPauseMilliseconds else { return }
        lastBusyMilliseconds = now
        let listener = listener
        executor.lettingOthersIn { listener?.serveWhileBusy() }
    }

    private static var busyPauseMilliseconds: Int64 { 2 }
}
