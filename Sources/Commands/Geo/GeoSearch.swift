// SPDX-License-Identifier: Apache-2.0

import Primitives
import RESP
import Store

/// A member that a search has found. The bytes are a view of the sorted set.
struct GeoPoint {
    let member: Bytes
    let score: Double
    let position: GeoPosition
    var distanceMeters: Double
}

/// What GEOSEARCH, GEORADIUS and their relatives are asked for.
struct GeoSearch {
    /// How the arguments behind the key begin.
    enum Form {
        /// Coordinates, radius and unit.
        case coordinates
        /// A member, radius and unit.
        case member
        /// Options alone.
        case options
        /// As ``options``, the result to be kept.
        case keeping
    }

    private enum Order {
        case none
        case ascending
        case descending
    }

    private var shape = GeoShape()
    private var withDistance = false
    private var withHash = false
    private var withCoordinates = false
    private var order = Order.none
    private var isAny = false
    /// 0 for no limit.
    private var count: Int64 = 0
    /// Where the result is to be kept, if it is.
    private(set) var target: Bytes?
    private var keepsDistances = false
    private var hasMember = false
    private var hasPlace = false
    private var hasRadius = false
    private var hasBox = false

    /// Reads the arguments behind the key, whose sorted set, if there is one, knows the members.
    init(
        _ form: Form, _ arguments: inout Arguments, allowsTarget: Bool, in set: SortedSetValue?
    ) throws(ErrorReply) {
        switch form {
        case .coordinates:
            shape.center = try arguments.geoPosition()
            try readRadius(&arguments)
        case .member:
            let member = try arguments.next()
            if let set {
                shape.center = try Self.position(of: member, in: set)
                try readRadius(&arguments)
            } else {
                arguments.position += 2
            }
        case .options: break
        case .keeping: target = arguments[1]
        }
        let isSearch = form == .options || form == .keeping
        while arguments.hasMore {
            if try readCommon(&arguments) { continue }
            if isSearch {
                try readSearch(&arguments, keeps: form == .keeping, in: set)
            } else if allowsTarget {
                try readTarget(&arguments)
            } else {
                throw .syntax
            }
        }
        try check(form, arguments[0])
    }

    private mutating func readRadius(_ arguments: inout Arguments) throws(ErrorReply) {
        let radius = try arguments.double(else: ErrorReply("ERR need numeric radius"))
        guard radius >= 0 else { throw ErrorReply("ERR radius cannot be negative") }
        shape.kind = .circle(radius: radius)
        shape.metersPerUnit = try arguments.metersPerUnit()
    }

    private mutating func readBox(_ arguments: inout Arguments) throws(ErrorReply) {
        let width = try arguments.double(else: ErrorReply("ERR need numeric width"))
        let height = try arguments.double(else: ErrorReply("ERR need numeric height"))
        guard width >= 0, height >= 0 else {
            throw ErrorReply("ERR height or width cannot be negative")
        }
        shape.kind = .box(width: width, height: height)
        shape.metersPerUnit = try arguments.metersPerUnit()
    }

    private static func position(
        of member: Bytes, in set: SortedSetValue
    ) throws(ErrorReply) -> GeoPosition {
        guard let score = set.score(of: member) else {
            throw ErrorReply("ERR could not decode requested zset member")
        }
        return GeoHash(score: score).position
    }

    /// Reads an option that all searches have, if one stands next.
    private mutating func readCommon(_ arguments: inout Arguments) throws(ErrorReply) -> Bool {
        if arguments.consume("WITHDIST") {
            withDistance = true
        } else if arguments.consume("WITHHASH") {
            withHash = true
        } else if arguments.consume("WITHCOORD") {
            withCoordinates = true
        } else if arguments.consume("ANY") {
            isAny = true
        } else if arguments.consume("ASC") {
            order = .ascending
        } else if arguments.consume("DESC") {
            order = .descending
        } else if arguments.remaining > 1, arguments.consume("COUNT") {
            count = try arguments.integer()
            guard count > 0 else { throw ErrorReply("ERR COUNT must be > 0") }
        } else {
            return false
        }
        return true
    }

    private mutating func readTarget(_ arguments: inout Arguments) throws(ErrorReply) {
        guard arguments.remaining > 1 else { throw .syntax }
        if arguments.consume("STORE") {
            keepsDistances = false
        } else if arguments.consume("STOREDIST") {
            keepsDistances = true
        } else {
            throw .syntax
        }
        target = try arguments.next()
    }

    private mutating func readSearch(
        _ arguments: inout Arguments, keeps: Bool, in set: SortedSetValue?
    ) throws(ErrorReply) {
        if keeps, arguments.consume("STOREDIST") {
            keepsDistances = true
        } else if arguments.remaining > 1, !hasPlace, arguments.consume("FROMMEMBER") {
            let member = try arguments.next()
            if let set { shape.center = try Self.position(of: member, in: set) }
            hasMember = true
        } else if arguments.remaining > 2, !hasMember, arguments.consume("FROMLONLAT") {
            shape.center = try arguments.geoPosition()
            hasPlace = true
        } else if arguments.remaining > 2, !hasBox, arguments.consume("BYRADIUS") {
            try readRadius(&arguments)
            hasRadius = true
        } else if arguments.remaining > 3, !hasRadius, arguments.consume("BYBOX") {
            try readBox(&arguments)
            hasBox = true
        } else {
            throw .syntax
        }
    }

