// SPDX-License-Identifier: Apache-2.0

import Primitives
import RESP

/// Writes what COMMAND INFO and COMMAND DOCS answer about one command.
enum CommandReport {
    static func info(_ entry: CommandEntry, _ reply: inout ReplyWriter) {
        let range = entry.keyRange
        reply.array(10)
        reply.bulk(entry.shownName)
        reply.integer(entry.declaration.arity.redisNumber)
        statuses(entry.flagNames, &reply)
        reply.integer(range.first)
        reply.integer(range.last)
        reply.integer(range.step)
        statuses(entry.categories.map { "@" + $0 }, &reply)
        let tips = entry.reference?.tips ?? []
        reply.set(tips.count)
        for tip in tips { reply.bulk(tip) }
        reply.set(entry.keySpecs.count)
        for spec in entry.keySpecs { keySpec(spec, &reply) }
        reply.set(entry.subcommands.count)
        for subcommand in entry.subcommands { info(subcommand, &reply) }
    }

    /// What a command does to a key.
    static func accessFlags(_ access: KeyAccess, _ reply: inout ReplyWriter) {
        statuses(access.names, &reply)
    }

    private static func statuses(_ names: [String], _ reply: inout ReplyWriter) {
        reply.set(names.count)
        for name in names { ByteString(name).withBytes { reply.simple($0) } }
    }

    private static func keySpec(_ spec: KeySpecification, _ reply: inout ReplyWriter) {
        reply.map(spec.notes == nil ? 3 : 4)
        if let notes = spec.notes {
            reply.bulk("notes")
            reply.bulk(notes)
        }
        reply.bulk("flags")
        accessFlags(spec.access, &reply)
        reply.bulk("begin_search")
        switch spec.beginning {
        case .index(let index): search("index", [("index", index)], nil, &reply)
        case .keyword(let word, let startFrom):
            search("keyword", [("startfrom", startFrom)], word, &reply)
        case .unknown: search("unknown", [], nil, &reply)
        }
        switch spec.finding {
        case .range(let last, let step, let limit):
            find("range", [("lastkey", last), ("keystep", step), ("limit", limit)], &reply)
        case .counted(let countIndex, let first, let step):
            find(
                "keynum", [("keynumidx", countIndex), ("firstkey", first), ("keystep", step)],
                &reply)
        case .unknown: find("unknown", [], &reply)
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
        let reference = entry.reference
        let arguments = entry.arguments
        let header = reply.deferHeader()
        var count = 0
        func field(_ name: String, _ reply: inout ReplyWriter) {
            count += 1
            reply.bulk(name)
        }
        for (name, text) in [
            ("summary", declaration.summary), ("since", declaration.since),
            ("group", declaration.group.rawValue), ("complexity", declaration.complexity),
        ] where !text.isEmpty {
            field(name, &reply)
            reply.bulk(text)
        }
        if let flags = reference?.documentationFlags, !flags.isEmpty {
            field("doc_flags", &reply)
            statuses(flags, &reply)
        }
        for (name, text) in [
            ("deprecated_since", reference?.deprecatedSince),
            ("replaced_by", reference?.replacedBy),
        ] {
            guard let text else { continue }
            field(name, &reply)
            reply.bulk(text)
        }
        if let history = reference?.history, !history.isEmpty {
            field("history", &reply)
            reply.set(history.count)
            for (version, change) in history {
                reply.array(2)
                reply.bulk(version)
                reply.bulk(change)
            }
        }
        if !arguments.isEmpty {
            field("arguments", &reply)
            write(arguments, &reply)
        }
        if !entry.subcommands.isEmpty {
            field("subcommands", &reply)
            reply.map(entry.subcommands.count)
            for subcommand in entry.subcommands {
                reply.bulk(subcommand.shownName)
                docs(subcommand, &reply)
            }
        }
        reply.map(count, at: header)
    }

    private static func write(
        _ arguments: [CommandSyntax.Argument], _ reply: inout ReplyWriter
    ) {
        reply.array(arguments.count)
        for argument in arguments { write(argument, &reply) }
    }

    private static func write(_ argument: CommandSyntax.Argument, _ reply: inout ReplyWriter) {
        let hasParts = argument.type == .oneOf || argument.type == .block
        let shown = hasParts ? nil : argument.displayText ?? argument.name
        let texts = [
            ("name", argument.name), ("type", argument.type.rawValue), ("display_text", shown),
        ].filter { $0.1 != nil }
        let more = [
            ("token", argument.token), ("since", argument.since),
            ("deprecated_since", argument.deprecatedSince),
        ].filter { $0.1 != nil }
        let marks = [
            (argument.isOptional, "optional"), (argument.isMultiple, "multiple"),
            (argument.repeatsToken, "multiple_token"),
        ].filter(\.0).map(\.1)
        reply.map(
            texts.count + more.count + (argument.keySpecIndex == nil ? 0 : 1)
                + (marks.isEmpty ? 0 : 1) + (hasParts ? 1 : 0))
        for (name, text) in texts {
            reply.bulk(name)
            reply.bulk(text ?? "")
        }
        if let index = argument.keySpecIndex {
            reply.bulk("key_spec_index")
            reply.integer(index)
        }
        for (name, text) in more {
            reply.bulk(name)
            reply.bulk(text ?? "")
        }
        if !marks.isEmpty {
            reply.bulk("flags")
            statuses(marks, &reply)
        }
        if hasParts {
            reply.bulk("arguments")
            write(argument.arguments, &reply)
        }
    }
}

extension CommandEntry {
    /// The arguments behind the name: Redis's own account of them where there is one.
    var arguments: [CommandSyntax.Argument] {
        if let reference { return CommandSyntax(reference: reference.syntax).arguments }
        var arguments = CommandSyntax(declaration.syntax)?.arguments ?? []
        arguments.numberKeys()
        return arguments
    }
}

extension [CommandSyntax.Argument] {
    /// Has keys refer to the one spec that our own commands have.
    fileprivate mutating func numberKeys() {
        for index in indices {
            if self[index].type == .key { self[index].keySpecIndex = 0 }
            self[index].arguments.numberKeys()
        }
    }
}
