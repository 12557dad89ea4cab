// SPDX-License-Identifier: Apache-2.0

import Primitives
import RESP

extension Dispatcher {
    /// Whether a request can be told at once that it is wrong, however long others have to wait.
    public func isMalformed(_ call: borrowing Call) -> Bool {
        guard let entry = table.find(request: call.arguments.all[...]) else { return true }
        let count = call.arguments.count
        return count < entry.minimumCount || count > entry.maximumCount
    }

    /// Whether a request may change keys, or is held back as if it did by CLIENT PAUSE ... WRITE;
    /// of EXEC, whether one of the queued requests is.
    public func mayWrite(_ call: borrowing Call) -> Bool {
        if mayWrite(call.arguments.all) { return true }
        guard let transaction = call.session.transaction,
            call.arguments[0].equalsIgnoringCase("EXEC")
        else { return false }
        return transaction.queue.contains { words in
            let request = Arguments(words)
            return mayWrite(request.all)
        }
    }

    private func mayWrite(_ request: [Bytes]) -> Bool {
        guard let entry = table.find(request: request[...]) else { return false }
        if entry.isWrite { return true }
        guard entry.flags.contains(.mayReplicate) else { return false }
        return entry.declaration.group != .scripting || scripts?.isReadOnly(request) != true
    }
}
