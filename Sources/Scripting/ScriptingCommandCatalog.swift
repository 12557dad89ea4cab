// SPDX-License-Identifier: Apache-2.0

public import Commands

/// All commands whose bodies are in this module, a line each. FUNCTION's container stands in
/// Server, as two of its subcommands do.
public enum ScriptingCommandCatalog {
    public static var all: [any Command.Type] {
        [
            EVAL.self,
            EVALSHA.self,
            EVALSHA_RO.self,
            EVAL_RO.self,
            FCALL.self,
            FCALL_RO.self,
            SCRIPT.self,
        ]
    }
}
