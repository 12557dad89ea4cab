// SPDX-License-Identifier: Apache-2.0

/// All commands whose bodies are in this module, a line each.
public enum CommandCatalog {
    public static var all: [any Command.Type] {
        strings + keys + lists + hashes + vectors + contexts + connection + transactions
    }

    // Sources/Commands/Strings
    static let strings: [any Command.Type] = [
        APPEND.self,
        DECR.self,
        DECRBY.self,
        GET.self,
        GETDEL.self,
        GETEX.self,
        GETRANGE.self,
        GETSET.self,
        INCR.self,
        INCRBY.self,
        INCRBYFLOAT.self,
        LCS.self,
        MGET.self,
        MSET.self,
        MSETNX.self,
        PSETEX.self,
        SET.self,
        SETEX.self,
        SETNX.self,
        SETRANGE.self,
        STRLEN.self,
        SUBSTR.self,
    ]

    // Sources/Commands/Keys
    static let keys: [any Command.Type] = [
        COPY.self,
        DBSIZE.self,
        DEL.self,
        EXISTS.self,
        EXPIRE.self,
        EXPIREAT.self,
        EXPIRETIME.self,
        FLUSHALL.self,
        FLUSHDB.self,
        KEYS.self,
        MEMORY.self,
        MOVE.self,
        OBJECT.self,
        PERSIST.self,
        PEXPIRE.self,
        PEXPIREAT.self,
        PEXPIRETIME.self,
        PTTL.self,
        RANDOMKEY.self,
        RENAME.self,
        RENAMENX.self,
        SCAN.self,
        SWAPDB.self,
        TOUCH.self,
        TTL.self,
        TYPE.self,
        UNLINK.self,
    ]

    // Sources/Commands/Lists
    static let lists: [any Command.Type] = []

    // Sources/Commands/Hashes
    static let hashes: [any Command.Type] = []

    // Sources/Commands/Vectors
    static let vectors: [any Command.Type] = []

    // Sources/Commands/Contexts
    static let contexts: [any Command.Type] = []

    // Sources/Commands/Connection
    static let connection: [any Command.Type] = [
        ECHO.self,
        PING.self,
        QUIT.self,
        RESET.self,
        SELECT.self,
    ]

    // Sources/Commands/Transactions
    static let transactions: [any Command.Type] = [
        DISCARD.self,
        EXEC.self,
        MULTI.self,
        UNWATCH.self,
        WATCH.self,
    ]
}
