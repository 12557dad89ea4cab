// SPDX-License-Identifier: Apache-2.0

import Primitives
public import RESP
public import Store
import VectorSearch

/// Adds an element to a vector set, or gives it another vector.
///
/// EX and PX, which Redis does not have, let the element end; without them it stays, whatever was
/// said of it before, as a field does after HSET. METRIC, which Redis does not have either, says by
/// what elements are near each other; it is fixed by what makes the set. So is F16, a fourth form
/// of the stored vectors: half the bytes of NOQUANT.
public enum VADD: WriteCommand {
    public static let declaration = CommandDeclaration(
        name: "VADD",
        summary:
            "Add one or more elements to a vector set, or update its vector if it already exists",
        group: .vectorSet,
        since: "8.0.0",
        complexity:
            "O(log(N)) for each element added, where N is the number of elements in the vector set.",
        arity: .atLeast(1),
        flags: [.denyOutOfMemory],
        keys: [.first],
        syntax:
            "key [REDUCE dim:integer] <FP32 vector | VALUES num:integer value:double [value:double ...]> element [CAS] [NOQUANT | Q8 | BIN | F16] [EF build-exploration-factor:integer] [SETATTR attributes] [M numlinks:integer] [EX seconds:integer | PX milliseconds:integer] [METRIC <COSINE | L2 | IP>]"
    )

    public static func run(_ call: inout Call, in keyspace: inout Keyspace) throws(ErrorReply) {
        try call.arguments.requireCount(5...Int.max, of: "VADD")
        let key = try call.arguments.next()
        let request = try Request(&call.arguments, at: keyspace.nowMilliseconds)
        let isNew: Bool
        if let set = try keyspace.vectorSetForUpdate(key) {
            keyspace.endElement(request.element, of: set, at: key)
            isNew = try request.add(to: set)
            keyspace.didChangeMembers(of: set)
        } else {
            let set = try request.makeSet(
                serial: keyspace.nextSerial(), seed: keyspace.random.next())
            isNew = try request.add(to: set)
            keyspace.insert(key, .vectorSet(set))
        }
        keyspace.didChange(key, KeyspaceEvent(.vector, "vadd"))
        if request.deadline != nil { keyspace.notify(key, VectorSet.memberEvents.expires) }
        call.reply.boolean(isNew)
    }
}

extension VADD {
    /// What a client asks for, checked as far as it can be without the set.
    struct Request {
        var reducedDimensions: Int?
        let components: [Float]
        let element: Bytes
        var quantization = VectorQuantization.q8
        var efConstruction = 200
        var linkCount = 16
        var attribute: Bytes?
        /// Nil when none is named: then any set will do.
        var metric: VectorMetric?
        /// When the element ends, in milliseconds since 1970; nil when it stays.
        var deadline: Int64?

        init(_ arguments: inout Arguments, at nowMilliseconds: Int64) throws(ErrorReply) {
            if arguments.remaining > 2, arguments.consume("REDUCE") {
                guard let count = Int64(strict: try arguments.next()), count > 0, count <= 65_536
                else { throw VectorArguments.invalid }
                reducedDimensions = Int(count)
            }
            components = try VectorArguments(&arguments).components
            guard arguments.hasMore else { throw Arguments.wrongCount(of: "VADD") }
            element = try arguments.next()
            while arguments.hasMore { try readOption(&arguments, at: nowMilliseconds) }
            guard quantization != .bin || metric ?? .cosine == .cosine else {
                throw ErrorReply("ERR BIN keeps no lengths: METRIC must be cosine")
            }
        }

