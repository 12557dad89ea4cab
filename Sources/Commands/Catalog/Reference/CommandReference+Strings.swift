// SPDX-License-Identifier: Apache-2.0

// Written by Tests/Differential/command_reference.py.

extension CommandReference {
    static let strings = #"""
        append
          > key:key#0 value
          ! 3 write denyoom fast
          @ write string fast
          k RW,insert index 1 range 0 1 0
        decr
          > key:key#0
          ! 2 write denyoom fast
          @ write string fast
          k RW,access,update index 1 range 0 1 0
        decrby
          > key:key#0 decrement:integer
          ! 3 write denyoom fast
          @ write string fast
          k RW,access,update index 1 range 0 1 0
        get
          > key:key#0
          ! 2 readonly fast
          @ read string fast
          k RO,access index 1 range 0 1 0
        getdel
          > key:key#0
          ! 2 write fast
          @ write string fast
          k RW,access,delete index 1 range 0 1 0
        getex
          > key:key#0 expiration:oneof?(seconds:integer=EX milliseconds:integer=PX
              unix-time-seconds:unix-time=EXAT unix-time-milliseconds:unix-time=PXAT
              persist!PERSIST)
          ! -2 write fast
          @ write string fast
          k RW,access,update index 1 range 0 1 0
          n RW and UPDATE because it changes the TTL
        getrange
          > key:key#0 start:integer end:integer
          ! 4 readonly
          @ read string slow
          k RO,access index 1 range 0 1 0
        getset
          > key:key#0 value
          ! 3 write denyoom fast
          @ write string fast
          k RW,access,update index 1 range 0 1 0
          f deprecated
          d 6.2.0
          r `SET` with the `!GET` argument
        incr
          > key:key#0
          ! 2 write denyoom fast
          @ write string fast
          k RW,access,update index 1 range 0 1 0
        incrby
          > key:key#0 increment:integer
          ! 3 write denyoom fast
          @ write string fast
          k RW,access,update index 1 range 0 1 0
        incrbyfloat
          > key:key#0 increment:double
          ! 3 write denyoom fast
          @ write string fast
          k RW,access,update index 1 range 0 1 0
        lcs
          > key1:key#0 key2:key#0 len!LEN? idx!IDX? min-match-len:integer=MINMATCHLEN?
              withmatchlen!WITHMATCHLEN?
          ! -3 readonly
          @ read string slow
          k RO,access index 1 range 1 1 0
        mget
          > key:key#0*
          ! -2 readonly fast
          @ read string fast
          k RO,access index 1 range -1 1 0
          t request_policy:multi_shard
        mset
          > data:block*(key:key#0 value)
          ! -3 write denyoom
          @ write string slow
          k OW,update index 1 range -1 2 0
          t request_policy:multi_shard
          t response_policy:all_succeeded
        msetnx
          > data:block*(key:key#0 value)
          ! -3 write denyoom
          @ write string slow
          k OW,insert index 1 range -1 2 0
        psetex
          > key:key#0 milliseconds:integer value
          ! 4 write denyoom
          @ write string slow
          k OW,update index 1 range 0 1 0
          f deprecated
          d 2.6.12
          r `SET` with the `PX` argument
        set
          > key:key#0 value condition:oneof^2.6.12?(nx!NX xx!XX) get!GET^6.2.0?
              expiration:oneof?(seconds:integer=EX^2.6.12 milliseconds:integer=PX^2.6.12
              unix-time-seconds:unix-time=EXAT^6.2.0 unix-time-milliseconds:unix-time=PXAT^6.2.0
              keepttl!KEEPTTL^6.0.0)
          ! -3 write denyoom
          @ write string slow
          k RW,access,update,variable_flags index 1 range 0 1 0
          n RW and ACCESS due to the optional `GET` argument
          h 2.6.12 Added the `EX`, `PX`, `NX` and `XX` options.
          h 6.0.0 Added the `KEEPTTL` option.
          h 6.2.0 Added the `GET`, `EXAT` and `PXAT` option.
          h 7.0.0 Allowed the `NX` and `GET` options to be used together.
        setex
          > key:key#0 seconds:integer value
          ! 4 write denyoom
          @ write string slow
          k OW,update index 1 range 0 1 0
          f deprecated
          d 2.6.12
          r `SET` with the `EX` argument
        setnx
          > key:key#0 value
          ! 3 write denyoom fast
          @ write string fast
          k OW,insert index 1 range 0 1 0
          f deprecated
          d 2.6.12
          r `SET` with the `NX` argument
        setrange
          > key:key#0 offset:integer value
          ! 4 write denyoom
          @ write string slow
          k RW,update index 1 range 0 1 0
        strlen
          > key:key#0
          ! 2 readonly fast
          @ read string fast
          k RO index 1 range 0 1 0
        substr
          > key:key#0 start:integer end:integer
          ! 4 readonly
          @ read string slow
          k RO,access index 1 range 0 1 0
          f deprecated
          d 2.0.0
          r `GETRANGE`
        """#
}
