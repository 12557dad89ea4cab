// SPDX-License-Identifier: Apache-2.0

import Commands
import Testing

@Suite("Command syntax")
struct CommandSyntaxTests {
    /// A tree in one line: `name:type` with `token=`, `?` optional, `*` multiple, parts in braces.
    static func line(_ arguments: [CommandSyntax.Argument]) -> String {
        arguments.map { argument in
            var text = argument.token.map { "\($0)=" } ?? ""
            text += "\(argument.name):\(argument.type.rawValue)"
            if argument.isOptional { text += "?" }
            if argument.isMultiple { text += "*" }
            if !argument.arguments.isEmpty { text += "{\(line(argument.arguments))}" }
            return text
        }.joined(separator: " ")
    }

    @Test(
        "reads the notation",
        arguments: [
            ("", ""),
            ("key value", "key:key value:string"),
            ("key [key ...]", "key:key*"),
            ("[message]", "message:string?"),
            ("[command-name ...]", "command-name:string?*"),
            ("key value [key value ...]", "data:block*{key:key value:string}"),
            ("key [EX seconds:integer]", "key:key EX=seconds:integer?"),
            (
                "key [NX | XX] [GET]",
                "key:key condition:oneof?{NX=nx:pure-token XX=xx:pure-token} GET=get:pure-token?"
            ),
            (
                "key FIELDS numfields:integer field [field ...]",
                "key:key FIELDS=fields:block{numfields:integer field:string*}"
            ),
            (
                "a:key <LEFT | RIGHT> [COUNT count:integer]",
                "a:key condition:oneof{LEFT=left:pure-token RIGHT=right:pure-token} "
                    + "COUNT=count:integer?"
            ),
            (
                "key [count:integer [WITHVALUES]]",
                "key:key data:block?{count:integer WITHVALUES=withvalues:pure-token?}"
            ),
        ])
    func reading(text: String, tree: String) {
        #expect(CommandSyntax(text).map { Self.line($0.arguments) } == tree)
    }

    @Test("refuses what is unbalanced", arguments: ["[key", "key]", "<a | b]", "a:nonesuch"])
    func refusal(text: String) {
        #expect(CommandSyntax(text) == nil)
    }

    @Test("reads every declaration")
    func declarations() {
        for entry in CommandTable(CommandCatalog.all).entries {
            for command in [entry] + entry.subcommands {
                let syntax = command.declaration.syntax
                #expect(CommandSyntax(syntax) != nil, "\(command.fullName): \(syntax)")
            }
        }
    }
}
