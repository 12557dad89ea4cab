// SPDX-License-Identifier: Apache-2.0

// Written by Tests/Differential/command_reference.py.

extension CommandReference {
    static let streams = #"""
        xack
          > key:key#0 group id*
          ! -4 write fast
          @ write stream fast
          k RW,update index 1 range 0 1 0
        xackdel
          > key:key#0 group condition:oneof?(keepref!KEEPREF delref!DELREF acked!ACKED)
              ids:block=IDS(numids:integer id*)
          ! -6 write fast
          @ write stream fast
          k RW,update,delete index 1 range 0 1 0
        xadd
          > key:key#0 nomkstream!NOMKSTREAM^6.2.0? condition:oneof?(keepref!KEEPREF delref!DELREF
              acked!ACKED) trim:block?(strategy:oneof(maxlen!MAXLEN minid!MINID^6.2.0)
              operator:oneof?(equal!`=` approximately!`~`) threshold count:integer=LIMIT^6.2.0?)
              id-selector:oneof(auto-id!`*` id) data:block*(field value)
          ! -5 write denyoom fast
          @ write stream fast
          k RW,update index 1 range 0 1 0
          n UPDATE instead of INSERT because of the optional trimming feature
          t nondeterministic_output
          h 6.2.0 Added the `NOMKSTREAM` option, `MINID` trimming strategy and the `LIMIT` option.
          h 7.0.0 Added support for the `<ms>-*` explicit ID form.
          h 8.2.0 Added the `KEEPREF`, `DELREF` and `ACKED` options.
        xautoclaim
          > key:key#0 group consumer min-idle-time start count:integer=COUNT? justid!JUSTID?
          ! -6 write fast
          @ write stream fast
          k RW,delete index 1 range 0 1 0
          t nondeterministic_output
          h 7.0.0 Added an element to the reply array, containing deleted entries the command
              cleared from the PEL
        xclaim
          > key:key#0 group consumer min-idle-time id* ms:integer=IDLE?
              unix-time-milliseconds:unix-time=TIME? count:integer=RETRYCOUNT? force!FORCE?
              justid!JUSTID? lastid=LASTID?
          ! -6 write fast
          @ write stream fast
          k RW,update index 1 range 0 1 0
          t nondeterministic_output
        xdel
          > key:key#0 id*
          ! -3 write fast
          @ write stream fast
          k RW,delete index 1 range 0 1 0
        xdelex
          > key:key#0 condition:oneof?(keepref!KEEPREF delref!DELREF acked!ACKED)
              ids:block=IDS(numids:integer id*)
          ! -5 write fast
          @ write stream fast
          k RW,delete index 1 range 0 1 0
        xgroup
          ! -2
          @ slow
        xgroup|create
          > key:key#0 group id-selector:oneof(id new-id!`$`) mkstream!MKSTREAM?
              entriesread:integer=ENTRIESREAD~entries-read?
          ! -5 write denyoom
          @ write stream slow
          k RW,insert index 2 range 0 1 0
          h 7.0.0 Added the `entries_read` named argument.
        xgroup|createconsumer
          > key:key#0 group consumer
          ! 5 write denyoom
          @ write stream slow
          k RW,insert index 2 range 0 1 0
        xgroup|delconsumer
          > key:key#0 group consumer
          ! 5 write
          @ write stream slow
          k RW,delete index 2 range 0 1 0
        xgroup|destroy
          > key:key#0 group
          ! 4 write
          @ write stream slow
          k RW,delete index 2 range 0 1 0
        xgroup|help
          s Returns helpful text about the different subcommands.
          v 5.0.0
          ! 2 loading stale
          @ stream slow
        xgroup|setid
          > key:key#0 group id-selector:oneof(id new-id!`$`)
              entriesread:integer=ENTRIESREAD~entries-read?
          ! -5 write
          @ write stream slow
          k RW,update index 2 range 0 1 0
          h 7.0.0 Added the optional `entries_read` argument.
        xinfo
          ! -2
          @ slow
        xinfo|consumers
          > key:key#0 group
          ! 4 readonly
          @ read stream slow
          k RO,access index 2 range 0 1 0
          t nondeterministic_output
          h 7.2.0 Added the `inactive` field, and changed the meaning of `idle`.
        xinfo|groups
          > key:key#0
          ! 3 readonly
          @ read stream slow
          k RO,access index 2 range 0 1 0
          h 7.0.0 Added the `entries-read` and `lag` fields
        xinfo|help
          s Returns helpful text about the different subcommands.
          v 5.0.0
          ! 2 loading stale
          @ stream slow
        xinfo|stream
          > key:key#0 full-block:block?(full!FULL count:integer=COUNT?)
          ! -3 readonly
          @ read stream slow
          k RO,access index 2 range 0 1 0
          h 6.0.0 Added the `FULL` modifier.
          h 7.0.0 Added the `max-deleted-entry-id`, `entries-added`, `recorded-first-entry-id`,
              `entries-read` and `lag` fields
          h 7.2.0 Added the `active-time` field, and changed the meaning of `seen-time`.
        xlen
          > key:key#0
          ! 2 readonly fast
          @ read stream fast
          k RO index 1 range 0 1 0
        xpending
          > key:key#0 group filters:block?(min-idle-time:integer=IDLE^6.2.0? start end count:integer
              consumer?)
          ! -3 readonly
          @ read stream slow
          k RO,access index 1 range 0 1 0
          t nondeterministic_output
          h 6.2.0 Added the `IDLE` option and exclusive range intervals.
        xrange
          > key:key#0 start end count:integer=COUNT?
          ! -4 readonly
          @ read stream slow
          k RO,access index 1 range 0 1 0
          h 6.2.0 Added exclusive ranges.
        xread
          > count:integer=COUNT? milliseconds:integer=BLOCK? streams:block=STREAMS(key:key#0* id*)
          ! -4 readonly blocking
          @ read stream slow blocking
          k RO,access keyword STREAMS 1 range -1 1 2
        xreadgroup
          > group-block:block=GROUP(group consumer) count:integer=COUNT? milliseconds:integer=BLOCK?
              noack!NOACK? streams:block=STREAMS(key:key#0* id*)
          ! -7 write blocking
          @ write stream slow blocking
          k RO,access keyword STREAMS 4 range -1 1 2
        xrevrange
          > key:key#0 end start count:integer=COUNT?
          ! -4 readonly
          @ read stream slow
          k RO,access index 1 range 0 1 0
          h 6.2.0 Added exclusive ranges.
        xsetid
          > key:key#0 last-id entries-added:integer=ENTRIESADDED^7.0.0?
              max-deleted-id=MAXDELETEDID^7.0.0?
          ! -3 write denyoom fast
          @ write stream fast
          k RW,update index 1 range 0 1 0
          h 7.0.0 Added the `entries_added` and `max_deleted_entry_id` arguments.
        xtrim
          > key:key#0 trim:block(strategy:oneof(maxlen!MAXLEN minid!MINID^6.2.0)
              operator:oneof?(equal!`=` approximately!`~`) threshold count:integer=LIMIT^6.2.0?
              condition:oneof?(keepref!KEEPREF delref!DELREF acked!ACKED))
          ! -4 write
          @ write stream slow
          k RW,delete index 1 range 0 1 0
          t nondeterministic_output
          h 6.2.0 Added the `MINID` trimming strategy and the `LIMIT` option.
          h 8.2.0 Added the `KEEPREF`, `DELREF` and `ACKED` options.
        """#
}
