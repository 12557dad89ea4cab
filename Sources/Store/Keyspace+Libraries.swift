// SPDX-License-Identifier: Apache-2.0

public import Primitives

extension Keyspace {
    /// Adds the texts of libraries of functions. O(texts added).
    public mutating func addLibraries(_ texts: [ByteString]) {
        functionLibraries.append(contentsOf: texts)
        countChanges()
    }

    /// Removes texts of libraries of functions. O(libraries).
    public mutating func removeLibraries(_ texts: Set<ByteString>) {
        functionLibraries.removeAll { texts.contains($0) }
        countChanges()
    }

    /// Removes the texts of all libraries of functions.
    public mutating func removeAllLibraries() {
        functionLibraries = []
        countChanges()
    }
}
