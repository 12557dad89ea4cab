// SPDX-License-Identifier: Apache-2.0

import Scripting

extension InfoText {
    /// What scripts and functions take, as part of the section about memory.
    mutating func scripts(_ engine: ScriptEngine) {
        let scripts = engine.scriptMemory
        let functions = engine.functionMemory
        bytes("used_memory_lua", scripts.machineBytes)
        field("used_memory_vm_eval", scripts.machineBytes)
        field("used_memory_scripts_eval", scripts.textBytes)
        field("number_of_cached_scripts", engine.scriptCount)
        field("number_of_functions", engine.functionCount)
        field("number_of_libraries", engine.libraryCount)
        field("used_memory_vm_functions", functions.machineBytes)
        bytes("used_memory_vm_total", scripts.machineBytes + functions.machineBytes)
        field("used_memory_functions", functions.textBytes)
        bytes("used_memory_scripts", scripts.textBytes + functions.textBytes)
    }
}
