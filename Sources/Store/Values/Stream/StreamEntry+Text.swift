// SPDX-License-Identifier: Apache-2.0

import Containers
public import Primitives

extension StreamEntry {
    /// Calls `body` with copies of each field and its value, numbers as their decimal text.
    public func forEachFieldText(_ body: (ByteString, ByteString) -> Void) {
        forEachField { field, value in body(field.text, value.text) }
    }
}

extension ListpackElement {
    fileprivate var text: ByteString {
        switch self {
        case .string(let bytes): ByteString(bytes)
        case .integer(let number): number.withDecimal { ByteString($0) }
        }
    }
}
