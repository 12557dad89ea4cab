// SPDX-License-Identifier: Apache-2.0

import Primitives

extension Keyspace {
    mutating func adopt(_ hash: HashValue, by entry: Entry) {}
    mutating func release(_ hash: HashValue) {}
    mutating func expireDueFields(limit: Int) -> Int { 0 }
}
