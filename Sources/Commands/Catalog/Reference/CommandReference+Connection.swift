// SPDX-License-Identifier: Apache-2.0

// Written by Tests/Differential/command_reference.py.

extension CommandReference {
    static let connection = #"""
        auth
          > username^6.0.0? password
          ! -2 noscript loading stale fast no_auth allow_busy
          @ fast connection
          h 6.0.0 Added ACL style (username and password).
        client
          ! -2
          @ slow
        client|caching
          > mode:oneof(yes!YES no!NO)
          ! 3 noscript loading stale
          @ slow connection
        client|getname
          ! 2 noscript loading stale
          @ slow connection
        client|getredir
          ! 2 noscript loading stale
          @ slow connection
        client|help
          s Returns helpful text about the different subcommands.
          v 5.0.0
          ! 2 loading stale
          @ slow connection
        client|id
          ! 2 noscript loading stale
          @ slow connection
        client|info
          ! 2 noscript loading stale
          @ slow connection
          t nondeterministic_output
        client|kill
          > filter:oneof(old-format~`ip:port`/2.8.12 new-format:oneof*(client-id:integer=ID^2.8.12?
              client-type:oneof=TYPE^2.8.12?(normal!NORMAL master!MASTER^3.2.0 slave!SLAVE
              replica!REPLICA^5.0.0 pubsub!PUBSUB) username=USER? addr=ADDR~`ip:port`?
              laddr=LADDR~`ip:port`^6.2.0? skipme:oneof=SKIPME?(yes!YES no!NO)
              maxage:integer=MAXAGE^7.4.0?))
          ! -3 admin noscript loading stale
          @ admin slow dangerous connection
          h 2.8.12 Added new filter format.
          h 2.8.12 `ID` option.
          h 3.2.0 Added `master` type in for `TYPE` option.
          h 5.0.0 Replaced `slave` `TYPE` with `replica`. `slave` still supported for backward
              compatibility.
          h 6.2.0 `LADDR` option.
          h 7.4.0 `MAXAGE` option.
        client|list
          > client-type:oneof=TYPE^5.0.0?(normal!NORMAL master!MASTER replica!REPLICA pubsub!PUBSUB)
              client-id:integer=ID^6.2.0?*
          ! -2 admin noscript loading stale
          @ admin slow dangerous connection
          t nondeterministic_output
          h 2.8.12 Added unique client `id` field.
          h 5.0.0 Added optional `TYPE` filter.
          h 6.0.0 Added `user` field.
          h 6.2.0 Added `argv-mem`, `tot-mem`, `laddr` and `redir` fields and the optional `ID`
              filter.
          h 7.0.0 Added `resp`, `multi-mem`, `rbs` and `rbp` fields.
          h 7.0.3 Added `ssub` field.
          h 7.2.0 Added `lib-name` and `lib-ver` fields.
          h 7.4.0 Added `watch` field.
          h 8.0.0 Added `io-thread` field.
        client|no-evict
          > enabled:oneof(on!ON off!OFF)
          ! 3 admin noscript loading stale
          @ admin slow dangerous connection
        client|no-touch
          > enabled:oneof(on!ON off!OFF)
          ! 3 noscript loading stale
          @ slow connection
        client|pause
          > timeout:integer mode:oneof^6.2.0?(write!WRITE all!ALL)
          ! -3 admin noscript loading stale
          @ admin slow dangerous connection
          h 6.2.0 `CLIENT PAUSE WRITE` mode added along with the `mode` option.
        client|reply
          > action:oneof(on!ON off!OFF skip!SKIP)
          ! 3 noscript loading stale
          @ slow connection
        client|setinfo
          > attr:oneof(libname=LIB-NAME libver=LIB-VER)
          ! 4 noscript loading stale
          @ slow connection
          t request_policy:all_nodes
          t response_policy:all_succeeded
        client|setname
          > connection-name
          ! 3 noscript loading stale
          @ slow connection
          t request_policy:all_nodes
          t response_policy:all_succeeded
        client|tracking
          > status:oneof(on!ON off!OFF) client-id:integer=REDIRECT? prefix=PREFIX?*+ bcast!BCAST?
              optin!OPTIN? optout!OPTOUT? noloop!NOLOOP?
          ! -3 noscript loading stale
          @ slow connection
        client|trackinginfo
          ! 2 noscript loading stale
          @ slow connection
        client|unblock
          > client-id:integer unblock-type:oneof?(timeout!TIMEOUT error!ERROR)
          ! -3 admin noscript loading stale
          @ admin slow dangerous connection
        client|unpause
          ! 2 admin noscript loading stale
          @ admin slow dangerous connection
        discard
          ! 1 noscript loading stale fast allow_busy
          @ fast transaction
        echo
          > message
          ! 2 loading stale fast
          @ fast connection
        exec
          ! 1 noscript loading stale skip_slowlog
          @ slow transaction
        hello
          > arguments:block?(protover:integer auth:block=AUTH?(username password)
              clientname=SETNAME?)
          ! -1 noscript loading stale fast no_auth allow_busy
          @ fast connection
          h 6.2.0 `protover` made optional; when called without arguments the command reports the
              current connection's context.
        multi
          ! 1 noscript loading stale fast allow_busy
          @ fast transaction
        ping
          > message?
          ! -1 fast
          @ fast connection
          t request_policy:all_shards
          t response_policy:all_succeeded
        quit
          ! -1 noscript loading stale fast no_auth allow_busy
          @ fast connection
          f deprecated
          d 7.2.0
          r just closing the connection
        reset
          ! 1 noscript loading stale fast no_auth allow_busy
          @ fast connection
        select
          > index:integer
          ! 2 loading stale fast
          @ fast connection
        unwatch
          ! 1 noscript loading stale fast allow_busy
          @ fast transaction
        watch
          > key:key#0*
          ! -2 noscript loading stale fast allow_busy
          @ fast transaction
          k RO index 1 range -1 1 0
        """#
}
