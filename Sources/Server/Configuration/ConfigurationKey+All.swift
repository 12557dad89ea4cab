// SPDX-License-Identifier: Apache-2.0

import Store

extension ConfigurationKey {
    private static let count = ConfigurationKey.Kind.integer(0...Int64(Int32.max))
    /// In microseconds.
    private static let delay = ConfigurationKey.Kind.integer(0...Int64(Int32.max))
    private static let size = ConfigurationKey.Kind.integer(0...Int64.max)
    /// As `size`, and kept without a sign in Redis.
    private static let entries = ConfigurationKey.Kind.count(0...Int64.max)
    private static let memory = ConfigurationKey.Kind.memory(0...Int64.max)

    /// Every key there is, by name.
    static let all: [String: ConfigurationKey] = Dictionary(
        (network + statistics + storage + memoryKeys + encodings + compatibility + log + elsewhere)
            .map { ($0.name, $0) },
        uniquingKeysWith: { first, _ in first })

    /// The key of this name or older name, in any case.
    static func named(_ name: String) -> ConfigurationKey? {
        let lowered = name.lowercased()
        return all[lowered] ?? all.values.first { $0.alias == lowered }
    }

    private static let network: [ConfigurationKey] = [
        .init("acl-pubsub-default", .oneOf(["allchannels", "resetchannels"]), "resetchannels"),
        .init("aclfile", .text, "", .atStartOnly),
        .init("acllog-max-len", size, "128"),
        .init(
            "bind", .words, "127.0.0.1",
            .listening("Failed to bind to specified addresses while Engram is running.")),
        .init(
            "client-output-buffer-limit", .outputLimits,
            "normal 0 0 0 slave 268435456 67108864 60 pubsub 33554432 8388608 60"),
        .init("client-default-resp", .count(2...3), "2", .atStartOnly, isHidden: true),
        .init("client-query-buffer-limit", .memory(1_048_576...Int64.max), "1073741824"),
        .init("databases", .integer(1...65_536), "16", .atStartOnly),
        .init("io-threads", .integer(1...128), "1", .atStartOnly),
        .init("busy-reply-threshold", size, "5000", alias: "lua-time-limit"),
        .init("maxclients", .count(1...Int64(UInt32.max)), "10000"),
        .init("notify-keyspace-events", .events, ""),
        .init(
            "port", .integer(0...65_535), "6379",
            .listening("Unable to listen on this port while Engram is running.")),
        .init("protected-mode", .flag, "yes"),
        .init("proto-max-bulk-len", .memory(1_048_576...2_147_483_647), "536870912"),
        .init("requirepass", .text, ""),
        .init(
            "supervised", .oneOf(["no", "systemd", "auto"], planned: ["upstart"]), "no",
            .atStartOnly),
        .init("tcp-backlog", count, "511", .atStartOnly),
        .init("tcp-keepalive", count, "300"),
        .init("timeout", count, "0"),
        .init("tracking-table-max-keys", entries, "1000000"),
        .init("unixsocket", .text, "", .atStartOnly),
        .init("unixsocketperm", .permissions, "0", .atStartOnly),
    ]

    private static let statistics: [ConfigurationKey] = [
        .init("latency-monitor-threshold", size, "0"),
        .init("latency-tracking", .flag, "yes"),
        .init("latency-tracking-info-percentiles", .percentiles, "50 99 99.9"),
        .init("recall-sampling", .flag, "yes"),
        .init("slowlog-log-slower-than", .integer(-1...Int64.max), "10000"),
        .init("slowlog-max-len", size, "128"),
    ]

