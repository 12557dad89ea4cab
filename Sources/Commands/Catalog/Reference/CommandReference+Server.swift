// SPDX-License-Identifier: Apache-2.0

// Written by Tests/Differential/command_reference.py.

extension CommandReference {
    static let server = #"""
        acl
          ! -2
          @ slow
        acl|cat
          > category?
          ! -2 noscript loading stale
          @ slow
        acl|deluser
          > username*
          ! -3 admin noscript loading stale
          @ admin slow dangerous
          t request_policy:all_nodes
          t response_policy:all_succeeded
        acl|dryrun
          > username command arg?*
          ! -4 admin noscript loading stale
          @ admin slow dangerous
        acl|genpass
          > bits:integer?
          ! -2 noscript loading stale
          @ slow
        acl|getuser
          > username
          ! 3 admin noscript loading stale
          @ admin slow dangerous
          h 6.2.0 Added Pub/Sub channel patterns.
          h 7.0.0 Added selectors and changed the format of key and channel patterns from a list to
              their rule representation.
        acl|help
          s Returns helpful text about the different subcommands.
          v 6.0.0
          ! 2 loading stale
          @ slow
        acl|list
          ! 2 admin noscript loading stale
          @ admin slow dangerous
        acl|load
          ! 2 admin noscript loading stale
          @ admin slow dangerous
        acl|log
          > operation:oneof?(count:integer reset!RESET)
          ! -2 admin noscript loading stale
          @ admin slow dangerous
          h 7.2.0 Added entry ID, timestamp created, and timestamp last updated.
        acl|save
          ! 2 admin noscript loading stale
          @ admin slow dangerous
          t request_policy:all_nodes
          t response_policy:all_succeeded
        acl|setuser
          > username rule?*
          ! -3 admin noscript loading stale
          @ admin slow dangerous
          t request_policy:all_nodes
          t response_policy:all_succeeded
          h 6.2.0 Added Pub/Sub channel patterns.
          h 7.0.0 Added selectors and key based permissions.
        acl|users
          ! 2 admin noscript loading stale
          @ admin slow dangerous
        acl|whoami
          ! 2 noscript loading stale
          @ slow
        bgrewriteaof
          ! 1 admin noscript no_async_loading
          @ admin slow dangerous
        bgsave
          > schedule!SCHEDULE^3.2.2?
          ! -1 admin noscript no_async_loading
          @ admin slow dangerous
          h 3.2.2 Added the `SCHEDULE` option.
        command
          ! -1 loading stale
          @ slow connection
          t nondeterministic_output_order
        command|count
          ! 2 loading stale
          @ slow connection
        command|docs
          > command-name?*
          ! -2 loading stale
          @ slow connection
          t nondeterministic_output_order
        command|getkeys
          > command arg?*
          ! -3 loading stale
          @ slow connection
        command|getkeysandflags
          > command arg?*
          ! -3 loading stale
          @ slow connection
        command|help
          s Returns helpful text about the different subcommands.
          v 5.0.0
          ! 2 loading stale
          @ slow connection
        command|info
          > command-name?*
          ! -2 loading stale
          @ slow connection
          t nondeterministic_output_order
          h 7.0.0 Allowed to be called with no argument to get info on all commands.
        command|list
          > filterby:oneof=FILTERBY?(module-name=MODULE category=ACLCAT pattern:pattern=PATTERN)
          ! -2 loading stale
          @ slow connection
          t nondeterministic_output_order
        config
          ! -2
          @ slow
        config|get
          > parameter*
          ! -3 admin noscript loading stale
          @ admin slow dangerous
          h 7.0.0 Added the ability to pass multiple pattern parameters in one call
        config|help
          s Returns helpful text about the different subcommands.
          v 5.0.0
          ! 2 loading stale
          @ slow
        config|resetstat
          ! 2 admin noscript loading stale
          @ admin slow dangerous
          t request_policy:all_nodes
          t response_policy:all_succeeded
        config|rewrite
          ! 2 admin noscript loading stale
          @ admin slow dangerous
          t request_policy:all_nodes
          t response_policy:all_succeeded
        config|set
          > data:block*(parameter value)
          ! -4 admin noscript loading stale
          @ admin slow dangerous
          t request_policy:all_nodes
          t response_policy:all_succeeded
          h 7.0.0 Added the ability to set multiple parameters in one call.
        dbsize
          ! 1 readonly fast
          @ keyspace read fast
          t request_policy:all_shards
          t response_policy:agg_sum
        debug
          ! -2 admin noscript loading stale
          @ admin slow dangerous
          f syscmd
        failover
          > target:block=TO?(host port:integer force!FORCE?) abort!ABORT?
              milliseconds:integer=TIMEOUT?
          ! -1 admin noscript stale
          @ admin slow dangerous
        flushall
          > flush-type:oneof?(async!ASYNC^4.0.0 sync!SYNC^6.2.0)
          ! -1 write
          @ keyspace write slow dangerous
          t request_policy:all_shards
          t response_policy:all_succeeded
          h 4.0.0 Added the `ASYNC` flushing mode modifier.
          h 6.2.0 Added the `SYNC` flushing mode modifier.
        flushdb
          > flush-type:oneof?(async!ASYNC^4.0.0 sync!SYNC^6.2.0)
          ! -1 write
          @ keyspace write slow dangerous
          t request_policy:all_shards
          t response_policy:all_succeeded
          h 4.0.0 Added the `ASYNC` flushing mode modifier.
          h 6.2.0 Added the `SYNC` flushing mode modifier.
        info
          > section?*
          ! -1 loading stale
          @ slow dangerous
          t nondeterministic_output
          t request_policy:all_shards
          t response_policy:special
          h 7.0.0 Added support for taking multiple section arguments.
        lastsave
          ! 1 loading stale fast
          @ admin fast dangerous
          t nondeterministic_output
        latency
          ! -2
          @ slow
        latency|doctor
          ! 2 admin noscript loading stale
          @ admin slow dangerous
          t nondeterministic_output
          t request_policy:all_nodes
          t response_policy:special
        latency|graph
          > event
          ! 3 admin noscript loading stale
          @ admin slow dangerous
          t nondeterministic_output
          t request_policy:all_nodes
          t response_policy:special
        latency|help
          s Returns helpful text about the different subcommands.
          v 2.8.13
          ! 2 loading stale
          @ slow
        latency|histogram
          > command?*
          ! -2 admin noscript loading stale
          @ admin slow dangerous
          t nondeterministic_output
          t request_policy:all_nodes
          t response_policy:special
        latency|history
          > event
          ! 3 admin noscript loading stale
          @ admin slow dangerous
          t nondeterministic_output
          t request_policy:all_nodes
          t response_policy:special
        latency|latest
          ! 2 admin noscript loading stale
          @ admin slow dangerous
          t nondeterministic_output
          t request_policy:all_nodes
          t response_policy:special
        latency|reset
          > event?*
          ! -2 admin noscript loading stale
          @ admin slow dangerous
          t request_policy:all_nodes
          t response_policy:agg_sum
        lolwut
          > version:integer=VERSION?
          ! -1 readonly fast
          @ read fast
        memory
          ! -2
          @ slow
        memory|doctor
          ! 2
          @ slow
          t nondeterministic_output
          t request_policy:all_shards
          t response_policy:special
        memory|help
          s Returns helpful text about the different subcommands.
          v 4.0.0
          ! 2 loading stale
          @ slow
        memory|malloc-stats
          ! 2
          @ slow
          t nondeterministic_output
          t request_policy:all_shards
          t response_policy:special
        memory|purge
          ! 2
          @ slow
          t request_policy:all_shards
          t response_policy:all_succeeded
        memory|stats
          ! 2
          @ slow
          t nondeterministic_output
          t request_policy:all_shards
          t response_policy:special
        memory|usage
          > key:key#0 count:integer=SAMPLES?
          ! -3 readonly
          @ read slow
          k RO index 2 range 0 1 0
        module
          ! -2
          @ slow
        module|help
          s Returns helpful text about the different subcommands.
          v 5.0.0
          ! 2 loading stale
          @ slow
        module|list
          ! 2 admin noscript
          @ admin slow dangerous
          t nondeterministic_output_order
        module|load
          > path arg?*
          ! -3 admin noscript no_async_loading
          @ admin slow dangerous
        module|loadex
          > path configs:block=CONFIG?*+(name value) args=ARGS?*
          ! -3 admin noscript no_async_loading
          @ admin slow dangerous
        module|unload
          > name
          ! 3 admin noscript no_async_loading
          @ admin slow dangerous
        monitor
          ! 1 admin noscript loading stale
          @ admin slow dangerous
        psync
          > replicationid offset:integer
          ! -3 admin noscript no_async_loading no_multi
          @ admin slow dangerous
        replconf
          ! -1 admin noscript loading stale allow_busy
          @ admin slow dangerous
          f syscmd
        replicaof
          > args:oneof(host-port:block(host port:integer) no-one:block(no!NO one!ONE))
          ! 3 admin noscript stale no_async_loading
          @ admin slow dangerous
        restore-asking
          > key:key#0 ttl:integer serialized-value replace!REPLACE^3.0.0? absttl!ABSTTL^5.0.0?
              seconds:integer=IDLETIME^5.0.0? frequency:integer=FREQ^5.0.0?
          ! -4 write denyoom asking
          @ keyspace write slow dangerous
          k OW,update index 1 range 0 1 0
          h 3.0.0 Added the `REPLACE` modifier.
          h 5.0.0 Added the `ABSTTL` modifier.
          h 5.0.0 Added the `IDLETIME` and `FREQ` options.
          f syscmd
        role
          ! 1 noscript loading stale fast
          @ admin fast dangerous
        save
          ! 1 admin noscript no_async_loading no_multi
          @ admin slow dangerous
        shutdown
          > save-selector:oneof?(nosave!NOSAVE save!SAVE) now!NOW^7.0.0? force!FORCE^7.0.0?
              abort!ABORT^7.0.0?
          ! -1 admin noscript loading stale no_multi allow_busy
          @ admin slow dangerous
          h 7.0.0 Added the `NOW`, `FORCE` and `ABORT` modifiers.
        slaveof
          > args:oneof(host-port:block(host port:integer) no-one:block(no!NO one!ONE))
          ! 3 admin noscript stale no_async_loading
          @ admin slow dangerous
          f deprecated
          d 5.0.0
          r `REPLICAOF`
        slowlog
          ! -2
          @ slow
        slowlog|get
          > count:integer?
          ! -2 admin loading stale
          @ admin slow dangerous
          t request_policy:all_nodes
          t nondeterministic_output
          h 4.0.0 Added client IP address, port and name to the reply.
        slowlog|help
          s Show helpful text about the different subcommands
          v 6.2.0
          ! 2 loading stale
          @ slow
        slowlog|len
          ! 2 admin loading stale
          @ admin slow dangerous
          t request_policy:all_nodes
          t response_policy:agg_sum
          t nondeterministic_output
        slowlog|reset
          ! 2 admin loading stale
          @ admin slow dangerous
          t request_policy:all_nodes
          t response_policy:all_succeeded
        swapdb
          > index1:integer index2:integer
          ! 3 write fast
          @ keyspace write fast dangerous
        sync
          ! 1 admin noscript no_async_loading no_multi
          @ admin slow dangerous
        time
          ! 1 loading stale fast
          @ fast
          t nondeterministic_output
        """#
}
