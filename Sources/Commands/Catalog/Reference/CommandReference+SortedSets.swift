// SPDX-License-Identifier: Apache-2.0

// Written by Tests/Differential/command_reference.py.

extension CommandReference {
    static let sortedSets = #"""
        bzmpop
          > timeout:double numkeys:integer key:key#0* where:oneof(min!MIN max!MAX)
              count:integer=COUNT?
          ! -5 write blocking
          @ write sortedset slow blocking
          k RW,access,delete index 2 keynum 0 1 1
        bzpopmax
          > key:key#0* timeout:double
          ! -3 write blocking fast
          @ write sortedset fast blocking
          k RW,access,delete index 1 range -2 1 0
          h 6.0.0 `timeout` is interpreted as a double instead of an integer.
        bzpopmin
          > key:key#0* timeout:double
          ! -3 write blocking fast
          @ write sortedset fast blocking
          k RW,access,delete index 1 range -2 1 0
          h 6.0.0 `timeout` is interpreted as a double instead of an integer.
        zadd
          > key:key#0 condition:oneof^3.0.2?(nx!NX xx!XX) comparison:oneof^6.2.0?(gt!GT lt!LT)
              change!CH^3.0.2? increment!INCR^3.0.2? data:block*(score:double member)
          ! -4 write denyoom fast
          @ write sortedset fast
          k RW,update index 1 range 0 1 0
          h 2.4.0 Accepts multiple elements.
          h 3.0.2 Added the `XX`, `NX`, `CH` and `INCR` options.
          h 6.2.0 Added the `GT` and `LT` options.
        zcard
          > key:key#0
          ! 2 readonly fast
          @ read sortedset fast
          k RO index 1 range 0 1 0
        zcount
          > key:key#0 min:double max:double
          ! 4 readonly fast
          @ read sortedset fast
          k RO,access index 1 range 0 1 0
        zdiff
          > numkeys:integer key:key#0* withscores!WITHSCORES?
          ! -3 readonly
          @ read sortedset slow
          k RO,access index 1 keynum 0 1 1
        zdiffstore
          > destination:key#0 numkeys:integer key:key#1*
          ! -4 write denyoom
          @ write sortedset slow
          k OW,update index 1 range 0 1 0
          k RO,access index 2 keynum 0 1 1
        zincrby
          > key:key#0 increment:integer member
          ! 4 write denyoom fast
          @ write sortedset fast
          k RW,access,update index 1 range 0 1 0
        zinter
          > numkeys:integer key:key#0* weight:integer=WEIGHTS?* aggregate:oneof=AGGREGATE?(sum!SUM
              min!MIN max!MAX) withscores!WITHSCORES?
          ! -3 readonly
          @ read sortedset slow
          k RO,access index 1 keynum 0 1 1
        zintercard
          > numkeys:integer key:key#0* limit:integer=LIMIT?
          ! -3 readonly
          @ read sortedset slow
          k RO,access index 1 keynum 0 1 1
        zinterstore
          > destination:key#0 numkeys:integer key:key#1* weight:integer=WEIGHTS?*
              aggregate:oneof=AGGREGATE?(sum!SUM min!MIN max!MAX)
          ! -4 write denyoom
          @ write sortedset slow
          k OW,update index 1 range 0 1 0
          k RO,access index 2 keynum 0 1 1
        zlexcount
          > key:key#0 min max
          ! 4 readonly fast
          @ read sortedset fast
          k RO,access index 1 range 0 1 0
        zmpop
          > numkeys:integer key:key#0* where:oneof(min!MIN max!MAX) count:integer=COUNT?
          ! -4 write
          @ write sortedset slow
          k RW,access,delete index 1 keynum 0 1 1
        zmscore
          > key:key#0 member*
          ! -3 readonly fast
          @ read sortedset fast
          k RO,access index 1 range 0 1 0
        zpopmax
          > key:key#0 count:integer?
          ! -2 write fast
          @ write sortedset fast
          k RW,access,delete index 1 range 0 1 0
        zpopmin
          > key:key#0 count:integer?
          ! -2 write fast
          @ write sortedset fast
          k RW,access,delete index 1 range 0 1 0
        zrandmember
          > key:key#0 options:block?(count:integer withscores!WITHSCORES?)
          ! -2 readonly
          @ read sortedset slow
          k RO,access index 1 range 0 1 0
          t nondeterministic_output
        zrange
          > key:key#0 start stop sortby:oneof^6.2.0?(byscore!BYSCORE bylex!BYLEX) rev!REV^6.2.0?
              limit:block=LIMIT^6.2.0?(offset:integer count:integer) withscores!WITHSCORES?
          ! -4 readonly
          @ read sortedset slow
          k RO,access index 1 range 0 1 0
          h 6.2.0 Added the `REV`, `BYSCORE`, `BYLEX` and `LIMIT` options.
        zrangebylex
          > key:key#0 min max limit:block=LIMIT?(offset:integer count:integer)
          ! -4 readonly
          @ read sortedset slow
          k RO,access index 1 range 0 1 0
          f deprecated
          d 6.2.0
          r `ZRANGE` with the `BYLEX` argument
        zrangebyscore
          > key:key#0 min:double max:double withscores!WITHSCORES^2.0.0?
              limit:block=LIMIT?(offset:integer count:integer)
          ! -4 readonly
          @ read sortedset slow
          k RO,access index 1 range 0 1 0
          h 2.0.0 Added the `WITHSCORES` modifier.
          f deprecated
          d 6.2.0
          r `ZRANGE` with the `BYSCORE` argument
        zrangestore
          > dst:key#0 src:key#1 min max sortby:oneof?(byscore!BYSCORE bylex!BYLEX) rev!REV?
              limit:block=LIMIT?(offset:integer count:integer)
          ! -5 write denyoom
          @ write sortedset slow
          k OW,update index 1 range 0 1 0
          k RO,access index 2 range 0 1 0
        zrank
          > key:key#0 member withscore!WITHSCORE?
          ! -3 readonly fast
          @ read sortedset fast
          k RO,access index 1 range 0 1 0
          h 7.2.0 Added the optional `WITHSCORE` argument.
        zrem
          > key:key#0 member*
          ! -3 write fast
          @ write sortedset fast
          k RW,delete index 1 range 0 1 0
          h 2.4.0 Accepts multiple elements.
        zremrangebylex
          > key:key#0 min max
          ! 4 write
          @ write sortedset slow
          k RW,delete index 1 range 0 1 0
        zremrangebyrank
          > key:key#0 start:integer stop:integer
          ! 4 write
          @ write sortedset slow
          k RW,delete index 1 range 0 1 0
        zremrangebyscore
          > key:key#0 min:double max:double
          ! 4 write
          @ write sortedset slow
          k RW,delete index 1 range 0 1 0
        zrevrange
          > key:key#0 start:integer stop:integer withscores!WITHSCORES?
          ! -4 readonly
          @ read sortedset slow
          k RO,access index 1 range 0 1 0
          f deprecated
          d 6.2.0
          r `ZRANGE` with the `REV` argument
        zrevrangebylex
          > key:key#0 max min limit:block=LIMIT?(offset:integer count:integer)
          ! -4 readonly
          @ read sortedset slow
          k RO,access index 1 range 0 1 0
          f deprecated
          d 6.2.0
          r `ZRANGE` with the `REV` and `BYLEX` arguments
        zrevrangebyscore
          > key:key#0 max:double min:double withscores!WITHSCORES? limit:block=LIMIT?(offset:integer
              count:integer)
          ! -4 readonly
          @ read sortedset slow
          k RO,access index 1 range 0 1 0
          h 2.1.6 `min` and `max` can be exclusive.
          f deprecated
          d 6.2.0
          r `ZRANGE` with the `REV` and `BYSCORE` arguments
        zrevrank
          > key:key#0 member withscore!WITHSCORE?
          ! -3 readonly fast
          @ read sortedset fast
          k RO,access index 1 range 0 1 0
          h 7.2.0 Added the optional `WITHSCORE` argument.
        zscan
          > key:key#0 cursor:integer pattern:pattern=MATCH? count:integer=COUNT?
          ! -3 readonly
          @ read sortedset slow
          k RO,access index 1 range 0 1 0
          t nondeterministic_output
        zscore
          > key:key#0 member
          ! 3 readonly fast
          @ read sortedset fast
          k RO,access index 1 range 0 1 0
        zunion
          > numkeys:integer key:key#0* weight:integer=WEIGHTS?* aggregate:oneof=AGGREGATE?(sum!SUM
              min!MIN max!MAX) withscores!WITHSCORES?
          ! -3 readonly
          @ read sortedset slow
          k RO,access index 1 keynum 0 1 1
        zunionstore
          > destination:key#0 numkeys:integer key:key#1* weight:integer=WEIGHTS?*
              aggregate:oneof=AGGREGATE?(sum!SUM min!MIN max!MAX)
          ! -4 write denyoom
          @ write sortedset slow
          k OW,update index 1 range 0 1 0
          k RO,access index 2 keynum 0 1 1
        """#
}