    private static let storage: [ConfigurationKey] = [
        .init("dbfilename", .fileName, "dump.rdb", .whenUnprotected),
        .init("dir", .directory, ".", .whenUnprotected),
        .init("enable-debug-command", .oneOf(["no", "yes", "local"]), "no", .atStartOnly),
        .init("enable-protected-configs", .oneOf(["no", "yes", "local"]), "no", .atStartOnly),
        .init("key-load-delay", delay, "0", isHidden: true),
        .init("logfile", .text, "", .atStartOnly),
        .init("pidfile", .text, "", .atStartOnly),
        .init("loglevel", .oneOf(["debug", "verbose", "notice", "warning", "nothing"]), "notice"),
        .init("rdbchecksum", .flag, "yes", .atStartOnly),
        .init("rdb-key-save-delay", delay, "0", isHidden: true),
        .init("rdbcompression", .flag, "yes"),
        .init("save", .savePoints, "3600 1 300 100 60 10000"),
        .init("stop-writes-on-bgsave-error", .flag, "yes"),
    ]

    private static let memoryKeys: [ConfigurationKey] = [
        .init("lfu-decay-time", count, "1"),
        .init("lfu-log-factor", count, "10"),
        .init("maxmemory", memory, "0"),
        .init("maxmemory-clients", .memoryOrShare, "0"),
        .init("maxmemory-eviction-tenacity", .integer(0...100), "10"),
        .init("maxmemory-policy", .oneOf(EvictionPolicy.allCases.map(\.rawValue)), "noeviction"),
        .init("maxmemory-samples", .integer(1...64), "5"),
    ]

    private static let encodings: [ConfigurationKey] = [
        .init("hash-max-listpack-entries", entries, "512", alias: "hash-max-ziplist-entries"),
        .init("hash-max-listpack-value", memory, "64", alias: "hash-max-ziplist-value"),
        .init("hll-sparse-max-bytes", memory, "3000"),
        .init("list-compress-depth", count, "0"),
        .init(
            "list-max-listpack-size", .integer(Int64(Int32.min)...Int64(Int32.max)), "-2",
            alias: "list-max-ziplist-size"),
        .init("set-max-intset-entries", entries, "512"),
        .init("set-max-listpack-entries", entries, "128"),
        .init("set-max-listpack-value", entries, "64"),
        .init("stream-node-max-bytes", memory, "4096"),
        .init("stream-node-max-entries", size, "100"),
        .init("zset-max-listpack-entries", entries, "128", alias: "zset-max-ziplist-entries"),
        .init("zset-max-listpack-value", memory, "64", alias: "zset-max-ziplist-value"),
    ]

    /// Keys that existing configuration files and tools set, and that change nothing: Engram always
    /// does, or never needs, what they turn on. `Configuration.md` gives each its reason.
    private static let compatibility: [ConfigurationKey] = [
        .init("active-expire-effort", .integer(1...10), "1"),
        .init("activerehashing", .flag, "yes"),
        .init("always-show-logo", .flag, "no", .atStartOnly),
        .init("disable-thp", .flag, "yes", .atStartOnly),
        .init("dynamic-hz", .flag, "yes"),
        .init("hz", .clamped(1...500), "10"),
        .init("jemalloc-bg-thread", .flag, "yes"),
        .init("lazyexpire-nested-arbitrary-keys", .flag, "yes", isHidden: true),
        .init("lazyfree-lazy-eviction", .flag, "no"),
        .init("lazyfree-lazy-expire", .flag, "no"),
        .init("lazyfree-lazy-server-del", .flag, "no"),
        .init("lazyfree-lazy-user-del", .flag, "no"),
        .init("lazyfree-lazy-user-flush", .flag, "no"),
        .init("locale-collate", .locale, ""),
        .init("oom-score-adj", .oneOf(["no", "yes", "relative", "absolute"]), "no"),
        .init("oom-score-adj-values", .integers(count: 3, -2000...2000), "0 200 800"),
        .init("proc-title-template", .text, "{title} {listen-addr} {server-mode}"),
        .init("rdb-save-incremental-fsync", .flag, "yes"),
        .init("sanitize-dump-payload", .oneOf(["no", "yes", "clients"]), "no"),
        .init("set-proc-title", .flag, "yes", .atStartOnly),
        .init("shutdown-timeout", count, "10"),
    ]

