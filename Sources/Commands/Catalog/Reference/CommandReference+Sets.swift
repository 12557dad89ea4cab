// SPDX-License-Identifier: Apache-2.0

// Written by Tests/Differential/command_reference.py.

extension CommandReference {
    static let sets = #"""
        sadd
          > key:key#0 member*
          ! -3 write denyoom fast
          @ write set fast
          k RW,insert index 1 range 0 1 0
          h 2.4.0 Accepts multiple `member` arguments.
        scard
          > key:key#0
          ! 2 readonly fast
          @ read set fast
          k RO index 1 range 0 1 0
        sdiff
          > key:key#0*
          ! -2 readonly
          @ read set slow
          k RO,access index 1 range -1 1 0
          t nondeterministic_output_order
        sdiffstore
          > destination:key#0 key:key#1*
          ! -3 write denyoom
          @ write set slow
          k OW,update index 1 range 0 1 0
          k RO,access index 2 range -1 1 0
        sinter
          > key:key#0*
          ! -2 readonly
          @ read set slow
          k RO,access index 1 range -1 1 0
          t nondeterministic_output_order
        sintercard
          > numkeys:integer key:key#0* limit:integer=LIMIT?
          ! -3 readonly
          @ read set slow
          k RO,access index 1 keynum 0 1 1
        sinterstore
          > destination:key#0 key:key#1*
          ! -3 write denyoom
          @ write set slow
          k OW,update index 1 range 0 1 0
          k RO,access index 2 range -1 1 0
        sismember
          > key:key#0 member
          ! 3 readonly fast
          @ read set fast
          k RO index 1 range 0 1 0
        smembers
          > key:key#0
          ! 2 readonly
          @ read set slow
          k RO,access index 1 range 0 1 0
          t nondeterministic_output_order
        smismember
          > key:key#0 member*
          ! -3 readonly fast
          @ read set fast
          k RO,access index 1 range 0 1 0
        smove
          > source:key#0 destination:key#1 member
          ! 4 write fast
          @ write set fast
          k RW,access,delete index 1 range 0 1 0
          k RW,insert index 2 range 0 1 0
        spop
          > key:key#0 count:integer^3.2.0?
          ! -2 write fast
          @ write set fast
          k RW,access,delete index 1 range 0 1 0
          t nondeterministic_output
          h 3.2.0 Added the `count` argument.
        srandmember
          > key:key#0 count:integer^2.6.0?
          ! -2 readonly
          @ read set slow
          k RO,access index 1 range 0 1 0
          t nondeterministic_output
          h 2.6.0 Added the optional `count` argument.
        srem
          > key:key#0 member*
          ! -3 write fast
          @ write set fast
          k RW,delete index 1 range 0 1 0
          h 2.4.0 Accepts multiple `member` arguments.
        sscan
          > key:key#0 cursor:integer pattern:pattern=MATCH? count:integer=COUNT?
          ! -3 readonly
          @ read set slow
          k RO,access index 1 range 0 1 0
          t nondeterministic_output
        sunion
          > key:key#0*
          ! -2 readonly
          @ read set slow
          k RO,access index 1 range -1 1 0
          t nondeterministic_output_order
        sunionstore
          > destination:key#0 key:key#1*
          ! -3 write denyoom
          @ write set slow
          k OW,update index 1 range 0 1 0
          k RO,access index 2 range -1 1 0
        """#
}
