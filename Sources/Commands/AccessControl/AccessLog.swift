// SPDX-License-Identifier: Apache-2.0

public import Primitives

/// What was refused to users, newest first: ACL LOG.
public struct AccessLog {
    /// Where a refused command came from.
    public enum Context: String, Sendable {
        case toplevel
        case multi
        case lua
    }

    public struct Entry {
        public let id: Int64
        public fileprivate(set) var count: Int64 = 1
        /// `command`, `key`, `channel` or `auth`.
        public let reason: String
        public let context: Context
        public let object: ByteString
        public let user: ByteString
        public let createdMilliseconds: Int64
        public fileprivate(set) var updatedMilliseconds: Int64
        /// The client as CLIENT LIST shows it.
        public fileprivate(set) var client: String
    }

    /// Refusals that look the same within this time are one entry.
    private static let groupingMilliseconds: Int64 = 60_000

    public private(set) var entries: [Entry] = []
    private var nextID: Int64 = 0
    /// `acllog-max-len`.
    public var maximumCount = 128
    /// How often each reason came up, as INFO reports it.
    public private(set) var counts: [String: Int64] = [:]

    /// Notes a refusal.
    mutating func add(
        _ reason: String, _ context: Context, object: ByteString, user: ByteString,
        client: String, at nowMilliseconds: Int64
    ) {
        counts[reason, default: 0] += 1
        guard maximumCount > 0 else {
            entries = []
            return
        }
        let known = entries.prefix(10).firstIndex { entry in
            entry.reason == reason && entry.context == context && entry.object == object
                && entry.user == user
                && abs(nowMilliseconds &- entry.updatedMilliseconds) <= Self.groupingMilliseconds
        }
        if let known {
            var entry = entries.remove(at: known)
            entry.count += 1
            entry.updatedMilliseconds = nowMilliseconds
            entry.client = client
            entries.insert(entry, at: 0)
            return
        }
        let entry = Entry(
            id: nextID, reason: reason, context: context, object: object, user: user,
            createdMilliseconds: nowMilliseconds, updatedMilliseconds: nowMilliseconds,
            client: client)
        nextID += 1
        entries.insert(entry, at: 0)
        if entries.count > maximumCount { entries.removeLast(entries.count - maximumCount) }
    }

    public mutating func reset() { entries = [] }

    mutating func resetCounts() { counts = [:] }
}
