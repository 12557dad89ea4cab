// SPDX-License-Identifier: Apache-2.0

// Written by Tests/Differential/command_reference.py.

extension CommandReference {
    static let hashes = #"""
        hdel
          > key:key#0 field*
          ! -3 write fast
          @ write hash fast
          k RW,delete index 1 range 0 1 0
          h 2.4.0 Accepts multiple `field` arguments.
        hexists
          > key:key#0 field
          ! 3 readonly fast
          @ read hash fast
          k RO index 1 range 0 1 0
        hexpire
          > key:key#0 seconds:integer condition:oneof?(nx!NX xx!XX gt!GT lt!LT)
              fields:block=FIELDS(numfields:integer field*)
          ! -6 write fast
          @ write hash fast
          k RW,update index 1 range 0 1 0
        hexpireat
          > key:key#0 unix-time-seconds:unix-time condition:oneof?(nx!NX xx!XX gt!GT lt!LT)
              fields:block=FIELDS(numfields:integer field*)
          ! -6 write fast
          @ write hash fast
          k RW,update index 1 range 0 1 0
        hexpiretime
          > key:key#0 fields:block=FIELDS(numfields:integer field*)
          ! -5 readonly fast
          @ read hash fast
          k RO,access index 1 range 0 1 0
        hget
          > key:key#0 field
          ! 3 readonly fast
          @ read hash fast
          k RO,access index 1 range 0 1 0
        hgetall
          > key:key#0
          ! 2 readonly
          @ read hash slow
          k RO,access index 1 range 0 1 0
          t nondeterministic_output_order
        hgetdel
          > key:key#0 fields:block=FIELDS(numfields:integer field*)
          ! -5 write fast
          @ write hash fast
          k RW,access,delete index 1 range 0 1 0
        hgetex
          > key:key#0 expiration:oneof?(seconds:integer=EX milliseconds:integer=PX
              unix-time-seconds:unix-time=EXAT unix-time-milliseconds:unix-time=PXAT
              persist!PERSIST) fields:block=FIELDS(numfields:integer field*)
          ! -5 write fast
          @ write hash fast
          k RW,access,update index 1 range 0 1 0
          n RW and UPDATE because it changes the TTL
        hincrby
          > key:key#0 field increment:integer
          ! 4 write denyoom fast
          @ write hash fast
          k RW,access,update index 1 range 0 1 0
        hincrbyfloat
          > key:key#0 field increment:double
          ! 4 write denyoom fast
          @ write hash fast
          k RW,access,update index 1 range 0 1 0
        hkeys
          > key:key#0
          ! 2 readonly
          @ read hash slow
          k RO,access index 1 range 0 1 0
          t nondeterministic_output_order
        hlen
          > key:key#0
          ! 2 readonly fast
          @ read hash fast
          k RO index 1 range 0 1 0
        hmget
          > key:key#0 field*
          ! -3 readonly fast
          @ read hash fast
          k RO,access index 1 range 0 1 0
        hmset
          > key:key#0 data:block*(field value)
          ! -4 write denyoom fast
          @ write hash fast
          k RW,update index 1 range 0 1 0
          f deprecated
          d 4.0.0
          r `HSET` with multiple field-value pairs
        hpersist
          > key:key#0 fields:block=FIELDS(numfields:integer field*)
          ! -5 write fast
          @ write hash fast
          k RW,update index 1 range 0 1 0
        hpexpire
          > key:key#0 milliseconds:integer condition:oneof?(nx!NX xx!XX gt!GT lt!LT)
              fields:block=FIELDS(numfields:integer field*)
          ! -6 write fast
          @ write hash fast
          k RW,update index 1 range 0 1 0
        hpexpireat
          > key:key#0 unix-time-milliseconds:unix-time condition:oneof?(nx!NX xx!XX gt!GT lt!LT)
              fields:block=FIELDS(numfields:integer field*)
          ! -6 write fast
          @ write hash fast
          k RW,update index 1 range 0 1 0
        hpexpiretime
          > key:key#0 fields:block=FIELDS(numfields:integer field*)
          ! -5 readonly fast
          @ read hash fast
          k RO,access index 1 range 0 1 0
        hpttl
          > key:key#0 fields:block=FIELDS(numfields:integer field*)
          ! -5 readonly fast
          @ read hash fast
          k RO,access index 1 range 0 1 0
          t nondeterministic_output
        hrandfield
          > key:key#0 options:block?(count:integer withvalues!WITHVALUES?)
          ! -2 readonly
          @ read hash slow
          k RO,access index 1 range 0 1 0
          t nondeterministic_output
        hscan
          > key:key#0 cursor:integer pattern:pattern=MATCH? count:integer=COUNT? novalues!NOVALUES?
          ! -3 readonly
          @ read hash slow
          k RO,access index 1 range 0 1 0
          t nondeterministic_output
        hset
          > key:key#0 data:block*(field value)
          ! -4 write denyoom fast
          @ write hash fast
          k RW,update index 1 range 0 1 0
          h 4.0.0 Accepts multiple `field` and `value` arguments.
        hsetex
          > key:key#0 condition:oneof?(fnx!FNX fxx!FXX) expiration:oneof?(seconds:integer=EX
              milliseconds:integer=PX unix-time-seconds:unix-time=EXAT
              unix-time-milliseconds:unix-time=PXAT keepttl!KEEPTTL)
              fields:block=FIELDS(numfields:integer data:block*(field value))
          ! -6 write denyoom fast
          @ write hash fast
          k RW,update index 1 range 0 1 0
        hsetnx
          > key:key#0 field value
          ! 4 write denyoom fast
          @ write hash fast
          k RW,insert index 1 range 0 1 0
        hstrlen
          > key:key#0 field
          ! 3 readonly fast
          @ read hash fast
          k RO index 1 range 0 1 0
        httl
          > key:key#0 fields:block=FIELDS(numfields:integer field*)
          ! -5 readonly fast
          @ read hash fast
          k RO,access index 1 range 0 1 0
          t nondeterministic_output
        hvals
          > key:key#0
          ! 2 readonly
          @ read hash slow
          k RO,access index 1 range 0 1 0
          t nondeterministic_output_order
        """#
}
