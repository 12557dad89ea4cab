// SPDX-License-Identifier: Apache-2.0

// Written by Tests/Differential/command_reference.py.

extension CommandReference {
    static let lists = #"""
        blmove
          > source:key#0 destination:key#1 wherefrom:oneof(left!LEFT right!RIGHT)
              whereto:oneof(left!LEFT right!RIGHT) timeout:double
          ! 6 write denyoom blocking
          @ write list slow blocking
          k RW,access,delete index 1 range 0 1 0
          k RW,insert index 2 range 0 1 0
        blmpop
          > timeout:double numkeys:integer key:key#0* where:oneof(left!LEFT right!RIGHT)
              count:integer=COUNT?
          ! -5 write blocking
          @ write list slow blocking
          k RW,access,delete index 2 keynum 0 1 1
        blpop
          > key:key#0* timeout:double
          ! -3 write blocking
          @ write list slow blocking
          k RW,access,delete index 1 range -2 1 0
          h 6.0.0 `timeout` is interpreted as a double instead of an integer.
        brpop
          > key:key#0* timeout:double
          ! -3 write blocking
          @ write list slow blocking
          k RW,access,delete index 1 range -2 1 0
          h 6.0.0 `timeout` is interpreted as a double instead of an integer.
        brpoplpush
          > source:key#0 destination:key#1 timeout:double
          ! 4 write denyoom blocking
          @ write list slow blocking
          k RW,access,delete index 1 range 0 1 0
          k RW,insert index 2 range 0 1 0
          h 6.0.0 `timeout` is interpreted as a double instead of an integer.
          f deprecated
          d 6.2.0
          r `BLMOVE` with the `RIGHT` and `LEFT` arguments
        lindex
          > key:key#0 index:integer
          ! 3 readonly
          @ read list slow
          k RO,access index 1 range 0 1 0
        linsert
          > key:key#0 where:oneof(before!BEFORE after!AFTER) pivot element
          ! 5 write denyoom
          @ write list slow
          k RW,insert index 1 range 0 1 0
        llen
          > key:key#0
          ! 2 readonly fast
          @ read list fast
          k RO index 1 range 0 1 0
        lmove
          > source:key#0 destination:key#1 wherefrom:oneof(left!LEFT right!RIGHT)
              whereto:oneof(left!LEFT right!RIGHT)
          ! 5 write denyoom
          @ write list slow
          k RW,access,delete index 1 range 0 1 0
          k RW,insert index 2 range 0 1 0
        lmpop
          > numkeys:integer key:key#0* where:oneof(left!LEFT right!RIGHT) count:integer=COUNT?
          ! -4 write
          @ write list slow
          k RW,access,delete index 1 keynum 0 1 1
        lpop
          > key:key#0 count:integer^6.2.0?
          ! -2 write fast
          @ write list fast
          k RW,access,delete index 1 range 0 1 0
          h 6.2.0 Added the `count` argument.
        lpos
          > key:key#0 element rank:integer=RANK? num-matches:integer=COUNT? len:integer=MAXLEN?
          ! -3 readonly
          @ read list slow
          k RO,access index 1 range 0 1 0
        lpush
          > key:key#0 element*
          ! -3 write denyoom fast
          @ write list fast
          k RW,insert index 1 range 0 1 0
          h 2.4.0 Accepts multiple `element` arguments.
        lpushx
          > key:key#0 element*
          ! -3 write denyoom fast
          @ write list fast
          k RW,insert index 1 range 0 1 0
          h 4.0.0 Accepts multiple `element` arguments.
        lrange
          > key:key#0 start:integer stop:integer
          ! 4 readonly
          @ read list slow
          k RO,access index 1 range 0 1 0
        lrem
          > key:key#0 count:integer element
          ! 4 write
          @ write list slow
          k RW,delete index 1 range 0 1 0
        lset
          > key:key#0 index:integer element
          ! 4 write denyoom
          @ write list slow
          k RW,update index 1 range 0 1 0
        ltrim
          > key:key#0 start:integer stop:integer
          ! 4 write
          @ write list slow
          k RW,delete index 1 range 0 1 0
        rpop
          > key:key#0 count:integer^6.2.0?
          ! -2 write fast
          @ write list fast
          k RW,access,delete index 1 range 0 1 0
          h 6.2.0 Added the `count` argument.
        rpoplpush
          > source:key#0 destination:key#1
          ! 3 write denyoom
          @ write list slow
          k RW,access,delete index 1 range 0 1 0
          k RW,insert index 2 range 0 1 0
          f deprecated
          d 6.2.0
          r `LMOVE` with the `RIGHT` and `LEFT` arguments
        rpush
          > key:key#0 element*
          ! -3 write denyoom fast
          @ write list fast
          k RW,insert index 1 range 0 1 0
          h 2.4.0 Accepts multiple `element` arguments.
        rpushx
          > key:key#0 element*
          ! -3 write denyoom fast
          @ write list fast
          k RW,insert index 1 range 0 1 0
          h 4.0.0 Accepts multiple `element` arguments.
        """#
}
