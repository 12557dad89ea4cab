// SPDX-License-Identifier: Apache-2.0

import Primitives

/// Distances on a sphere as large as the earth.
enum GeoDistance {
    /// The quadratic mean radius (WGS 84).
    static let earthRadiusMeters = 6372797.560856
    /// Half the width of the square map.
    static let mapMeters = 20037726.37
    private static let radiansPerDegree = Double.pi / 180.0

    static func radians(_ degrees: Double) -> Double { degrees * radiansPerDegree }

    static func degrees(_ radians: Double) -> Double { radians / radiansPerDegree }

    /// In metres, by the haversine formula.
    static func between(_ first: GeoPosition, _ second: GeoPosition) -> Double {
        let v = Arithmetic.sine((radians(second.longitude) - radians(first.longitude)) / 2)
        if v == 0 { return alongMeridian(first.latitude, second.latitude) }
        let (latitude1, latitude2) = (radians(first.latitude), radians(second.latitude))
        let u = Arithmetic.sine((latitude2 - latitude1) / 2)
        let a = u * u + Arithmetic.cosine(latitude1) * Arithmetic.cosine(latitude2) * v * v
        return 2.0 * earthRadiusMeters * Arithmetic.arcsine(a.squareRoot())
    }

    /// Between two latitudes.
    static func alongMeridian(_ first: Double, _ second: Double) -> Double {
        earthRadiusMeters * abs(radians(second) - radians(first))
    }

    /// With four decimals, as distances are answered.
    static func text(_ distance: Double) -> String {
        let scaled = (distance * 10_000).rounded(.toNearestOrEven)
        let number = GeoHash.signed(scaled)
        let digits = String(number.magnitude)
        let padded = String(repeating: "0", count: max(0, 5 - digits.count)) + digits
        return (number < 0 ? "-" : "") + padded.dropLast(4) + "." + padded.suffix(4)
    }
}

/// What a search looks in.
struct GeoShape {
    enum Kind {
        case circle(radius: Double)
        case box(width: Double, height: Double)
    }

    var center = GeoPosition(longitude: 0, latitude: 0)
    var kind = Kind.circle(radius: 0)
    /// How many metres the unit of the lengths has.
    var metersPerUnit = 1.0

    /// The distance of a place from the centre in metres, or nil when it is outside.
    func distance(of position: GeoPosition) -> Double? {
        switch kind {
        case .circle(let radius):
            let distance = GeoDistance.between(center, position)
            return distance > radius * metersPerUnit ? nil : distance
        case .box(let width, let height):
            let north = GeoDistance.alongMeridian(position.latitude, center.latitude)
            if north > height * metersPerUnit / 2 { return nil }
            let sameLatitude = GeoPosition(
                longitude: center.longitude, latitude: position.latitude)
            if GeoDistance.between(position, sameLatitude) > width * metersPerUnit / 2 {
                return nil
            }
            return GeoDistance.between(center, position)
        }
    }

    /// How far the shape goes, in metres: to a circle's edge, to a box's corner.
    private var reachMeters: Double {
        switch kind {
        case .circle(let radius): return radius * metersPerUnit
        case .box(let width, let height):
            let corner = (width / 2) * (width / 2) + (height / 2) * (height / 2)
            return corner.squareRoot() * metersPerUnit
        }
    }

    /// Degrees that the shape lies between.
    private var bounds: GeoHash.Area {
        let (width, height): (Double, Double)
        switch kind {
        case .circle(let radius):
            (width, height) = (metersPerUnit * radius, metersPerUnit * radius)
        case .box(let boxWidth, let boxHeight):
            (width, height) = (metersPerUnit * (boxWidth / 2), metersPerUnit * (boxHeight / 2))
        }
        let north = GeoDistance.degrees(height / GeoDistance.earthRadiusMeters)
        // On the southern half of the earth a degree is shorter at the lower edge.
        let edge = center.latitude < 0 ? center.latitude - north : center.latitude + north
        let east = GeoDistance.degrees(
            width / GeoDistance.earthRadiusMeters
                / Arithmetic.cosine(GeoDistance.radians(edge)))
        return GeoHash.Area(
            longitudes: (center.longitude - east, center.longitude + east),
            latitudes: (center.latitude - north, center.latitude + north))
    }

    /// The steps of cells about as large as the shape.
    private var estimatedSteps: Int {
        var meters = reachMeters
        if meters == 0 { return GeoHash.mostSteps }
        var step = 1
        while meters < GeoDistance.mapMeters {
            meters *= 2
            step += 1
        }
        // So that the shape is mostly within the nine cells; degrees get shorter towards the poles.
        step -= 2
        if abs(center.latitude) > 66 {
            step -= 1
            if abs(center.latitude) > 80 { step -= 1 }
        }
        return max(1, min(GeoHash.mostSteps, step))
    }

    /// The cells that cover the shape: the one of its centre, then those around it that are needed.
    var cells: [GeoHash] {
        let bounds = bounds
        var steps = estimatedSteps
        var hash = GeoHash(center, step: steps)
        if steps > 1, isTooSmall(hash, for: bounds) {
            steps -= 1
            hash = GeoHash(center, step: steps)
        }
        let area = hash.area
        // Large shapes take all cells; else those that the shape does not reach are left out.
        let isSmall = steps >= 2
        let skipsSouth = isSmall && area.latitudes.low < bounds.latitudes.low
        let skipsNorth = isSmall && area.latitudes.high > bounds.latitudes.high
        let skipsWest = isSmall && area.longitudes.low < bounds.longitudes.low
        let skipsEast = isSmall && area.longitudes.high > bounds.longitudes.high
        var cells = [hash]
        let around = [(0, 1), (0, -1), (1, 0), (-1, 0), (1, 1), (-1, 1), (1, -1), (-1, -1)]
        var last: GeoHash?
        for (east, north) in around {
            if skipsNorth && north > 0 || skipsSouth && north < 0 { continue }
            if skipsEast && east > 0 || skipsWest && east < 0 { continue }
            let cell = hash.neighbor(east: east, north: north)
            // On a very coarse map neighbours may be one.
            if cell == last { continue }
            cells.append(cell)
            last = cell
        }
        return cells
    }

    /// Whether the shape reaches over the cells around.
    private func isTooSmall(_ hash: GeoHash, for bounds: GeoHash.Area) -> Bool {
        hash.neighbor(east: 0, north: 1).area.latitudes.high < bounds.latitudes.high
            || hash.neighbor(east: 0, north: -1).area.latitudes.low > bounds.latitudes.low
            || hash.neighbor(east: 1, north: 0).area.longitudes.high < bounds.longitudes.high
            || hash.neighbor(east: -1, north: 0).area.longitudes.low > bounds.longitudes.low
    }
}
