// SPDX-License-Identifier: Apache-2.0

/// Said before a command that another node of a cluster has sent here.
public enum ASKING: ClusterCommand {
    public static let declaration = CommandDeclaration(
        name: "ASKING",
        summary: "Signals that a cluster client is following an -ASK redirect.",
        group: .cluster, since: "3.0.0",
        complexity: "O(1)",
        arity: .exactly(1), flags: [.fast])
}

/// Lets a replica in a cluster answer what it may not be up to date about.
public enum READONLY: ClusterCommand {
    public static let declaration = CommandDeclaration(
        name: "READONLY",
        summary: "Enables read-only queries for a connection to a Redis Cluster replica node.",
        group: .cluster, since: "3.0.0",
        complexity: "O(1)",
        arity: .exactly(1), flags: [.fast, .loading, .stale])
}

/// Takes back READONLY.
public enum READWRITE: ClusterCommand {
    public static let declaration = CommandDeclaration(
        name: "READWRITE",
        summary: "Enables read-write queries for a connection to a Reids Cluster replica node.",
        group: .cluster, since: "3.0.0",
        complexity: "O(1)",
        arity: .exactly(1), flags: [.fast, .loading, .stale])
}
