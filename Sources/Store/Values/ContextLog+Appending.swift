// SPDX-License-Identifier: Apache-2.0

public import Primitives

extension ContextLog {
    /// What the append with this idempotency token answered, if it is one of the latest.
    public func reply(to token: Bytes) -> ContextReply? {
        replies.reply(to: ByteString(token))
    }

    /// Appends messages, all or none; their `seq` is given here. One change of the version.
    ///
    /// O(bytes of the messages). A result of a call that is no longer open is looked for in
    /// O(calls behind it).
    /// - Parameter token: remembered with the reply; it must not be known yet.
    @discardableResult
    public func append(
        _ messages: [ContextMessage], token: Bytes? = nil
    ) throws(ContextError) -> ContextReply {
        guard version < ContextLimits.numbers,
            nextSeq < ContextLimits.numbers - Int64(messages.count)
        else { throw .isFull }
        if let token, token.isEmpty || token.count > ContextLimits.idempotencyBytes {
            throw .invalidIdempotencyToken
        }
        try validate(messages)
        for message in messages {
            var message = message
            message.seq = nextSeq
            add(message)
            nextSeq += 1
        }
        version += 1
        let reply = ContextReply(seq: nextSeq - 1, version: version, tokens: totalTokens)
        if let token { replies.insert(ByteString(token), reply) }
        return reply
    }

    /// Checks what ``add(_:)`` relies on.
    func validate(_ messages: [ContextMessage]) throws(ContextError) {
        var dimension = dimension
        var newRoles: Set<ByteString> = []
        /// Calls that the messages make (true) or answer (false).
        var changed: [ByteString: Bool] = [:]
        for message in messages {
            try checkSizes(message)
            if let vector = message.vector {
                let got = vector.count / 4
                if dimension == 0 { dimension = got }
                guard got == dimension else {
                    throw .dimensionMismatch(got: got, expected: dimension)
                }
            }
            if roleIndex(of: message.role) == nil {
                newRoles.insert(ByteString(message.role))
                guard roles.count + newRoles.count <= ContextLimits.roles else {
                    throw .tooManyRoles
                }
            }
            if let result = message.result {
                let id = ByteString(result)
                guard changed[id] != nil || lastCall(id) != nil else { throw .unknownCall(id) }
                changed[id] = false
            }
            for call in message.calls {
                let id = ByteString(call)
                guard !(changed[id] ?? (openCalls[id] != nil)) else { throw .callIsOpen(id) }
                changed[id] = true
            }
        }
    }

    private func checkSizes(_ message: ContextMessage) throws(ContextError) {
        guard (1...ContextLimits.roleBytes).contains(message.role.count) else {
            throw .invalidRole
        }
        guard message.tokens <= ContextLimits.tokensOfMessage else { throw .tooManyTokens }
        guard message.calls.count <= ContextLimits.callsOfMessage else { throw .tooManyCalls }
        for call in message.calls where !(1...ContextLimits.callBytes).contains(call.count) {
            throw .invalidCall
        }
        guard let vector = message.vector else { return }
        guard vector.count % 4 == 0, (1...ContextLimits.dimension).contains(vector.count / 4)
        else { throw .invalidVector }
        for index in 0..<(vector.count / 4) {
            let bits = unsafe vector.buffer.loadUnaligned(
                fromByteOffset: index * 4, as: UInt32.self)
            guard Float(bitPattern: UInt32(littleEndian: bits)).isFinite else {
                throw .vectorNotFinite
            }
        }
    }

    /// Adds a valid message, whose number must be behind all others.
    func add(_ message: ContextMessage) {
        if let vector = message.vector, dimension == 0 { dimension = vector.count / 4 }
        let role = indexOfRole(message.role)
        // Before the message's own calls: it may use the id again.
        var links = AtomLinks(end: message.seq, previous: 0, next: 0)
        if let result = message.result { join(message.seq, result, &links) }
        let chunk = tailChunk(for: message.seq)
        if roles[role].chunks.last != chunk.firstSeq {
            roles[role].chunks.append(chunk.firstSeq)
        }
        chunk.append(message, role: UInt16(role), dimension: dimension)
        if message.result != nil || !message.calls.isEmpty {
            chunk.setLinks(links, at: chunk.count - 1)
        }
        for call in message.calls { openCalls[ByteString(call)] = message.seq }
        messageCount += 1
        totalTokens += Int64(message.tokens)
    }

    /// Puts the message `seq`, a result, behind the last member of its call's atom.
    private func join(_ seq: Int64, _ result: Bytes, _ links: inout AtomLinks) {
        let id = ByteString(result)
        guard let call = lastCall(id), let place = position(of: call) else { return }
        openCalls[id] = nil
        let root = root(at: place)
        guard let rootPosition = position(of: root) else { return }
        let last = self.links(at: rootPosition).end
        changeLinks(of: root) { $0.end = seq }
        changeLinks(of: last) { $0.next = seq }
        links = AtomLinks(end: root, previous: last, next: 0)
    }

    private func changeLinks(of seq: Int64, _ change: (inout AtomLinks) -> Void) {
        guard let position = position(of: seq) else { return }
        var links = links(at: position)
        change(&links)
        privateChunk(at: position.chunk).setLinks(links, at: position.index)
    }

    /// The chunk, not shared with a copy of the log any more.
    private func privateChunk(at index: Int) -> ContextChunk {
        if !isKnownUniquelyReferenced(&chunks[index]) {
            chunks[index] = ContextChunk(sharing: chunks[index])
        }
        return chunks[index]
    }

    /// The chunk that takes the next message.
    private func tailChunk(for seq: Int64) -> ContextChunk {
        if let last = chunks.last {
            if last.hasRoom(for: seq) { return privateChunk(at: chunks.count - 1) }
            privateChunk(at: chunks.count - 1).trim()
        }
        let chunk = ContextChunk(firstSeq: seq)
        chunks.append(chunk)
        return chunk
    }

    func roleIndex(of name: Bytes) -> Int? {
        for index in roles.indices where roles[index].name.withBytes({ $0 == name }) {
            return index
        }
        return nil
    }

    private func indexOfRole(_ name: Bytes) -> Int {
        if let index = roleIndex(of: name) { return index }
        roles.append(ContextRole(name: ByteString(name)))
        return roles.count - 1
    }
}
