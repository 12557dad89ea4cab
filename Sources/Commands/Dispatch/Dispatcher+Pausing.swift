// SPDX-License-Identifier: Apache-2.0

import Primitives
import RESP

extension Dispatcher {
    /// Whether a request may change keys, or is held back as if it did by CLIENT PAUSE ... WRITE;
    /// of EXEC, whether one of the queued requests is.
    public func mayWrite(_ call: borrowing Call) -> Bool {
        guard let entry = table.find(call.arguments[0]) else { return false }
        if entry.mayWrite { return true }
        guard let transaction = call.session.transaction,
            call.arguments[0].equalsIgnoringCase("EXEC")
        else { return false }
        return transaction.queue.contains { words in
            words.first?.withBytes { table.find($0)?.mayWrite } ?? false
        }
    }
}

extension CommandEntry {
    fileprivate var mayWrite: Bool { isWrite || flags.contains(.mayReplicate) }
}
