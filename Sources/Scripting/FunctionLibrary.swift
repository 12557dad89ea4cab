// SPDX-License-Identifier: Apache-2.0

import Primitives
import RESP

/// A library of functions.
final class FunctionLibrary {
    let name: ByteString
    /// The text that it was loaded from.
    let text: ByteString
    var functions: [LibraryFunction] = []

    init(name: ByteString, text: ByteString) {
        self.name = name
        self.text = text
    }

    static let badName = ErrorReply(
        "ERR Library names can only contain letters, numbers, or underscores(_) and must be at "
            + "least one character long")

    /// Whether a library or function may be called this.
    static func isName(_ name: ByteString) -> Bool {
        !name.isEmpty
            && name.array.allSatisfy { byte in
                switch byte {
                case 0x30...0x39, 0x41...0x5A, 0x5F, 0x61...0x7A: true
                default: false
                }
            }
    }
}

/// A function of a library.
struct LibraryFunction {
    let name: ByteString
    /// The name of its library.
    let library: ByteString
    let description: ByteString?
    let flags: ScriptFlags
    let function: Int32

    /// The name that it is found by: in any case.
    var key: ByteString { name.lowercased }
}

extension ByteString {
    /// The bytes with ASCII capitals made small.
    var lowercased: ByteString { ByteString(array.map(\.lowercasedASCII)) }
}
