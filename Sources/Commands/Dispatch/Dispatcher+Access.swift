// SPDX-License-Identifier: Apache-2.0

public import Primitives
public import RESP

extension Dispatcher {
    /// The user that a client is.
    public func user(of session: Session) -> AccessUser { session.user ?? access.defaultUser }

    /// Refuses a command that the client may not run. Called only for clients of other users than
    /// the default one, or while that one is limited.
    @inline(never)
    mutating func authorize(
        _ entry: CommandEntry, _ call: borrowing Call
    ) throws(ErrorReply) {
        let session = call.session
        if access.requiresPassword, !session.isAuthenticated, !entry.flags.contains(.noAuth) {
            throw .authenticationRequired
        }
        let context: AccessLog.Context = session.transaction == nil ? .toplevel : .multi
        let words = call.arguments.all[...]
        // The log shows what the client was about to do.
        session.lastEntry = entry
        if let denial = denial(entry, words, session, context, at: call.nowMilliseconds) {
            throw denialReply(denial, entry, user(of: session))
        }
    }

    /// Why a client may not make this request, nil when it may; a refusal is logged.
    public mutating func denial(
        _ entry: CommandEntry, _ words: ArraySlice<Bytes>, _ session: Session,
        _ context: AccessLog.Context, at nowMilliseconds: Int64
    ) -> AccessDenial? {
        let user = user(of: session)
        guard !user.isUnlimited else { return nil }
        if entry.fullName.hasPrefix("sort") {
            session.mayReadEverything = user.mayReadEverything(entry, words)
        }
        guard let denial = user.denial(of: AccessRequest(entry, words)) else { return nil }
        let object: ByteString
        switch denial {
        case .command: object = ByteString(entry.shownName)
        case .key(let index), .channel(let index):
            object = ByteString(words[words.startIndex + index])
        }
        let client = host?.describe(session, at: nowMilliseconds) ?? ""
        access.log.add(
            denial.name, context, object: object, user: user.name, client: client,
            at: nowMilliseconds)
        return denial
    }

    /// What a client is told whose request was refused.
    public func denialReply(
        _ denial: AccessDenial, _ entry: CommandEntry, _ user: AccessUser
    ) -> ErrorReply {
        switch denial {
        case .command:
            ErrorReply(
                "NOPERM User \(user.name) has no permissions to run the '\(entry.shownName)' "
                    + "command"
            )
        case .key: ErrorReply("NOPERM No permissions to access a key")
        case .channel: ErrorReply("NOPERM No permissions to access a channel")
        }
    }

    /// Refuses a command of a transaction that its client may no longer run.
    mutating func authorizeQueued(
        _ entry: CommandEntry, _ call: borrowing Call
    ) throws(ErrorReply) {
        guard call.session.user != nil || access.guardsDefaultUser else { return }
        let words = call.arguments.all[...]
        let now = call.nowMilliseconds
        guard let denial = denial(entry, words, call.session, .multi, at: now) else { return }
        let reason =
            switch denial {
            case .command: "no permission to execute the command or subcommand"
            case .key: "no permission to touch the specified keys"
            case .channel:
                "no permission to access one of the channels used as arguments to the command"
            }
        throw ErrorReply(
            "NOPERM ACLs rules changed between the moment the transaction was accumulated and the "
                + "EXEC call. This command is no longer allowed for the following reason: "
                + reason)
    }

    /// What ACL DRYRUN answers for a user and a request: the refusal, or nil.
    public func dryRun(
        _ user: AccessUser, _ entry: CommandEntry, _ words: ArraySlice<Bytes>
    ) -> String? {
        guard let denial = user.denial(of: AccessRequest(entry, words)) else { return nil }
        switch denial {
        case .command:
            return "User \(user.name) has no permissions to run the '\(entry.shownName)' command"
        case .key(let index), .channel(let index):
            let object = words[words.startIndex + index].description
            return
                "User \(user.name) has no permissions to access the '\(object)' \(denial.name)"
        }
    }

    /// Lets a client in as a user, or logs that it was not.
    public mutating func authenticate(
        _ call: inout Call, _ name: Bytes, _ password: Bytes
    ) throws(ErrorReply) {
        let session = call.session
        guard let user = access.authenticated(name, password) else {
            let now = call.nowMilliseconds
            let client = host?.describe(session, at: now) ?? ""
            access.log.add(
                "auth", session.transaction == nil ? .toplevel : .multi,
                object: ByteString(call.arguments[0]), user: ByteString(name),
                client: client, at: now)
            throw ErrorReply("WRONGPASS invalid username-password pair or user is disabled.")
        }
        session.isAuthenticated = true
        session.user = user === access.defaultUser ? nil : user
    }

    /// Makes a client the default user, as it was when it came.
    public func deauthenticate(_ session: Session) {
        session.user = nil
        session.isAuthenticated = !access.requiresPassword
    }
}