        private mutating func readOption(
            _ arguments: inout Arguments, at nowMilliseconds: Int64
        ) throws(ErrorReply) {
            if arguments.consume("CAS") {
                // Asks Redis to search for neighbours in a thread. The result is the same; an
                // insertion is one step here, as it is in Redis without CAS.
            } else if arguments.consume("NOQUANT") {
                quantization = .f32
            } else if arguments.consume("BIN") {
                quantization = .bin
            } else if arguments.consume("Q8") {
                quantization = .q8
            } else if arguments.consume("F16") {
                quantization = .f16
            } else if arguments.remaining > 1, arguments.consume("EF") {
                efConstruction = Int(
                    try arguments.integer(in: 1...1_000_000, else: ErrorReply("ERR invalid EF")))
            } else if arguments.remaining > 1, arguments.consume("M") {
                linkCount = Int(
                    try arguments.integer(in: 4...4096, else: ErrorReply("ERR invalid M")))
            } else if arguments.remaining > 1, arguments.consume("SETATTR") {
                attribute = try arguments.next()
            } else if arguments.remaining > 1, arguments.consume("METRIC") {
                metric = try VectorArguments.metric(&arguments)
            } else if arguments.remaining > 1, arguments.consume("EX") {
                try readDeadline(&arguments, unitMilliseconds: 1000, at: nowMilliseconds)
            } else if arguments.remaining > 1, arguments.consume("PX") {
                try readDeadline(&arguments, unitMilliseconds: 1, at: nowMilliseconds)
            } else {
                throw ErrorReply("ERR invalid option after element")
            }
        }

        private mutating func readDeadline(
            _ arguments: inout Arguments, unitMilliseconds: Int64, at nowMilliseconds: Int64
        ) throws(ErrorReply) {
            guard deadline == nil else {
                throw ErrorReply("ERR Only one of EX or PX arguments can be specified")
            }
            let deadline = try arguments.readMemberDeadline(
                unitMilliseconds: unitMilliseconds, base: nowMilliseconds, of: declaration)
            // An element that ends as it comes is a mistake, as in SET.
            guard deadline > nowMilliseconds else {
                throw ErrorReply("ERR invalid expire time in 'vadd' command")
            }
            self.deadline = deadline
        }

        func makeSet(serial: Int64, seed: UInt64) throws(ErrorReply) -> VectorSet {
            do throws(VectorIndexError) {
                let configuration = try VectorIndexConfiguration(
                    dimensions: reducedDimensions ?? components.count,
                    quantization: quantization, m: linkCount, metric: metric ?? .cosine,
                    seed: seed)
                var projection: RandomProjection?
                if let reducedDimensions {
                    projection = try RandomProjection(
                        inputDimensions: components.count, outputDimensions: reducedDimensions)
                }
                return VectorSet(
                    configuration: configuration, projection: projection, serial: serial)
            } catch {
                throw VectorArguments.invalid
            }
        }

        func add(to set: VectorSet) throws(ErrorReply) -> Bool {
            let vector = try vector(for: set)
            try VectorArguments.checkLength(of: vector, for: set)
            do throws(VectorIndexError) {
                return try set.add(
                    element, vector, attribute: attribute,
                    expiryMilliseconds: deadline ?? VectorSet.noExpiry,
                    efConstruction: efConstruction)
            } catch {
                throw ErrorReply("ERR the vector set is full")
            }
        }

        /// The vector as the set stores it.
        /// - Throws: what does not agree with the set, in the order in which Redis looks.
        func vector(for set: VectorSet) throws(ErrorReply) -> [Float] {
            guard set.quantization == quantization else {
                throw ErrorReply("ERR asked quantization mismatch with existing vector set")
            }
            guard set.linkCount == linkCount else {
                throw ErrorReply("ERR asked M value mismatch with existing vector set")
            }
            guard metric == nil || set.metric == metric else {
                throw ErrorReply("ERR asked metric mismatch with existing vector set")
            }
            let asked = set.inputDimensions == nil ? components.count : reducedDimensions ?? 0
            guard asked == set.dimensions else {
                throw VectorArguments.dimensionMismatch(components.count, set.dimensions)
            }
            guard let input = set.inputDimensions else {
                guard reducedDimensions == nil else {
                    throw ErrorReply(
                        "ERR cannot add projection to existing set without projection")
                }
                return components
            }
            guard components.count == input else {
                throw ErrorReply(
                    "ERR Input dimension mismatch for projection - got \(components.count) but projection expects \(input)"
                )
            }
            return try VectorArguments.project(components, for: set)
        }
    }
}
