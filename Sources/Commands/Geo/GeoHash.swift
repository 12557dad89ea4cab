// SPDX-License-Identifier: Apache-2.0

/// A place on the earth, in degrees.
struct GeoPosition {
    static let longitudes = -180.0...180.0
    /// Those of the square map (EPSG:3857): beyond it no place has a hash.
    static let latitudes = -85.05112878...85.05112878

    var longitude: Double
    var latitude: Double

    /// Whether the place has a hash.
    var isOnMap: Bool {
        Self.longitudes.contains(longitude) && Self.latitudes.contains(latitude)
    }
}

/// A cell of the map: both coordinates halved `step` times, their bits in turn, longitude first
/// (Niemeyer, 2008). In a sorted set a place's score is its hash of 26 steps, which is 52 bits.
struct GeoHash: Equatable {
    static let mostSteps = 26

    var bits: UInt64
    /// 0 for no cell.
    var step: Int

    static let none = GeoHash(bits: 0, step: 0)

    /// The cell that holds a place, which must be within the bounds.
    init(
        _ position: GeoPosition, step: Int = mostSteps,
        latitudes: ClosedRange<Double> = GeoPosition.latitudes
    ) {
        let longitudes = GeoPosition.longitudes
        let latitude =
            (position.latitude - latitudes.lowerBound)
            / (latitudes.upperBound - latitudes.lowerBound)
        let longitude =
            (position.longitude - longitudes.lowerBound)
            / (longitudes.upperBound - longitudes.lowerBound)
        let scale = Double(UInt64(1) << UInt64(step))
        // Both are in 0...1.
        let low = UInt64(latitude * scale)
        let high = UInt64(longitude * scale)
        bits = Self.spread(low) | Self.spread(high) << 1
        self.step = step
    }

    /// The cell of a member with this score. Any number is a cell, as in Redis.
    init(score: Double) {
        bits = Self.unsigned(score)
        step = Self.mostSteps
    }

    private init(bits: UInt64, step: Int) {
        self.bits = bits
        self.step = step
    }

    /// The score of a member in this cell, or of the first of them.
    var score: Double { Double(bits << UInt64(52 - step * 2)) }

    /// The score behind the last member in this cell.
    var endScore: Double { Double((bits &+ 1) << UInt64(52 - step * 2)) }

    /// What x86-64 makes of a score outside of the range, where C leaves it open.
    private static func unsigned(_ score: Double) -> UInt64 {
        if score < 0x1p63 { return UInt64(bitPattern: signed(score)) }
        return UInt64(bitPattern: signed(score - 0x1p63)) ^ 1 << 63
    }

    /// The score as an integer, the least one if it is out of range.
    static func signed(_ score: Double) -> Int64 {
        score >= -0x1p63 && score < 0x1p63 ? Int64(score) : .min
    }
}

extension GeoHash {
    /// Bounds of a cell.
    struct Area {
        var longitudes: (low: Double, high: Double)
        var latitudes: (low: Double, high: Double)

        /// The middle.
        var center: GeoPosition {
            GeoPosition(
                longitude: Self.clamp(
                    (longitudes.low + longitudes.high) / 2, to: GeoPosition.longitudes),
                latitude: Self.clamp(
                    (latitudes.low + latitudes.high) / 2, to: GeoPosition.latitudes))
        }

        private static func clamp(_ degrees: Double, to range: ClosedRange<Double>) -> Double {
            Swift.max(range.lowerBound, Swift.min(range.upperBound, degrees))
        }
    }

    var area: Area {
        let row = UInt32(truncatingIfNeeded: Self.gather(bits))
        let column = UInt32(truncatingIfNeeded: Self.gather(bits >> 1))
        let scale = Double(UInt64(1) << UInt64(step))
        let (latitudes, longitudes) = (GeoPosition.latitudes, GeoPosition.longitudes)
        let height = latitudes.upperBound - latitudes.lowerBound
        let width = longitudes.upperBound - longitudes.lowerBound
        return Area(
            longitudes: (
                longitudes.lowerBound + Double(column) / scale * width,
                longitudes.lowerBound + Double(column &+ 1) / scale * width
            ),
            latitudes: (
                latitudes.lowerBound + Double(row) / scale * height,
                latitudes.lowerBound + Double(row &+ 1) / scale * height
            ))
    }

    /// The cell's middle.
    var position: GeoPosition { area.center }

    /// The cell so many columns to the east and rows to the north, each -1, 0 or 1; round the map.
    func neighbor(east: Int, north: Int) -> GeoHash {
        let odd: UInt64 = 0xAAAA_AAAA_AAAA_AAAA
        let even: UInt64 = 0x5555_5555_5555_5555
        let unused = UInt64(64 - step * 2)
        var columns = bits & odd
        var rows = bits & even
        if east > 0 { columns = columns &+ ((even >> unused) &+ 1) }
        if east < 0 { columns = (columns | even >> unused) &- ((even >> unused) &+ 1) }
        if east != 0 { columns &= odd >> unused }
        if north > 0 { rows = rows &+ ((odd >> unused) &+ 1) }
        if north < 0 { rows = (rows | odd >> unused) &- ((odd >> unused) &+ 1) }
        if north != 0 { rows &= even >> unused }
        return GeoHash(bits: columns | rows, step: step)
    }

    /// The bits of a 32-bit number, each followed by a zero
    /// (<https://graphics.stanford.edu/~seander/bithacks.html#InterleaveBMN>).
    private static func spread(_ number: UInt64) -> UInt64 {
        var word = number & 0xFFFF_FFFF
        word = (word | word << 16) & 0x0000_FFFF_0000_FFFF
        word = (word | word << 8) & 0x00FF_00FF_00FF_00FF
        word = (word | word << 4) & 0x0F0F_0F0F_0F0F_0F0F
        word = (word | word << 2) & 0x3333_3333_3333_3333
        return (word | word << 1) & 0x5555_5555_5555_5555
    }

    /// Every second bit.
    private static func gather(_ bits: UInt64) -> UInt64 {
        var word = bits & 0x5555_5555_5555_5555
        word = (word | word >> 1) & 0x3333_3333_3333_3333
        word = (word | word >> 2) & 0x0F0F_0F0F_0F0F_0F0F
        word = (word | word >> 4) & 0x00FF_00FF_00FF_00FF
        word = (word | word >> 8) & 0x0000_FFFF_0000_FFFF
        return (word | word >> 16) & 0x0000_0000_FFFF_FFFF
    }
}
