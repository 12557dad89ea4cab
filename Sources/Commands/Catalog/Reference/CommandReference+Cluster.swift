// SPDX-License-Identifier: Apache-2.0

// Written by Tests/Differential/command_reference.py.

extension CommandReference {
    static let cluster = #"""
        asking
          ! 1 fast
          @ fast connection
        cluster
          ! -2
          @ slow
        cluster|addslots
          > slot:integer*
          ! -3 admin stale no_async_loading
          @ admin slow dangerous
        cluster|addslotsrange
          > range:block*(start-slot:integer end-slot:integer)
          ! -4 admin stale no_async_loading
          @ admin slow dangerous
        cluster|bumpepoch
          ! 2 admin stale no_async_loading
          @ admin slow dangerous
          t nondeterministic_output
        cluster|count-failure-reports
          > node-id
          ! 3 admin stale
          @ admin slow dangerous
          t nondeterministic_output
        cluster|countkeysinslot
          > slot:integer
          ! 3 stale
          @ slow
        cluster|delslots
          > slot:integer*
          ! -3 admin stale no_async_loading
          @ admin slow dangerous
        cluster|delslotsrange
          > range:block*(start-slot:integer end-slot:integer)
          ! -4 admin stale no_async_loading
          @ admin slow dangerous
        cluster|failover
          > options:oneof?(force!FORCE takeover!TAKEOVER)
          ! -2 admin stale no_async_loading
          @ admin slow dangerous
        cluster|flushslots
          ! 2 admin stale no_async_loading
          @ admin slow dangerous
        cluster|forget
          > node-id
          ! 3 admin stale no_async_loading
          @ admin slow dangerous
        cluster|getkeysinslot
          > slot:integer count:integer
          ! 4 stale
          @ slow
          t nondeterministic_output
        cluster|help
          s Returns helpful text about the different subcommands.
          v 5.0.0
          ! 2 loading stale
          @ slow
        cluster|info
          ! 2 stale
          @ slow
          t nondeterministic_output
        cluster|keyslot
          > key
          ! 3 stale
          @ slow
        cluster|links
          ! 2 stale
          @ slow
          t nondeterministic_output
        cluster|meet
          > ip port:integer cluster-bus-port:integer^4.0.0?
          ! -4 admin stale no_async_loading
          @ admin slow dangerous
          h 4.0.0 Added the optional `cluster_bus_port` argument.
        cluster|myid
          ! 2 stale
          @ slow
        cluster|myshardid
          ! 2 stale
          @ slow
          t nondeterministic_output
        cluster|nodes
          ! 2 stale
          @ slow
          t nondeterministic_output
        cluster|replicas
          > node-id
          ! 3 admin stale
          @ admin slow dangerous
          t nondeterministic_output
        cluster|replicate
          > node-id
          ! 3 admin stale no_async_loading
          @ admin slow dangerous
        cluster|reset
          > reset-type:oneof?(hard!HARD soft!SOFT)
          ! -2 admin noscript stale
          @ admin slow dangerous
        cluster|saveconfig
          ! 2 admin stale no_async_loading
          @ admin slow dangerous
        cluster|set-config-epoch
          > config-epoch:integer
          ! 3 admin stale no_async_loading
          @ admin slow dangerous
        cluster|setslot
          > slot:integer subcommand:oneof(importing=IMPORTING~node-id migrating=MIGRATING~node-id
              node=NODE~node-id stable!STABLE)
          ! -4 admin stale no_async_loading
          @ admin slow dangerous
        cluster|shards
          ! 2 loading stale
          @ slow
          t nondeterministic_output
        cluster|slaves
          > node-id
          ! 3 admin stale
          @ admin slow dangerous
          t nondeterministic_output
          f deprecated
          d 5.0.0
          r `CLUSTER REPLICAS`
        cluster|slot-stats
          > filter:oneof(slotsrange:block=SLOTSRANGE(start-slot:integer end-slot:integer)
              orderby:block=ORDERBY(metric limit:integer=LIMIT? order:oneof?(asc!ASC desc!DESC)))
          ! -4 loading stale
          @ slow
          t nondeterministic_output
          t request_policy:all_shards
        cluster|slots
          ! 2 loading stale
          @ slow
          t nondeterministic_output
          h 4.0.0 Added node IDs.
          h 7.0.0 Added additional networking metadata field.
          f deprecated
          d 7.0.0
          r `CLUSTER SHARDS`
        readonly
          ! 1 loading stale fast
          @ fast connection
        readwrite
          ! 1 loading stale fast
          @ fast connection
        """#
}
