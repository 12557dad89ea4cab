// SPDX-License-Identifier: Apache-2.0

/// What the server is told at its start.
public struct Configuration: Sendable {
    public var port = 6379
    public var bind = ["127.0.0.1"]
    public var backlog = 511
    public var threadCount = 1
    public var databaseCount = 16

    public init() {}
}
