// SPDX-License-Identifier: Apache-2.0

// Written by Tests/Differential/command_reference.py.

extension CommandReference {
    static let keys = #"""
        copy
          > source:key#0 destination:key#1 destination-db:integer=DB? replace!REPLACE?
          ! -3 write denyoom
          @ keyspace write slow
          k RO,access index 1 range 0 1 0
          k OW,update index 2 range 0 1 0
        del
          > key:key#0*
          ! -2 write
          @ keyspace write slow
          k RM,delete index 1 range -1 1 0
          t request_policy:multi_shard
          t response_policy:agg_sum
        dump
          > key:key#0
          ! 2 readonly
          @ keyspace read slow
          k RO,access index 1 range 0 1 0
          t nondeterministic_output
        exists
          > key:key#0*
          ! -2 readonly fast
          @ keyspace read fast
          k RO index 1 range -1 1 0
          t request_policy:multi_shard
          t response_policy:agg_sum
          h 3.0.3 Accepts multiple `key` arguments.
        expire
          > key:key#0 seconds:integer condition:oneof^7.0.0?(nx!NX xx!XX gt!GT lt!LT)
          ! -3 write fast
          @ keyspace write fast
          k RW,update index 1 range 0 1 0
          h 7.0.0 Added options: `NX`, `XX`, `GT` and `LT`.
        expireat
          > key:key#0 unix-time-seconds:unix-time condition:oneof^7.0.0?(nx!NX xx!XX gt!GT lt!LT)
          ! -3 write fast
          @ keyspace write fast
          k RW,update index 1 range 0 1 0
          h 7.0.0 Added options: `NX`, `XX`, `GT` and `LT`.
        expiretime
          > key:key#0
          ! 2 readonly fast
          @ keyspace read fast
          k RO,access index 1 range 0 1 0
        keys
          > pattern:pattern
          ! 2 readonly
          @ keyspace read slow dangerous
          t request_policy:all_shards
          t nondeterministic_output_order
        migrate
          > host port:integer key-selector:oneof(key:key#0 empty-string!``) destination-db:integer
              timeout:integer copy!COPY^3.0.0? replace!REPLACE^3.0.0?
              authentication:oneof?(auth=AUTH~password^4.0.7 auth2:block=AUTH2^6.0.0(username
              password)) keys:key=KEYS~key#1^3.0.6?*
          ! -6 write
          @ keyspace write slow dangerous
          k RW,access,delete index 3 range 0 1 0
          k RW,access,delete,incomplete keyword KEYS -2 range -1 1 0
          t nondeterministic_output
          h 3.0.0 Added the `COPY` and `REPLACE` options.
          h 3.0.6 Added the `KEYS` option.
          h 4.0.7 Added the `AUTH` option.
          h 6.0.0 Added the `AUTH2` option.
        move
          > key:key#0 db:integer
          ! 3 write fast
          @ keyspace write fast
          k RW,access,update index 1 range 0 1 0
        object
          ! -2
          @ slow
        object|encoding
          > key:key#0
          ! 3 readonly
          @ keyspace read slow
          k RO index 2 range 0 1 0
          t nondeterministic_output
        object|freq
          > key:key#0
          ! 3 readonly
          @ keyspace read slow
          k RO index 2 range 0 1 0
          t nondeterministic_output
        object|help
          s Returns helpful text about the different subcommands.
          v 6.2.0
          ! 2 loading stale
          @ keyspace slow
        object|idletime
          > key:key#0
          ! 3 readonly
          @ keyspace read slow
          k RO index 2 range 0 1 0
          t nondeterministic_output
        object|refcount
          > key:key#0
          ! 3 readonly
          @ keyspace read slow
          k RO index 2 range 0 1 0
          t nondeterministic_output
        persist
          > key:key#0
          ! 2 write fast
          @ keyspace write fast
          k RW,update index 1 range 0 1 0
        pexpire
          > key:key#0 milliseconds:integer condition:oneof^7.0.0?(nx!NX xx!XX gt!GT lt!LT)
          ! -3 write fast
          @ keyspace write fast
          k RW,update index 1 range 0 1 0
          h 7.0.0 Added options: `NX`, `XX`, `GT` and `LT`.
        pexpireat
          > key:key#0 unix-time-milliseconds:unix-time condition:oneof^7.0.0?(nx!NX xx!XX gt!GT
              lt!LT)
          ! -3 write fast
          @ keyspace write fast
          k RW,update index 1 range 0 1 0
          h 7.0.0 Added options: `NX`, `XX`, `GT` and `LT`.
        pexpiretime
          > key:key#0
          ! 2 readonly fast
          @ keyspace read fast
          k RO,access index 1 range 0 1 0
        pttl
          > key:key#0
          ! 2 readonly fast
          @ keyspace read fast
          k RO,access index 1 range 0 1 0
          t nondeterministic_output
          h 2.8.0 Added the -2 reply.
        randomkey
          ! 1 readonly
          @ keyspace read slow
          t request_policy:all_shards
          t response_policy:special
          t nondeterministic_output
        rename
          > key:key#0 newkey:key#1
          ! 3 write
          @ keyspace write slow
          k RW,access,delete index 1 range 0 1 0
          k OW,update index 2 range 0 1 0
        renamenx
          > key:key#0 newkey:key#1
          ! 3 write fast
          @ keyspace write fast
          k RW,access,delete index 1 range 0 1 0
          k OW,insert index 2 range 0 1 0
          h 3.2.0 The command no longer returns an error when source and destination names are the
              same.
        restore
          > key:key#0 ttl:integer serialized-value replace!REPLACE^3.0.0? absttl!ABSTTL^5.0.0?
              seconds:integer=IDLETIME^5.0.0? frequency:integer=FREQ^5.0.0?
          ! -4 write denyoom
          @ keyspace write slow dangerous
          k OW,update index 1 range 0 1 0
          h 3.0.0 Added the `REPLACE` modifier.
          h 5.0.0 Added the `ABSTTL` modifier.
          h 5.0.0 Added the `IDLETIME` and `FREQ` options.
        scan
          > cursor:integer pattern:pattern=MATCH? count:integer=COUNT? type=TYPE^6.0.0?
          ! -2 readonly
          @ keyspace read slow
          t nondeterministic_output
          t request_policy:special
          t response_policy:special
          h 6.0.0 Added the `TYPE` subcommand.
        sort
          > key:key#0 by-pattern:pattern=BY~pattern#1? limit:block=LIMIT?(offset:integer
              count:integer) get-pattern:pattern=GET~pattern#1?*+ order:oneof?(asc!ASC desc!DESC)
              sorting!ALPHA? destination:key=STORE#2?
          ! -2 write denyoom
          @ write set sortedset list slow dangerous
          k RO,access index 1 range 0 1 0
          k RO,access unknown unknown
          n For the optional BY/GET keyword. It is marked 'unknown' because the key names derive
              from the content of the key we sort
          k OW,update unknown unknown
          n For the optional STORE keyword. It is marked 'unknown' because the keyword can appear
              anywhere in the argument array
        sort_ro
          > key:key#0 by-pattern:pattern=BY~pattern#1? limit:block=LIMIT?(offset:integer
              count:integer) get-pattern:pattern=GET~pattern#1?*+ order:oneof?(asc!ASC desc!DESC)
              sorting!ALPHA?
          ! -2 readonly
          @ read set sortedset list slow dangerous
          k RO,access index 1 range 0 1 0
          k RO,access unknown unknown
          n For the optional BY/GET keyword. It is marked 'unknown' because the key names derive
              from the content of the key we sort
        touch
          > key:key#0*
          ! -2 readonly fast
          @ keyspace read fast
          k RO index 1 range -1 1 0
          t request_policy:multi_shard
          t response_policy:agg_sum
        ttl
          > key:key#0
          ! 2 readonly fast
          @ keyspace read fast
          k RO,access index 1 range 0 1 0
          t nondeterministic_output
          h 2.8.0 Added the -2 reply.
        type
          > key:key#0
          ! 2 readonly fast
          @ keyspace read fast
          k RO index 1 range 0 1 0
        unlink
          > key:key#0*
          ! -2 write fast
          @ keyspace write fast
          k RM,delete index 1 range -1 1 0
          t request_policy:multi_shard
          t response_policy:agg_sum
        wait
          > numreplicas:integer timeout:integer
          ! 3 blocking
          @ slow blocking connection
          t request_policy:all_shards
          t response_policy:agg_min
        waitaof
          > numlocal:integer numreplicas:integer timeout:integer
          ! 4 blocking
          @ slow blocking connection
          t request_policy:all_shards
          t response_policy:agg_min
        """#
}