    /// Redis's keys about the append-only log, which is to come: it is off, and only `no` is taken
    /// for turning it on.
    private static let log: [ConfigurationKey] = [
        .init("aof-load-truncated", .flag, "yes"),
        .init("aof-rewrite-incremental-fsync", .flag, "yes"),
        .init("aof-timestamp-enabled", .flag, "no"),
        .init("aof-use-rdb-preamble", .flag, "yes"),
        .init("appenddirname", .fileName, "appendonlydir", .atStartOnly),
        .init("appendfilename", .fileName, "appendonly.aof", .atStartOnly),
        .init("appendfsync", .oneOf(["everysec", "always", "no"]), "everysec"),
        .init("appendonly", .oneOf(["no"], planned: ["yes"]), "no"),
        .init("auto-aof-rewrite-min-size", memory, "67108864"),
        .init("auto-aof-rewrite-percentage", count, "100"),
        .init("no-appendfsync-on-rewrite", .flag, "no"),
    ]

    /// Redis's keys about replicas, clusters, TLS and processes, as they stand in its own example
    /// of a configuration: what they would turn on is not there, so only what leaves it off is
    /// taken.
    private static let elsewhere: [ConfigurationKey] = [
        .init("activedefrag", .oneOf(["no"], planned: ["yes"]), "no"),
        .init("cluster-enabled", .oneOf(["no"], planned: ["yes"]), "no", .atStartOnly),
        .init("daemonize", .oneOf(["no"], planned: ["yes"]), "no", .atStartOnly),
        .init("masterauth", .text, ""),
        .init("masteruser", .text, ""),
        .init("min-replicas-max-lag", count, "10", alias: "min-slaves-max-lag"),
        .init("min-replicas-to-write", count, "0", alias: "min-slaves-to-write"),
        .init("rdb-del-sync-files", .flag, "no"),
        .init("replica-announced", .flag, "yes"),
        .init("replica-ignore-maxmemory", .flag, "yes", alias: "slave-ignore-maxmemory"),
        .init("replica-lazy-flush", .flag, "no", alias: "slave-lazy-flush"),
        .init("replica-priority", count, "100", alias: "slave-priority"),
        .init("replica-read-only", .flag, "yes", alias: "slave-read-only"),
        .init("replica-serve-stale-data", .flag, "yes", alias: "slave-serve-stale-data"),
        .init("replicaof", .oneOf([""]), "", .atStartOnly, alias: "slaveof"),
        .init("repl-backlog-size", .memory(1...Int64.max), "1048576"),
        .init("repl-backlog-ttl", size, "3600"),
        .init("repl-disable-tcp-nodelay", .flag, "no"),
        .init("repl-diskless-load", .oneOf(["disabled", "on-empty-db", "swapdb"]), "disabled"),
        .init("repl-diskless-sync", .flag, "yes"),
        .init("repl-diskless-sync-delay", count, "5"),
        .init("repl-diskless-sync-max-replicas", count, "0"),
        .init(
            "repl-ping-replica-period", .integer(1...Int64(Int32.max)), "10",
            alias: "repl-ping-slave-period"),
        .init("repl-timeout", .integer(1...Int64(Int32.max)), "60"),
        .init("syslog-enabled", .oneOf(["no"], planned: ["yes"]), "no", .atStartOnly),
        .init("tls-client-key-file-pass", .text, ""),
        .init("tls-key-file-pass", .text, ""),
        .init("tls-port", .integer(0...0), "0"),
    ]

    /// Words that Redis takes and shows as others, each behind its key.
    static let synonyms = ["oom-score-adj relative": "yes"]

    /// Keys whose values logs must not show.
    static let secrets: Set<String> = [
        "masterauth", "masteruser", "requirepass", "tls-client-key-file-pass", "tls-key-file-pass",
    ]
}
