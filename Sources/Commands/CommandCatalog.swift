// SPDX-License-Identifier: Apache-2.0

/// All commands whose bodies are in this module, a line each.
public enum CommandCatalog {
    public static var all: [any Command.Type] {
        strings + bitmaps + hyperLogLogs + keys + lists + sets + sortedSets + geo + hashes + streams
            + vectors + contexts + connection + transactions + pubSub
            + cluster
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

    // Sources/Commands/Bitmaps
    static let bitmaps: [any Command.Type] = [
        BITCOUNT.self,
        BITFIELD.self,
        BITFIELD_RO.self,
        BITOP.self,
        BITPOS.self,
        GETBIT.self,
        SETBIT.self,
    ]

    // Sources/Commands/HyperLogLogs
    static let hyperLogLogs: [any Command.Type] = [
        PFADD.self,
        PFCOUNT.self,
        PFDEBUG.self,
        PFMERGE.self,
        PFSELFTEST.self,
    ]

    // Sources/Commands/Keys
    static let keys: [any Command.Type] = [
        COPY.self,
        DBSIZE.self,
        DEL.self,
        DUMP.self,
        EXISTS.self,
        EXPIRE.self,
        EXPIREAT.self,
        EXPIRETIME.self,
        FLUSHALL.self,
        FLUSHDB.self,
        KEYS.self,
        LOLWUT.self,
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
        RESTORE.self,
        RESTORE_ASKING.self,
        SCAN.self,
        SORT.self,
        SORT_RO.self,
        SWAPDB.self,
        TOUCH.self,
        TTL.self,
        TYPE.self,
        UNLINK.self,
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

    // Sources/Commands/Sets
    static let sets: [any Command.Type] = [
        SADD.self,
        SCARD.self,
        SDIFF.self,
        SDIFFSTORE.self,
        SINTER.self,
        SINTERCARD.self,
        SINTERSTORE.self,
        SISMEMBER.self,
        SMEMBERS.self,
        SMISMEMBER.self,
        SMOVE.self,
        SPOP.self,
        SRANDMEMBER.self,
        SREM.self,
        SSCAN.self,
        SUNION.self,
        SUNIONSTORE.self,
    ]

    // Sources/Commands/SortedSets
    static let sortedSets: [any Command.Type] = [
        BZMPOP.self,
        BZPOPMAX.self,
        BZPOPMIN.self,
        ZADD.self,
        ZCARD.self,
        ZCOUNT.self,
        ZDIFF.self,
        ZDIFFSTORE.self,
        ZINCRBY.self,
        ZINTER.self,
        ZINTERCARD.self,
        ZINTERSTORE.self,
        ZLEXCOUNT.self,
        ZMPOP.self,
        ZMSCORE.self,
        ZPOPMAX.self,
        ZPOPMIN.self,
        ZRANDMEMBER.self,
        ZRANGE.self,
        ZRANGEBYLEX.self,
        ZRANGEBYSCORE.self,
        ZRANGESTORE.self,
        ZRANK.self,
        ZREM.self,
        ZREMRANGEBYLEX.self,
        ZREMRANGEBYRANK.self,
        ZREMRANGEBYSCORE.self,
        ZREVRANGE.self,
        ZREVRANGEBYLEX.self,
        ZREVRANGEBYSCORE.self,
        ZREVRANK.self,
        ZSCAN.self,
        ZSCORE.self,
        ZUNION.self,
        ZUNIONSTORE.self,
    ]

    // Sources/Commands/Geo
    static let geo: [any Command.Type] = [
        GEOADD.self,
        GEODIST.self,
        GEOHASH.self,
        GEOPOS.self,
        GEORADIUS.self,
        GEORADIUSBYMEMBER.self,
        GEORADIUSBYMEMBER_RO.self,
        GEORADIUS_RO.self,
        GEOSEARCH.self,
        GEOSEARCHSTORE.self,
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

    // Sources/Commands/Streams
    static let streams: [any Command.Type] = [
        XACK.self,
        XACKDEL.self,
        XADD.self,
        XAUTOCLAIM.self,
        XCLAIM.self,
        XDEL.self,
        XDELEX.self,
        XGROUP.self,
        XINFO.self,
        XLEN.self,
        XPENDING.self,
        XRANGE.self,
        XREAD.self,
        XREADGROUP.self,
        XREVRANGE.self,
        XSETID.self,
        XTRIM.self,
    ]

    // Sources/Commands/Vectors
    static let vectors: [any Command.Type] = [
        VADD.self,
        VCARD.self,
        VDIM.self,
        VEMB.self,
        VEXPIRE.self,
        VEXPIREAT.self,
        VEXPIRETIME.self,
        VGETATTR.self,
        VINFO.self,
        VISMEMBER.self,
        VLINKS.self,
        VPERSIST.self,
        VPEXPIRE.self,
        VPEXPIREAT.self,
        VPEXPIRETIME.self,
        VPTTL.self,
        VRANDMEMBER.self,
        VRANGE.self,
        VREM.self,
        VSETATTR.self,
        VSIM.self,
        VTTL.self,
    ]

    // Sources/Commands/Contexts
    static let contexts: [any Command.Type] = [
        CTX_APPEND.self,
        CTX_DEL.self,
        CTX_FETCH.self,
        CTX_GET.self,
        CTX_INFO.self,
        CTX_LEN.self,
        CTX_RANGE.self,
        CTX_TRIM.self,
    ]

    // Sources/Commands/Connection
    static let connection: [any Command.Type] = [
        COMMAND.self,
        ECHO.self,
        MONITOR.self,
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

    // Sources/Commands/PubSub
    static let pubSub: [any Command.Type] = [
        PSUBSCRIBE.self,
        PUBLISH.self,
        PUBSUB.self,
        PUNSUBSCRIBE.self,
        SPUBLISH.self,
        SSUBSCRIBE.self,
        SUBSCRIBE.self,
        SUNSUBSCRIBE.self,
        UNSUBSCRIBE.self,
    ]

    // Sources/Commands/Cluster
    static let cluster: [any Command.Type] = [
        ASKING.self,
        CLUSTER.self,
        READONLY.self,
        READWRITE.self,
    ]
}
