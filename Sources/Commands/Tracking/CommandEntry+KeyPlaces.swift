// SPDX-License-Identifier: Apache-2.0

import RESP

extension CommandEntry {
    /// Where the keys of a request stand among its arguments; nowhere when the request does not fit
    /// the declaration.
    func keyPlaces(in arguments: borrowing Arguments) -> [Int] {
        keys(in: arguments.all[...])?.map(\.index) ?? []
    }
}
