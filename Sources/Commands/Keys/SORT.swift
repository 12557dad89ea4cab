// SPDX-License-Identifier: Apache-2.0

import Primitives
public import RESP
public import Store

/// Sorts the elements of a list, a set or a sorted set, and answers or stores them.
public enum SORT: WriteCommand {
    public static let declaration = CommandDeclaration(
        name: "SORT",
        summary:
            "Sorts the elements in a list, a set, or a sorted set, optionally storing the result.",
        group: .generic,
        since: "1.0.0",
        complexity:
            "O(N+M*log(M)) where N is the number of elements in the list or set to sort, and M the "
            + "number of returned elements. When the elements are not sorted, complexity is O(N).",
        arity: .atLeast(2),
        flags: [.denyOutOfMemory, .dangerous, .movableKeys],
        keys: [.first, .keyword("STORE", from: 2, count: 1)],
        syntax:
            "key [BY by-pattern:pattern] [LIMIT offset:integer count:integer] "
            + "[GET get-pattern:pattern ...] [ASC | DESC] [ALPHA] [STORE destination:key]"
    )

    public static func run(_ call: inout Call, in keyspace: inout Keyspace) throws(ErrorReply) {
        let request = try SortRequest(&call, mayStore: true)
        try keyspace.unpackSortedSet(request.key)
        let elements = try request.elements(in: keyspace, forScript: call.isInScript)
        guard let destination = request.destination else {
            return request.answer(elements, in: keyspace, &call.reply)
        }
        let list = ListValue(fill: keyspace.listFill)
        request.forEachResult(of: elements, in: keyspace) { list.append($0 ?? .empty) }
        list.chooseEncoding()
        call.reply.integer(list.count)
        if list.count > 0 {
            keyspace.set(destination, .list(list))
            keyspace.didChange(
                destination, KeyspaceEvent(.list, "sortstore"), changes: list.count)
        } else if keyspace.remove(destination) {
            keyspace.didChange(destination, KeyspaceEvent(.generic, "del"))
        }
    }
}

/// As SORT, but cannot store.
public enum SORT_RO: WriteCommand {
    public static let declaration = CommandDeclaration(
        name: "SORT_RO",
        summary: "Returns the sorted elements of a list, a set, or a sorted set.",
        group: .generic,
        since: "7.0.0",
        complexity:
            "O(N+M*log(M)) where N is the number of elements in the list or set to sort, and M the "
            + "number of returned elements. When the elements are not sorted, complexity is O(N).",
        arity: .atLeast(2),
        flags: [.dangerous, .movableKeys, .repacks],
        keys: [.first],
        syntax:
            "key [BY by-pattern:pattern] [LIMIT offset:integer count:integer] "
            + "[GET get-pattern:pattern ...] [ASC | DESC] [ALPHA]"
    )

    public static func run(_ call: inout Call, in keyspace: inout Keyspace) throws(ErrorReply) {
        let request = try SortRequest(&call, mayStore: false)
        try keyspace.unpackSortedSet(request.key)
        let elements = try request.elements(in: keyspace, forScript: call.isInScript)
        request.answer(elements, in: keyspace, &call.reply)
    }
}

extension Keyspace {
    /// Redis sorts no packed sorted set, and leaves what it has unpacked so.
    fileprivate mutating func unpackSortedSet(_ key: Bytes) throws(ErrorReply) {
        guard case .sortedSet = peek(key)?.value else { return }
        try sortedSetForUpdate(key)?.prepare(memberCount: .max, limits: sortedSetLimits)
    }
}
