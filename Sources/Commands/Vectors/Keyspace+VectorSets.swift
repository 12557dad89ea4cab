// SPDX-License-Identifier: Apache-2.0

import Primitives
import Store

extension Keyspace {
    /// After a change that may have removed the last element: removes the key then, and tells. One
    /// whose other elements have all ended goes after the command.
    mutating func didChangeElements(of set: VectorSet, at key: Bytes, _ event: KeyspaceEvent) {
        didChangeMembers(of: set, at: key, event)
        noteIfGone(set, at: key)
    }
}
