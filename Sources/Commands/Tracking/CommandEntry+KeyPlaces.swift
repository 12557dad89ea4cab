// SPDX-License-Identifier: Apache-2.0

import RESP

extension CommandEntry {
    /// Where the keys of a request stand among its arguments; nowhere when the request does not fit
    /// the command.
    func keyPlaces(in arguments: borrowing Arguments) -> [Int] {
        guard hasKeys else { return [] }
        return (keys(in: arguments.all[...]) ?? []).map(\.index)
    }
}
