// SPDX-License-Identifier: Apache-2.0

import Commands
import Foundation
import Primitives
import Store

extension InfoText {
    mutating func memory(_ host: Host, _ keyspace: inout Keyspace) {
        let report = host.memoryReport(&keyspace)
        section("Memory")
        bytes("used_memory", report.used)
        bytes("used_memory_rss", report.resident)
        bytes("used_memory_peak", report.peak)
        field("used_memory_peak_time", host.memory.peakMilliseconds / 1000)
        let share = 100 * Double(report.used) / Double(max(report.peak, 1))
        field("used_memory_peak_perc", Self.decimal(share) + "%")
        field("used_memory_overhead", report.overhead)
        field("used_memory_startup", report.atStart)
        field("used_memory_dataset", report.dataset)
        field("used_memory_dataset_perc", Self.decimal(report.datasetPercentage) + "%")
        field("allocator_allocated", report.allocator.allocated)
        field("allocator_active", report.allocator.active)
        field("allocator_resident", report.allocator.resident)
        field("allocator_muzzy", report.allocator.muzzy)
        bytes("total_system_memory", Int(clamping: ProcessInfo.processInfo.physicalMemory))
        scripts(host.scripts)
        bytes("maxmemory", host.memory.limit)
        field("maxmemory_policy", host.configuration["maxmemory-policy"])
        ratio("allocator_frag", report.allocator.active, report.allocator.allocated)
        ratio("allocator_rss", report.allocator.resident, report.allocator.active)
        ratio("rss_overhead", report.resident, report.allocator.resident)
        ratio("mem_fragmentation", report.resident, report.used)
        field("mem_not_counted_for_evict", 0)
        field("mem_replication_backlog", 0)
        field("mem_total_replication_buffers", 0)
        field("mem_replica_full_sync_buffer", 0)
        field("mem_clients_slaves", 0)
        field("mem_clients_normal", report.clients)
        field("mem_cluster_links", 0)
        field("mem_aof_buffer", 0)
        field("mem_allocator", ProcessMemory.allocatorName)
        field("mem_overhead_db_hashtable_rehashing", 0)
        field("active_defrag_running", 0)
        field("lazyfree_pending_objects", Reaper.pendingObjects)
        field("lazyfreed_objects", Reaper.releasedObjects)
    }

    private mutating func ratio(_ name: String, _ whole: Int, _ part: Int) {
        field("\(name)_ratio", Self.decimal(Double(whole) / Double(max(part, 1))))
        field("\(name)_bytes", whole - part)
    }
}
