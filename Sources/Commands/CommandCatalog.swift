// SPDX-License-Identifier: Apache-2.0

/// All commands whose bodies are in this module, a line each.
public enum CommandCatalog {
    public static var all: [any Command.Type] {
        strings + keys + lists + hashes + vectors + contexts + connection + transactions
    }

    // Sources/Commands/Strings
    static let strings: [any Command.Type] = [
        GET.self,
        INCR.self,
        SET.self,
    ]

    // Sources/Commands/Keys
    static let keys: [any Command.Type] = [
        DEL.self
    ]

    // Sources/Commands/Lists
    static let lists: [any Command.Type] = [
        BLMOVE.self,
        BLMPOP.self,
        BLPOP.self,
        BRPOP.self,
        BRPOPLPUSH.self,
        LINDEX.self,
        LINSERT.self,
        LLEN.self,
        LMOVE.self,
        LMPOP.self,
        LPOP.self,
        LPOS.self,
        LPUSH.self,
        LPUSHX.self,
        LRANGE.self,
        LREM.self,
        LSET.self,
        LTRIM.self,
        RPOP.self,
        RPOPLPUSH.self,
        RPUSH.self,
        RPUSHX.self,
    ]

    // Sources/Commands/Hashes
    static let hashes: [any Command.Type] = [
        HDEL.self,
        HEXISTS.self,
        HEXPIRE.self,
        HEXPIREAT.self,
        HEXPIRETIME.self,
        HGET.self,
        HGETALL.self,
        HGETDEL.self,
        HGETEX.self,
        HINCRBY.self,
        HINCRBYFLOAT.self,
        HKEYS.self,
        HLEN.self,
        HMGET.self,
        HMSET.self,
        HPERSIST.self,
        HPEXPIRE.self,
        HPEXPIREAT.self,
        HPEXPIRETIME.self,
        HPTTL.self,
        HRANDFIELD.self,
        HSCAN.self,
        HSET.self,
        HSETEX.self,
        HSETNX.self,
        HSTRLEN.self,
        HTTL.self,
        HVALS.self,
    ]

    // Sources/Commands/Vectors
    static let vectors: [any Command.Type] = []

    // Sources/Commands/Contexts
    static let contexts: [any Command.Type] = []

    // Sources/Commands/Connection
    static let connection: [any Command.Type] = [
        ECHO.self,
        PING.self,
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
