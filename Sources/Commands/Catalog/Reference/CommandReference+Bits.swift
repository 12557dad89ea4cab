// SPDX-License-Identifier: Apache-2.0

// Written by Tests/Differential/command_reference.py.

extension CommandReference {
    static let bits = #"""
        bitcount
          > key:key#0 range:block?(start:integer end:integer unit:oneof^7.0.0?(byte!BYTE bit!BIT))
          ! -2 readonly
          @ read bitmap slow
          k RO,access index 1 range 0 1 0
          h 7.0.0 Added the `BYTE|BIT` option.
        bitfield
          > key:key#0 operation:oneof?*(get-block:block=GET(encoding offset:integer)
              write:block(overflow-block:oneof=OVERFLOW?(wrap!WRAP sat!SAT fail!FAIL)
              write-operation:oneof(set-block:block=SET(encoding offset:integer value:integer)
              incrby-block:block=INCRBY(encoding offset:integer increment:integer))))
          ! -2 write denyoom
          @ write bitmap slow
          k RW,access,update,variable_flags index 1 range 0 1 0
          n This command allows both access and modification of the key
        bitfield_ro
          > key:key#0 get-block:block=GET?*+(encoding offset:integer)
          ! -2 readonly fast
          @ read bitmap fast
          k RO,access index 1 range 0 1 0
        bitop
          > operation:oneof(and!AND or!OR xor!XOR not!NOT diff!DIFF diff1!DIFF1 andor!ANDOR one!ONE)
              destkey:key#0 key:key#1*
          ! -4 write denyoom
          @ write bitmap slow
          k OW,update index 2 range 0 1 0
          k RO,access index 3 range -1 1 0
        bitpos
          > key:key#0 bit:integer range:block?(start:integer end-unit-block:block?(end:integer
              unit:oneof^7.0.0?(byte!BYTE bit!BIT)))
          ! -3 readonly
          @ read bitmap slow
          k RO,access index 1 range 0 1 0
          h 7.0.0 Added the `BYTE|BIT` option.
        getbit
          > key:key#0 offset:integer
          ! 3 readonly fast
          @ read bitmap fast
          k RO,access index 1 range 0 1 0
        pfadd
          > key:key#0 element?*
          ! -2 write denyoom fast
          @ write hyperloglog fast
          k RW,insert index 1 range 0 1 0
        pfcount
          > key:key#0*
          ! -2 readonly
          @ read hyperloglog slow
          k RW,access index 1 range -1 1 0
          n RW because it may change the internal representation of the key, and propagate to
              replicas
        pfdebug
          > subcommand key:key#0
          ! 3 write denyoom admin
          @ write hyperloglog admin slow dangerous
          k RW,access index 2 range 0 1 0
          f syscmd
        pfmerge
          > destkey:key#0 sourcekey:key#1?*
          ! -2 write denyoom
          @ write hyperloglog slow
          k RW,access,insert index 1 range 0 1 0
          k RO,access index 2 range -1 1 0
        pfselftest
          ! 1 admin
          @ hyperloglog admin slow dangerous
          f syscmd
        setbit
          > key:key#0 offset:integer value:integer
          ! 4 write denyoom
          @ write bitmap slow
          k RW,access,update index 1 range 0 1 0
        """#
}
