// SPDX-License-Identifier: Apache-2.0

/// Error replies by code, as INFO errorstats counts them.
///
/// A script can make up codes without end, so counting stops for good when there are too many.
public struct ErrorCounts {
    /// How many codes there are at most.
    private static let maximumCodes = 128

    public private(set) var byCode: [String: Int64] = [:]
    /// All error replies, whatever their code.
    public private(set) var total: Int64 = 0
    private var isOff = false

    /// The codes that were counted when they became too many, until somebody takes them to tell of
    /// it.
    public var abandonedCodes: [String] = []

    mutating func add(_ code: String) {
        total &+= 1
        guard !isOff else { return }
        if byCode[code] == nil, byCode.count >= Self.maximumCodes {
            abandonedCodes = byCode.keys.sorted()
            byCode = ["ERRORSTATS_DISABLED": 1]
            isOff = true
        } else {
            byCode[code, default: 0] += 1
        }
    }
}
