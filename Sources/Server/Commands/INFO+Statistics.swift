// SPDX-License-Identifier: Apache-2.0

import Commands
import Containers
import Primitives
import Store

extension InfoText {
    mutating func commands(_ dispatcher: borrowing Dispatcher) {
        section("Commandstats")
        for entry in dispatcher.table.entries.flatMap({ [$0] + $0.subcommands })
        where entry.callCount + entry.rejectedCount + entry.failedCount > 0 {
            let microseconds = CycleClock.nanoseconds(entry.ticks) / 1000
            let mean = Double(microseconds) / Double(max(1, entry.callCount))
            field(
                "cmdstat_\(entry.shownName)",
                "calls=\(entry.callCount),usec=\(microseconds),usec_per_call="
                    + "\(Self.decimal(mean)),rejected_calls=\(entry.rejectedCount),"
                    + "failed_calls=\(entry.failedCount)")
        }
    }

    mutating func errors(_ dispatcher: borrowing Dispatcher) {
        section("Errorstats")
        for (code, count) in dispatcher.errorCounts.byCode.sorted(by: { $0.key < $1.key }) {
            field("errorstat_\(Self.safe(code))", "count=\(count)")
        }
    }

    /// A name without the characters that separate fields.
    private static func safe(_ name: String) -> String {
        String(name.map { "#:\n\r".contains($0) ? "_" : $0 })
    }

    mutating func latencies(_ dispatcher: borrowing Dispatcher, _ host: Host) {
        section("Latencystats")
        let percentiles = host.configuration.words("latency-tracking-info-percentiles")
        for entry in dispatcher.table.entries.flatMap({ [$0] + $0.subcommands })
        where !entry.histogram.isEmpty {
            let values = percentiles.map { percent in
                let nanoseconds = entry.histogram.percentile(Double(percent) ?? 0)
                return "p\(percent)=\(Self.thousandths(nanoseconds))"
            }
            field(
                "latency_percentiles_usec_\(entry.shownName)", values.joined(separator: ","))
        }
    }

    /// Nanoseconds as microseconds with three decimals.
    private static func thousandths(_ nanoseconds: UInt64) -> String {
        let digits = String(nanoseconds % 1000)
        let zeros = String(repeating: "0", count: 3 - digits.count)
        return "\(nanoseconds / 1000).\(zeros)\(digits)"
    }

    /// To four decimals.
    private static func rounded(_ number: Double) -> Double { (number * 1e4).rounded() / 1e4 }

    /// What searches of vector sets find of the truth, measured on a sample of them.
    mutating func vectors(_ host: Host) {
        section("Vectors")
        let recall = host.recallMonitor.board.statistics
        field("recall_sampling", host.configuration.isOn("recall-sampling"))
        field("recall_samples", recall?.sampleCount ?? 0)
        if let recall {
            field("recall_mean", Self.rounded(recall.mean))
            field("recall_p5", Self.rounded(recall.fifthPercentile))
        }
        field("recall_cpu_seconds", Self.rounded(host.recallMonitor.cpuSeconds))
    }

    mutating func threads(_ host: Host) {
        section("Threads")
        let timing = "clients=\(host.clients.count)"
        field("io_thread_0", timing + ",reads=0,writes=0")
    }

    mutating func loops(_ dispatcher: borrowing Dispatcher, _ host: Host) {
        let timing = dispatcher.timing
        let commands = dispatcher.table.entries.flatMap { [$0] + $0.subcommands }
        let ticks = commands.reduce(0) { $0 &+ $1.ticks }
        field("total_reads_processed", timing.batchCount)
        field("total_writes_processed", timing.batchCount)
        for name in [
            "io_threaded_reads_processed", "io_threaded_writes_processed",
            "io_threaded_total_prefetch_batches", "io_threaded_total_prefetch_entries",
        ] {
            field(name, 0)
        }
        field("client_query_buffer_limit_disconnections", host.statistics.queryLimitDisconnections)
        field(
            "client_output_buffer_limit_disconnections", host.statistics.outputLimitDisconnections)
        field("reply_buffer_shrinks", host.statistics.replyBufferShrinks)
        field("reply_buffer_expands", host.statistics.replyBufferExpansions)
        field("eventloop_cycles", timing.batchCount)
        field("eventloop_duration_sum", CycleClock.nanoseconds(timing.batchTicks) / 1000)
        field("eventloop_duration_cmd_sum", CycleClock.nanoseconds(ticks) / 1000)
        field("instantaneous_eventloop_cycles_per_sec", host.statistics.batchesPerSecond)
        field("instantaneous_eventloop_duration_usec", host.statistics.batchMicroseconds)
    }

    mutating func debug(_ dispatcher: borrowing Dispatcher, _ host: Host) {
        let timing = dispatcher.timing
        section("Debug")
        field("eventloop_duration_aof_sum", 0)
        field("eventloop_duration_cron_sum", CycleClock.nanoseconds(timing.timerTicks) / 1000)
        field("eventloop_duration_max", CycleClock.nanoseconds(timing.longestBatchTicks) / 1000)
        field("eventloop_cmd_per_cycle_max", timing.largestBatch)
    }

    mutating func access(_ dispatcher: borrowing Dispatcher) {
        let counts = dispatcher.access.log.counts
        for (name, reason) in [
            ("auth", "auth"), ("cmd", "command"), ("key", "key"), ("channel", "channel"),
        ] {
            field("acl_access_denied_\(name)", counts[reason] ?? 0)
        }
    }
}
