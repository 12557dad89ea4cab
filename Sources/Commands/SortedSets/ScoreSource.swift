// SPDX-License-Identifier: Apache-2.0

import Containers
import Primitives
import RESP
import Store

/// A set that a combination is made of. In one that is not sorted every score is 1.
///
/// Views of members are good while the source lives and its set does not change.
struct ScoreSource {
    private enum Kind {
        case missing
        case sortedSet(SortedSetValue)
        /// A set, with the text of its members if they are integers.
        case set(SetValue, texts: [ByteString])
    }

    private let kind: Kind
    var weight = 1.0

    /// What stands at a key.
    /// - Throws: `WRONGTYPE` for what is no set.
    init(at key: Bytes, in keyspace: borrowing Keyspace) throws(ErrorReply) {
        switch keyspace.find(key)?.value {
        case nil: kind = .missing
        case .sortedSet(let set): kind = .sortedSet(set)
        case .set(let set):
            var texts: [ByteString] = []
            set.forEach { member in
                if case .integer = member { texts.append(member.string) }
            }
            kind = .set(set, texts: texts)
        case .string, .list, .hash, .stream, .vectorSet, .context: throw .wrongType
        }
    }

    var count: Int {
        switch kind {
        case .missing: 0
        case .sortedSet(let set): set.count
        case .set(let set, _): set.count
        }
    }

    func score(of member: Bytes) -> Double? {
        switch kind {
        case .missing: nil
        case .sortedSet(let set): set.score(of: member)
        case .set(let set, _): set.contains(member) ? 1 : nil
        }
    }

    /// Calls `body` with every member and its score while it returns true.
    func walk(_ body: (_ member: Bytes, _ score: Double) -> Bool) {
        switch kind {
        case .missing: break
        case .sortedSet(let set): set.walk(0..<set.count, body)
        case .set(let set, let texts):
            var isWanted = true
            for text in texts where isWanted {
                // The text does not move while this source holds it.
                isWanted = body(text.withBytes { $0 }, 1)
            }
            guard isWanted else { return }
            _ = set.allSatisfy { member in
                guard case .bytes(let bytes) = member else { return true }
                return body(bytes, 1)
            }
        }
    }
}
