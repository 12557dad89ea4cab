// SPDX-License-Identifier: Apache-2.0

// Written by Tests/Differential/command_reference.py.

extension CommandReference {
    static let scripting = #"""
        eval
          > script numkeys:integer key:key#0?* arg?*
          ! -3 noscript stale skip_monitor no_mandatory_keys
          @ slow scripting
          k RW,access,update index 2 keynum 0 1 1
          n We cannot tell how the keys will be used so we assume the worst, RW and UPDATE
        eval_ro
          > script numkeys:integer key:key#0?* arg?*
          ! -3 readonly noscript stale skip_monitor no_mandatory_keys
          @ slow scripting
          k RO,access index 2 keynum 0 1 1
          n We cannot tell how the keys will be used so we assume the worst, RO and ACCESS
        evalsha
          > sha1 numkeys:integer key:key#0?* arg?*
          ! -3 noscript stale skip_monitor no_mandatory_keys
          @ slow scripting
          k RW,access,update index 2 keynum 0 1 1
        evalsha_ro
          > sha1 numkeys:integer key:key#0?* arg?*
          ! -3 readonly noscript stale skip_monitor no_mandatory_keys
          @ slow scripting
          k RO,access index 2 keynum 0 1 1
        fcall
          > function numkeys:integer key:key#0?* arg?*
          ! -3 noscript stale skip_monitor no_mandatory_keys
          @ slow scripting
          k RW,access,update index 2 keynum 0 1 1
          n We cannot tell how the keys will be used so we assume the worst, RW and UPDATE
        fcall_ro
          > function numkeys:integer key:key#0?* arg?*
          ! -3 readonly noscript stale skip_monitor no_mandatory_keys
          @ slow scripting
          k RO,access index 2 keynum 0 1 1
          n We cannot tell how the keys will be used so we assume the worst, RO and ACCESS
        function
          ! -2
          @ slow
        function|delete
          > library-name
          ! 3 write noscript
          @ write slow scripting
          t request_policy:all_shards
          t response_policy:all_succeeded
        function|dump
          ! 2 noscript
          @ slow scripting
        function|flush
          > flush-type:oneof?(async!ASYNC sync!SYNC)
          ! -2 write noscript
          @ write slow scripting
          t request_policy:all_shards
          t response_policy:all_succeeded
        function|help
          s Returns helpful text about the different subcommands.
          v 7.0.0
          ! 2 loading stale
          @ slow scripting
        function|kill
          ! 2 noscript allow_busy
          @ slow scripting
          t request_policy:all_shards
          t response_policy:one_succeeded
        function|list
          > library-name-pattern=LIBRARYNAME? withcode!WITHCODE?
          ! -2 noscript
          @ slow scripting
          t nondeterministic_output_order
        function|load
          > replace!REPLACE? function-code
          ! -3 write denyoom noscript
          @ write slow scripting
          t request_policy:all_shards
          t response_policy:all_succeeded
        function|restore
          > serialized-value policy:oneof?(flush!FLUSH append!APPEND replace!REPLACE)
          ! -3 write denyoom noscript
          @ write slow scripting
          t request_policy:all_shards
          t response_policy:all_succeeded
        function|stats
          ! 2 noscript allow_busy
          @ slow scripting
          t nondeterministic_output
          t request_policy:all_shards
          t response_policy:special
        script
          ! -2
          @ slow
        script|debug
          > mode:oneof(yes!YES sync!SYNC no!NO)
          ! 3 noscript
          @ slow scripting
        script|exists
          > sha1*
          ! -3 noscript
          @ slow scripting
          t request_policy:all_shards
          t response_policy:agg_logical_and
        script|flush
          > flush-type:oneof^6.2.0?(async!ASYNC sync!SYNC)
          ! -2 noscript
          @ slow scripting
          t request_policy:all_nodes
          t response_policy:all_succeeded
          h 6.2.0 Added the `ASYNC` and `SYNC` flushing mode modifiers.
        script|help
          s Returns helpful text about the different subcommands.
          v 5.0.0
          ! 2 loading stale
          @ slow scripting
        script|kill
          ! 2 noscript allow_busy
          @ slow scripting
          t request_policy:all_shards
          t response_policy:one_succeeded
        script|load
          > script
          ! 3 noscript stale
          @ slow scripting
          t request_policy:all_nodes
          t response_policy:all_succeeded
        """#
}
