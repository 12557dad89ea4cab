// SPDX-License-Identifier: Apache-2.0

/// What the server says it is.
public enum EngramVersion {
    public static let engram = "0.1.0"
    /// The Redis whose commands and replies these are: clients choose their features by it.
    public static let redis = "8.2.3"

    /// What `engram --version` prints.
    public static let description = "engram \(engram) (speaks Redis \(redis))"
}
