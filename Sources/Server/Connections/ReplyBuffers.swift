// SPDX-License-Identifier: Apache-2.0

/// When clients that say nothing give back the room that they keep for replies.
struct ReplyBuffers {
    /// Redis's time, and ours unless a test sets another.
    static let standardIdleMilliseconds: Int64 = 5000
    private static let longestLookMilliseconds: Int64 = 1000

    /// Whether room is given back at all.
    var isResizing = true
    /// For so long a client must have said nothing; below 0 for never.
    var idleMilliseconds = standardIdleMilliseconds
    private var lastLookMilliseconds: Int64 = 0

    /// Whether it is time to look through the clients, and if so notes it.
    mutating func isLookDue(at nowMilliseconds: Int64) -> Bool {
        let pause = min(idleMilliseconds, Self.longestLookMilliseconds)
        guard isResizing, idleMilliseconds >= 0, nowMilliseconds - lastLookMilliseconds >= pause
        else { return false }
        lastLookMilliseconds = nowMilliseconds
        return true
    }
}
