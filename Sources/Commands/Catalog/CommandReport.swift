// SPDX-License-Identifier: Apache-2.0

import Primitives
import RESP

/// Writes what COMMAND INFO and COMMAND DOCS answer about one command.
enum CommandReport {
    static func info(_ entry: CommandEntry, _ reply: inout ReplyWriter) {
        let range = entry.keyRange
        reply.array(10)
        reply.bulk(entry.fullName)
        reply.integer(entry.declaration.arity.redisNumber)
        statuses(entry.flagNames, &reply)
        reply.integer(range.first)
        reply.integer(range.last)
        reply.integer(range.step)
        statuses(entry.categories, &reply)
        // Tips: nothing that a cluster proxy must know is declared.
        reply.set(0)
        reply.set(entry.declaration.keys.count)
        for spec in entry.declaration.keys { keySpec(spec, of: entry, &reply) }
        reply.set(entry.subcommands.count)
        for subcommand in entry.subcommands { info(subcommand, &reply) }
    }

    /// What a command does to its keys, as far as reading and writing tell.
    static func accessFlags(_ entry: CommandEntry, _ reply: inout ReplyWriter) {
        statuses(entry.isWrite ? ["RW", "access", "update"] : ["RO", "access"], &reply)
    }

    private static func statuses(_ names: [String], _ reply: inout ReplyWriter) {
        reply.set(names.count)
        for name in names { ByteString(name).withBytes { reply.simple($0) } }
    }

    private static func keySpec(
        _ spec: CommandDeclaration.KeySpec, of entry: CommandEntry, _ reply: inout ReplyWriter
    ) {
        reply.map(3)
        reply.bulk("flags")
        accessFlags(entry, &reply)
        reply.bulk("begin_search")
        switch spec {
        case .range(let first, let last, let step):
            search("index", [("index", first)], nil, &reply)
            let relative = last < 0 ? last : last - first
            find("range", [("lastkey", relative), ("keystep", step), ("limit", 0)], &reply)
        case .counted(let count, let first):
            search("index", [("index", count)], nil, &reply)
            find("keynum", [("keynumidx", 0), ("firstkey", first - count), ("keystep", 1)], &reply)
        case .keyword(let word, let from, let count):
            search("keyword", [("startfrom", from)], word, &reply)
            find("range", [("lastkey", count - 1), ("keystep", 1), ("limit", 0)], &reply)
        case .keywordHalf(let word, let from):
            search("keyword", [("startfrom", from)], word, &reply)
            find("range", [("lastkey", -1), ("keystep", 1), ("limit", 2)], &reply)
        }
    }

    private static func find(
        _ type: String, _ numbers: [(String, Int)], _ reply: inout ReplyWriter
    ) {
        reply.bulk("find_keys")
        search(type, numbers, nil, &reply)
    }

    private static func search(
        _ type: String, _ numbers: [(String, Int)], _ keyword: String?,
        _ reply: inout ReplyWriter
    ) {
        reply.map(2)
        reply.bulk("type")
        reply.bulk(type)
        reply.bulk("spec")
        reply.map(numbers.count + (keyword == nil ? 0 : 1))
        if let keyword {
            reply.bulk("keyword")
            reply.bulk(keyword)
        }
        for (name, number) in numbers {
            reply.bulk(name)
            reply.integer(number)
        }
    }

    static func docs(_ entry: CommandEntry, _ reply: inout ReplyWriter) {
        let declaration = entry.declaration
        let arguments = CommandSyntax(declaration.syntax)?.arguments ?? []
        let parts = (arguments.isEmpty ? 0 : 1) + (entry.subcommands.isEmpty ? 0 : 1)
        reply.map(4 + parts)
        for (name, text) in [
            ("summary", declaration.summary), ("since", declaration.since),
            ("group", declaration.group.rawValue), ("complexity", declaration.complexity),
        ] {
            reply.bulk(name)
            reply.bulk(text)
        }
        if !arguments.isEmpty {
            reply.bulk("arguments")
            write(arguments, &reply)
        }
        guard !entry.subcommands.isEmpty else { return }
        reply.bulk("subcommands")
        reply.map(entry.subcommands.count)
        for subcommand in entry.subcommands {
            reply.bulk(subcommand.fullName)
            docs(subcommand, &reply)
        }
    }

    private static func write(
        _ arguments: [CommandSyntax.Argument], _ reply: inout ReplyWriter
    ) {
        reply.array(arguments.count)
        for argument in arguments {
            var texts = [("name", argument.name), ("type", argument.type.rawValue)]
            if argument.arguments.isEmpty { texts.append(("display_text", argument.name)) }
            let flags =
                (argument.isOptional ? ["optional"] : [])
                + (argument.isMultiple ? ["multiple"] : [])
            let isKey = argument.type == .key
            reply.map(
                texts.count + (isKey ? 1 : 0) + (argument.token == nil ? 0 : 1)
                    + (flags.isEmpty ? 0 : 1) + (argument.arguments.isEmpty ? 0 : 1))
            for (name, text) in texts {
                reply.bulk(name)
                reply.bulk(text)
            }
            if isKey {
                reply.bulk("key_spec_index")
                reply.integer(0)
            }
            if let token = argument.token {
                reply.bulk("token")
                reply.bulk(token)
            }
            if !flags.isEmpty {
                reply.bulk("flags")
                statuses(flags, &reply)
            }
            if !argument.arguments.isEmpty {
                reply.bulk("arguments")
                write(argument.arguments, &reply)
            }
        }
    }
}