    private func check(_ form: Form, _ name: Bytes) throws(ErrorReply) {
        if target != nil, withDistance || withHash || withCoordinates {
            let what = form == .keeping ? "GEOSEARCHSTORE" : "STORE option in GEORADIUS"
            throw ErrorReply(
                "ERR \(what) is not compatible with WITHDIST, WITHHASH and WITHCOORD options")
        }
        let isSearch = form == .options || form == .keeping
        if isSearch, !hasMember, !hasPlace {
            throw ErrorReply(
                "ERR exactly one of FROMMEMBER or FROMLONLAT can be specified for "
                    + name.description)
        }
        if isSearch, !hasRadius, !hasBox {
            throw ErrorReply(
                "ERR exactly one of BYRADIUS and BYBOX can be specified for \(name.description)")
        }
        if isAny, count == 0 {
            throw ErrorReply("ERR the ANY argument requires COUNT argument")
        }
    }
}

// MARK: - The result

extension GeoSearch {
    /// The members within the shape, in the order and number that were asked for. Ordered or
    /// counted O(members within the cells x log), else O(members within the cells).
    func points(in set: SortedSetValue) -> [GeoPoint] {
        var points: [GeoPoint] = []
        let enough = isAny ? Int(count) : Int.max
        for cell in shape.cells {
            guard points.count < enough else { break }
            let range = ScoreRange(cell.score, cell.endScore, excludesMaximum: true)
            set.walk(set.ranks(of: range)) { member, score in
                let position = GeoHash(score: score).position
                if let distance = shape.distance(of: position) {
                    points.append(
                        GeoPoint(
                            member: member, score: score, position: position,
                            distanceMeters: distance))
                }
                return points.count < enough
            }
        }
        // Who asks for some without saying which gets the nearest.
        let isAscending = order == .ascending || (order == .none && count > 0 && !isAny)
        let isSorted = isAscending || order == .descending
        let isNearer: (GeoPoint, GeoPoint) -> Bool = { left, right in
            isAscending
                ? left.distanceMeters < right.distanceMeters
                : left.distanceMeters > right.distanceMeters
        }
        guard count > 0, Int64(points.count) > count else {
            if isSorted { points.sort(by: isNearer) }
            return points
        }
        if isSorted {
            points.sortPartially(0..<Int(count)) { left, right in
                isNearer(left, right) ? -1 : isNearer(right, left) ? 1 : 0
            }
        }
        points.removeLast(points.count - Int(count))
        return points
    }

    /// Answers the points, each with what was asked for.
    func write(_ points: [GeoPoint], to reply: inout ReplyWriter) {
        let parts = [withDistance, withHash, withCoordinates].count { $0 }
        reply.array(points.count)
        for point in points {
            if parts > 0 { reply.array(parts + 1) }
            reply.bulk(point.member)
            if withDistance {
                reply.bulk(GeoDistance.text(point.distanceMeters / shape.metersPerUnit))
            }
            if withHash { reply.integer(GeoHash.signed(point.score)) }
            if withCoordinates { reply.position(point.position) }
        }
    }

    /// The points as a sorted set, by hash or by distance.
    func sortedSet(of points: [GeoPoint], _ limits: SortedSetLimits) -> SortedSetValue {
        let set = SortedSetValue()
        set.prepare(memberCount: points.count, limits: limits)
        for point in points {
            let distance = point.distanceMeters / shape.metersPerUnit
            set.set(point.member, to: keepsDistances ? distance : point.score, limits: limits)
        }
        return set
    }
}

extension Keyspace {
    /// Answers a search, or keeps its result and answers how many members it has.
    mutating func run(
        _ search: GeoSearch, in set: SortedSetValue?, _ event: StaticString,
        _ reply: inout ReplyWriter
    ) {
        let points = set.map { search.points(in: $0) } ?? []
        guard let target = search.target else { return search.write(points, to: &reply) }
        let result = search.sortedSet(of: points, sortedSetLimits)
        reply.integer(result.count)
        store(result, at: target, event)
    }
}

extension Arguments {
    /// The next two arguments as longitude and latitude.
    mutating func geoPosition() throws(ErrorReply) -> GeoPosition {
        let position = GeoPosition(longitude: try double(), latitude: try double())
        guard position.isOnMap else {
            let longitude = NumberText.fixed(position.longitude, decimals: 6)
            let latitude = NumberText.fixed(position.latitude, decimals: 6)
            throw ErrorReply("ERR invalid longitude,latitude pair \(longitude),\(latitude)")
        }
        return position
    }

    /// The next argument as a unit of length.
    mutating func metersPerUnit() throws(ErrorReply) -> Double {
        if consume("M") { return 1 }
        if consume("KM") { return 1000 }
        if consume("FT") { return 0.3048 }
        if consume("MI") { return 1609.34 }
        throw ErrorReply("ERR unsupported unit provided. please use M, KM, FT, MI")
    }
}

extension ReplyWriter {
    /// Longitude and latitude.
    mutating func position(_ position: GeoPosition) {
        array(2)
        double(position.longitude)
        double(position.latitude)
    }
}
