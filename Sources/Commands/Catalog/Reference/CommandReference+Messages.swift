// SPDX-License-Identifier: Apache-2.0

// Written by Tests/Differential/command_reference.py.

extension CommandReference {
    static let messages = #"""
        psubscribe
          > pattern:pattern*
          ! -2 pubsub noscript loading stale
          @ pubsub slow
        publish
          > channel message
          ! 3 pubsub loading stale fast
          @ pubsub fast
        pubsub
          ! -2
          @ slow
        pubsub|channels
          > pattern:pattern?
          ! -2 pubsub loading stale
          @ pubsub slow
        pubsub|help
          s Returns helpful text about the different subcommands.
          v 6.2.0
          ! 2 loading stale
          @ slow
        pubsub|numpat
          ! 2 pubsub loading stale
          @ pubsub slow
        pubsub|numsub
          > channel?*
          ! -2 pubsub loading stale
          @ pubsub slow
        pubsub|shardchannels
          > pattern:pattern?
          ! -2 pubsub loading stale
          @ pubsub slow
        pubsub|shardnumsub
          > shardchannel?*
          ! -2 pubsub loading stale
          @ pubsub slow
        punsubscribe
          > pattern:pattern?*
          ! -1 pubsub noscript loading stale
          @ pubsub slow
        spublish
          > shardchannel message
          ! 3 pubsub loading stale fast
          @ pubsub fast
          k not_key index 1 range 0 1 0
        ssubscribe
          > shardchannel*
          ! -2 pubsub noscript loading stale
          @ pubsub slow
          k not_key index 1 range -1 1 0
        subscribe
          > channel*
          ! -2 pubsub noscript loading stale
          @ pubsub slow
        sunsubscribe
          > shardchannel?*
          ! -1 pubsub noscript loading stale
          @ pubsub slow
          k not_key index 1 range -1 1 0
        unsubscribe
          > channel?*
          ! -1 pubsub noscript loading stale
          @ pubsub slow
        """#
}
