// SPDX-License-Identifier: Apache-2.0

import Commands
import Durability
import Foundation
import Primitives
import Scripting
import Store
import Synchronization

extension InfoText {
    mutating func server(_ host: Host, _ nowMicroseconds: Int64) {
        let seconds = (nowMicroseconds / 1000 - host.identity.startMilliseconds) / 1000
        section("Server")
        field("redis_version", EngramVersion.redis)
        field("engram_version", EngramVersion.engram)
        field("redis_git_sha1", "00000000")
        field("redis_git_dirty", 0)
        field("redis_build_id", "0")
        field("redis_mode", "standalone")
        field("os", ProcessInfo.processInfo.operatingSystemVersionString)
        field("arch_bits", Int.bitWidth)
        field("monotonic_clock", "processor's counter or POSIX clock_gettime")
        field("multiplexing_api", "epoll")
        field("process_id", File.processIdentifier)
        field("process_supervised", host.supervision)
        field("run_id", host.identity.runID)
        field("tcp_port", host.configuration["port"])
        field("server_time_usec", nowMicroseconds)
        field("uptime_in_seconds", seconds)
        field("uptime_in_days", seconds / 86_400)
        field("hz", host.configuration["hz"])
        field("configured_hz", host.configuration["hz"])
        field("lru_clock", (nowMicroseconds / 1_000_000) & 0xFF_FFFF)
        field("executable", ProcessInfo.processInfo.arguments.first ?? "engram")
        field("config_file", host.configuration.path ?? "")
        field("io_threads_active", host.configuration.integer("io-threads") > 1)
        let addresses = host.configuration.words("bind").map { "bind=\($0)" }
        let port = "port=\(host.configuration["port"])"
        field("listener0", (["name=tcp"] + addresses + [port]).joined(separator: ","))
        let path = host.configuration["unixsocket"]
        if !path.isEmpty { field("listener1", "name=unix,bind=\(path)") }
    }

    mutating func clients(_ host: Host, _ dispatcher: borrowing Dispatcher) {
        let clients = host.clients.values
        section("Clients")
        field("connected_clients", clients.count)
        field("cluster_connections", 0)
        field("maxclients", host.maximumClients)
        field("client_recent_max_input_buffer", clients.map(\.waitingBytes).max() ?? 0)
        field("client_recent_max_output_buffer", clients.map(\.outputBytes).max() ?? 0)
        let postponed = clients.count { $0.isPostponed }
        field("blocked_clients", dispatcher.blockedCount + postponed)
        field("tracking_clients", dispatcher.trackingCounts.clients)
        field("pubsub_clients", dispatcher.subscriberCounts.clients)
        field("watching_clients", clients.count { $0.session.watchedCount > 0 })
        field("clients_in_timeout_table", dispatcher.blockedCount)
        field("total_watched_keys", clients.reduce(0) { $0 + $1.session.watchedCount })
        field("total_blocking_keys", dispatcher.blockingKeyCount())
        field("total_blocking_keys_on_nokey", dispatcher.blockingKeyCount(whenGone: true))
    }

    mutating func persistence(_ host: Host, _ keyspace: borrowing Keyspace) {
        let state = host.persistence
        let running = state.background
        let now = WallClock.microseconds() / 1000
        section("Persistence")
        field("loading", 0)
        field("async_loading", 0)
        field("current_cow_peak", 0)
        field("current_cow_size", 0)
        field("current_cow_size_age", 0)
        let written = running?.writtenKeys.load(ordering: .relaxed) ?? 0
        field("current_fork_perc", "0.00")
        field("current_save_keys_processed", written)
        field("current_save_keys_total", running?.keyCount ?? 0)
        field("rdb_changes_since_last_save", state.unsavedChanges(in: keyspace))
        field("rdb_bgsave_in_progress", running != nil)
        field("rdb_last_save_time", state.lastSaveMilliseconds / 1000)
        field("rdb_last_bgsave_status", state.didLastSaveWork ? "ok" : "err")
        field("rdb_last_bgsave_time_sec", state.lastDurationSeconds)
        let seconds = running.map { (now - $0.startMilliseconds) / 1000 } ?? -1
        field("rdb_current_bgsave_time_sec", seconds)
        field("rdb_saves", state.saveCount)
        field("rdb_last_cow_size", 0)
        field("rdb_last_load_keys_expired", state.loaded?.expiredKeys ?? 0)
        field("rdb_last_load_keys_loaded", state.loaded?.loadedKeys ?? 0)
        for name in ["aof_enabled", "aof_rewrite_in_progress", "aof_rewrite_scheduled"] {
            field(name, 0)
        }
        field("aof_last_rewrite_time_sec", -1)
        field("aof_current_rewrite_time_sec", -1)
        field("aof_last_bgrewrite_status", "ok")
        field("aof_rewrites", 0)
        field("aof_rewrites_consecutive_failures", 0)
        field("aof_last_write_status", "ok")
        field("aof_last_cow_size", 0)
        field("module_fork_in_progress", 0)
        field("module_fork_last_cow_size", 0)
    }

