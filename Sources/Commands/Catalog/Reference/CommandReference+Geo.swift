// SPDX-License-Identifier: Apache-2.0

// Written by Tests/Differential/command_reference.py.

extension CommandReference {
    static let geo = #"""
        geoadd
          > key:key#0 condition:oneof^6.2.0?(nx!NX xx!XX) change!CH^6.2.0?
              data:block*(longitude:double latitude:double member)
          ! -5 write denyoom
          @ write geo slow
          k RW,update index 1 range 0 1 0
          h 6.2.0 Added the `CH`, `NX` and `XX` options.
        geodist
          > key:key#0 member1 member2 unit:oneof?(m!M km!KM ft!FT mi!MI)
          ! -4 readonly
          @ read geo slow
          k RO,access index 1 range 0 1 0
        geohash
          > key:key#0 member?*
          ! -2 readonly
          @ read geo slow
          k RO,access index 1 range 0 1 0
        geopos
          > key:key#0 member?*
          ! -2 readonly
          @ read geo slow
          k RO,access index 1 range 0 1 0
        georadius
          > key:key#0 longitude:double latitude:double radius:double unit:oneof(m!M km!KM ft!FT
              mi!MI) withcoord!WITHCOORD? withdist!WITHDIST? withhash!WITHHASH?
              count-block:block?(count:integer=COUNT any!ANY^6.2.0?) order:oneof?(asc!ASC desc!DESC)
              store:oneof?(storekey:key=STORE~key#1 storedistkey:key=STOREDIST~key#2)
          ! -6 write denyoom
          @ write geo slow
          k RO,access index 1 range 0 1 0
          k OW,update keyword STORE 6 range 0 1 0
          k OW,update keyword STOREDIST 6 range 0 1 0
          h 6.2.0 Added the `ANY` option for `COUNT`.
          h 7.0.0 Added support for uppercase unit names.
          f deprecated
          d 6.2.0
          r `GEOSEARCH` and `GEOSEARCHSTORE` with the `BYRADIUS` argument
        georadius_ro
          > key:key#0 longitude:double latitude:double radius:double unit:oneof(m!M km!KM ft!FT
              mi!MI) withcoord!WITHCOORD? withdist!WITHDIST? withhash!WITHHASH?
              count-block:block?(count:integer=COUNT any!ANY^6.2.0?) order:oneof?(asc!ASC desc!DESC)
          ! -6 readonly
          @ read geo slow
          k RO,access index 1 range 0 1 0
          h 6.2.0 Added the `ANY` option for `COUNT`.
          h 7.0.0 Added support for uppercase unit names.
          f deprecated
          d 6.2.0
          r `GEOSEARCH` with the `BYRADIUS` argument
        georadiusbymember
          > key:key#0 member radius:double unit:oneof(m!M km!KM ft!FT mi!MI) withcoord!WITHCOORD?
              withdist!WITHDIST? withhash!WITHHASH? count-block:block?(count:integer=COUNT any!ANY?)
              order:oneof?(asc!ASC desc!DESC) store:oneof?(storekey:key=STORE~key#1
              storedistkey:key=STOREDIST~key#2)
          ! -5 write denyoom
          @ write geo slow
          k RO,access index 1 range 0 1 0
          k OW,update keyword STORE 5 range 0 1 0
          k OW,update keyword STOREDIST 5 range 0 1 0
          h 6.2.0 Added the `ANY` option for `COUNT`.
          h 7.0.0 Added support for uppercase unit names.
          f deprecated
          d 6.2.0
          r `GEOSEARCH` and `GEOSEARCHSTORE` with the `BYRADIUS` and `FROMMEMBER` arguments
        georadiusbymember_ro
          > key:key#0 member radius:double unit:oneof(m!M km!KM ft!FT mi!MI) withcoord!WITHCOORD?
              withdist!WITHDIST? withhash!WITHHASH? count-block:block?(count:integer=COUNT any!ANY?)
              order:oneof?(asc!ASC desc!DESC)
          ! -5 readonly
          @ read geo slow
          k RO,access index 1 range 0 1 0
          h 6.2.0 Added the `ANY` option for `COUNT`.
          h 7.0.0 Added support for uppercase unit names.
          f deprecated
          d 6.2.0
          r `GEOSEARCH` with the `BYRADIUS` and `FROMMEMBER` arguments
        geosearch
          > key:key#0 from:oneof(member=FROMMEMBER fromlonlat:block=FROMLONLAT(longitude:double
              latitude:double)) by:oneof(circle:block(radius:double=BYRADIUS unit:oneof(m!M km!KM
              ft!FT mi!MI)) box:block(width:double=BYBOX height:double unit:oneof(m!M km!KM ft!FT
              mi!MI))) order:oneof?(asc!ASC desc!DESC) count-block:block?(count:integer=COUNT
              any!ANY?) withcoord!WITHCOORD? withdist!WITHDIST? withhash!WITHHASH?
          ! -7 readonly
          @ read geo slow
          k RO,access index 1 range 0 1 0
          h 7.0.0 Added support for uppercase unit names.
        geosearchstore
          > destination:key#0 source:key#1 from:oneof(member=FROMMEMBER
              fromlonlat:block=FROMLONLAT(longitude:double latitude:double))
              by:oneof(circle:block(radius:double=BYRADIUS unit:oneof(m!M km!KM ft!FT mi!MI))
              box:block(width:double=BYBOX height:double unit:oneof(m!M km!KM ft!FT mi!MI)))
              order:oneof?(asc!ASC desc!DESC) count-block:block?(count:integer=COUNT any!ANY?)
              storedist!STOREDIST?
          ! -8 write denyoom
          @ write geo slow
          k OW,update index 1 range 0 1 0
          k RO,access index 2 range 0 1 0
          h 7.0.0 Added support for uppercase unit names.
        """#
}
