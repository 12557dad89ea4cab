// SPDX-License-Identifier: Apache-2.0

public import Primitives
public import VectorSearch

/// Rebuilds the graphs of vector sets in a snapshot file, with no server.
///
/// All else in the file is copied byte for byte, whatever it is. The new file takes the place of
/// the old one at once and whole: until then the old one is untouched, and a kill at any moment
/// leaves at most a temporary file beside it.
public struct IndexRebuild: Sendable {
    /// Which sets, and how.
    public struct Options: Sendable {
        /// A glob that the key must match; nil for all.
        public var keyPattern: ByteString?
        /// M of the new graphs; nil keeps each set's own.
        public var m: Int?
        public var efConstruction = 200
        /// How the vectors are stored from now on; nil keeps it.
        public var quantization: VectorQuantization?
        public var threads = 1
        /// Reads the new file back, and keeps the old one if it is not sound or if the recall of a
        /// set has become worse by more than a point.
        public var verifies = false

        public init() {}

        /// Chooses the keys that match a glob.
        public mutating func select(_ glob: String) {
            keyPattern = ByteString(glob)
        }

        /// Chooses q8, bin, f16 or f32; false for another name.
        public mutating func setQuantization(named name: String) -> Bool {
            switch name {
            case "q8": quantization = .q8
            case "bin": quantization = .bin
            case "f32": quantization = .f32
            case "f16": quantization = .f16
            default: return false
            }
            return true
        }
    }

    /// What ``Options/m`` may be.
    public static let mRange = VectorIndexConfiguration.mRange

    /// What was done to one set.
    public struct SetReport: Sendable, Equatable {
        public var database: Int
        public var key: ByteString
        public var nodes: Int
        public var quantization: VectorQuantization
        public var m: Int
        /// Recall@10 at EF 200 against an exact sample; nil when the old graph was not usable.
        public var recallBefore: Double?
        public var recallAfter: Double
    }

    public struct Progress: Sendable {
        public var key: ByteString
        public var done: Int
        public var total: Int
    }

    public enum Failure: Error, CustomStringConvertible {
        case snapshot(SnapshotError)
        case index(key: ByteString, VectorIndexError)
        /// `verifies` found this, and the old file stays.
        case verification(String)

        public var description: String {
            switch self {
            case .snapshot(let error): error.description
            case .index(let key, let error): "cannot rebuild '\(key)': \(error)"
            case .verification(let reason): "the old file stays: \(reason)"
            }
        }
    }

    public let options: Options
    /// Told how far a graph is, from any thread; false calls the rebuild off.
    private let progress: @Sendable (Progress) -> Bool

    public init(
        _ options: Options, progress: @escaping @Sendable (Progress) -> Bool = { _ in true }
    ) {
        self.options = options
        self.progress = progress
    }

    /// Rebuilds the file at `path`; the sets come in its order. Without a set that fits, the file
    /// stays as it is.
    public func run(_ path: String) throws(Failure) -> [SetReport] {
        let content = try reading { () throws(FileError) in try File.contents(of: path) }
        var reader = try parsing(path) { () throws(RDBError) in try RDBReader(content) }
        var reports: [SetReport] = []
        var output: [UInt8] = []
        var copied = 0
        while let item = try parsing(path, { () throws(RDBError) in try reader.next() }) {
            guard case .key(let key) = item, case .vectorSet(let set) = key.value,
                options.selects(key.key)
            else { continue }
            let (rebuilt, report) = try rebuild(set, key)
            output += content[copied..<key.valueOffset]
            var encoder = RDBEncoder()
            encoder.value(.vectorSet(rebuilt))
            output += encoder.bytes
            copied = reader.offset
            reports.append(report)
        }
        if reports.isEmpty { return [] }
        let hasChecksum = reader.version >= RDBFormat.checksumVersion
        output += content[copied..<(content.count - (hasChecksum ? 8 : 0))]
        if hasChecksum {
            let checksum = CRC64.checksum(output.span)
            for offset in 0..<8 {
                output.append(UInt8(truncatingIfNeeded: checksum >> UInt64(8 * offset)))
            }
        }
        if options.verifies { try verify(output, reports) }
        do throws(SnapshotError) {
            try Snapshot.writeFile(path) { (write) throws(SnapshotError) in try write(output) }
        } catch {
            throw .snapshot(error)
        }
        return reports
    }

    private func reading<Result>(
        _ body: () throws(FileError) -> Result
    ) throws(Failure) -> Result {
        do throws(FileError) {
            return try body()
        } catch {
            throw .snapshot(.file(error))
        }
    }

    private func parsing<Result>(
        _ path: String, _ body: () throws(RDBError) -> Result
    ) throws(Failure) -> Result {
        do throws(RDBError) {
            return try body()
        } catch {
            throw .snapshot(.format(path: path, error))
        }
    }

    private func verify(_ output: [UInt8], _ reports: [SetReport]) throws(Failure) {
        if let fault = SnapshotCheck(output, nowMilliseconds: 0).fault {
            throw .verification("the new one is not sound: \(fault)")
        }
        for report in reports {
            if let before = report.recallBefore, report.recallAfter < before - 0.01 {
                throw .verification(
                    "the recall of '\(report.key)' went from \(before) to \(report.recallAfter)")
            }
        }
    }
}

extension IndexRebuild.Options {
    fileprivate func selects(_ key: ByteString) -> Bool {
        guard let keyPattern else { return true }
        return keyPattern.withBytes { pattern in
            key.withBytes { GlobPattern.matches($0, pattern) }
        }
    }
}

// MARK: - One set

extension IndexRebuild {
    private func rebuild(
        _ set: VectorSetRecord, _ key: RDBKey
    ) throws(Failure) -> (VectorSetRecord, SetReport) {
        let result: (VectorSetRecord, SetReport)?
        do throws(VectorIndexError) {
            result = try rebuildUnlessCancelled(set, key)
        } catch {
            throw .index(key: key.key, error)
        }
        guard let result else { throw .snapshot(.cancelled) }
        return result
    }

    private func rebuildUnlessCancelled(
        _ set: VectorSetRecord, _ key: RDBKey
    ) throws(VectorIndexError) -> (VectorSetRecord, SetReport)? {
        var before: Double?
        if let index = set.index() { before = try recall(of: index) }
        let configuration = try VectorIndexConfiguration(
            dimensions: set.dimensions,
            quantization: options.quantization ?? set.quantization.stored,
            m: options.m ?? set.m, metric: set.metric, seed: 1)
        let builder = IndexBuilder(
            configuration: configuration, efConstruction: options.efConstruction,
            threads: options.threads)
        let name = key.key
        let total = set.nodes.count
        let progress = progress
        let built = try builder.build(count: total, vector: { set.vector(at: $0) }) { done in
            progress(Progress(key: name, done: done, total: total))
        }
        guard let built else { return nil }
        let report = SetReport(
            database: key.database, key: name, nodes: total,
            quantization: configuration.quantization, m: configuration.m,
            recallBefore: before, recallAfter: try recall(of: built.index))
        return (set.relinked(as: built.index, built.nodes), report)
    }

    private func recall(of index: HNSWIndex) throws(VectorIndexError) -> Double {
        // The same sample before and after.
        var random = RandomSource(seed: 1)
        return try RecallSample.measure(index, using: &random).recall
    }
}