    mutating func statistics(
        _ host: Host, _ keyspace: borrowing Keyspace, _ dispatcher: borrowing Dispatcher
    ) {
        let counters = host.statistics
        let keys = keyspace.statistics
        section("Stats")
        field("total_connections_received", counters.connections)
        field("total_commands_processed", dispatcher.commandCount)
        field("instantaneous_ops_per_sec", counters.operationsPerSecond)
        field("total_net_input_bytes", counters.receivedBytes)
        field("total_net_output_bytes", counters.sentBytes)
        field("total_net_repl_input_bytes", 0)
        field("total_net_repl_output_bytes", 0)
        field("instantaneous_input_kbps", Self.decimal(counters.receivedKilobytesPerSecond))
        field("instantaneous_output_kbps", Self.decimal(counters.sentKilobytesPerSecond))
        field("instantaneous_input_repl_kbps", "0.00")
        field("instantaneous_output_repl_kbps", "0.00")
        field("rejected_connections", counters.rejectedConnections)
        for name in ["sync_full", "sync_partial_ok", "sync_partial_err"] { field(name, 0) }
        field("expired_subkeys", keys.expiredFields)
        field("expired_keys", keys.expiredKeys)
        field("expired_stale_perc", "0.00")
        field("expired_time_cap_reached_count", 0)
        field(
            "expire_cycle_cpu_milliseconds",
            CycleClock.nanoseconds(dispatcher.timing.timerTicks) / 1_000_000)
        field("evicted_keys", keys.evictedKeys)
        field("evicted_clients", counters.evictedClients)
        field("evicted_scripts", host.scripts.evictedScripts)
        let excess = host.memory.exceededMicroseconds(at: WallClock.microseconds())
        field("total_eviction_exceeded_time", excess.total / 1000)
        field("current_eviction_exceeded_time", excess.current / 1000)
        field("keyspace_hits", keys.hits)
        field("keyspace_misses", keys.misses)
        let subscribers = dispatcher.subscriberCounts
        field("pubsub_channels", subscribers.channels)
        field("pubsub_patterns", subscribers.patterns)
        field("pubsubshard_channels", subscribers.shardChannels)
        field("latest_fork_usec", 0)
        field("total_forks", 0)
        field("migrate_cached_sockets", 0)
        field("slave_expires_tracked_keys", 0)
        for name in [
            "active_defrag_hits", "active_defrag_misses", "active_defrag_key_hits",
            "active_defrag_key_misses", "total_active_defrag_time", "current_active_defrag_time",
        ] {
            field(name, 0)
        }
        let tracking = dispatcher.trackingCounts
        field("tracking_total_keys", tracking.keys)
        field("tracking_total_items", tracking.items)
        field("tracking_total_prefixes", tracking.prefixes)
        field("unexpected_error_replies", 0)
        field("total_error_replies", dispatcher.errorCounts.total)
        field("dump_payload_sanitizations", 0)
        loops(dispatcher, host)
        access(dispatcher)
    }

    mutating func replication(_ host: Host) {
        section("Replication")
        field("role", "master")
        field("connected_slaves", 0)
        field("master_failover_state", "no-failover")
        field("master_replid", host.identity.replicationID)
        field("master_replid2", String(repeating: "0", count: 40))
        field("master_repl_offset", 0)
        field("second_repl_offset", -1)
        field("repl_backlog_active", 0)
        field("repl_backlog_size", 1_048_576)
        field("repl_backlog_first_byte_offset", 0)
        field("repl_backlog_histlen", 0)
    }

    mutating func processor() {
        var usage = rusage()
        unsafe getrusage(RUSAGE_SELF.rawValue, &usage)
        section("CPU")
        field("used_cpu_sys", Self.seconds(usage.ru_stime))
        field("used_cpu_user", Self.seconds(usage.ru_utime))
        field("used_cpu_sys_children", "0.000000")
        field("used_cpu_user_children", "0.000000")
        // Every event loop answers requests; the process is the nearest there is to a main thread.
        field("used_cpu_sys_main_thread", Self.seconds(usage.ru_stime))
        field("used_cpu_user_main_thread", Self.seconds(usage.ru_utime))
    }

    private static func seconds(_ time: timeval) -> String {
        let digits = String(time.tv_usec)
        return "\(time.tv_sec)." + String(repeating: "0", count: 6 - digits.count) + digits
    }

    mutating func modules() {
        section("Modules")
        field(
            "module",
            "name=vectorset,ver=1,api=1,filters=0,usedby=[],using=[],options=[handle-io-errors]")
    }

    mutating func cluster() {
        section("Cluster")
        field("cluster_enabled", 0)
    }

    mutating func keyspace(_ keyspace: inout Keyspace) {
        section("Keyspace")
        for index in 0..<keyspace.databaseCount {
            let (keys, expiring, collections, mean) = keyspace.inDatabase(index) {
                (
                    $0.count, $0.expiringCount, $0.expiringCollectionCount,
                    $0.meanTimeToLiveMilliseconds
                )
            }
            guard keys > 0 else { continue }
            field(
                "db\(index)",
                "keys=\(keys),expires=\(expiring),avg_ttl=\(mean),subexpiry=\(collections)")
        }
    }
}
