// SPDX-License-Identifier: Apache-2.0

public import RESP
public import Store

/// What nodes of a Redis Cluster and their clients say to each other.
///
/// Engram is a node without a cluster, and answers as Redis does then.
public enum CLUSTER: ContainerCommand {
    public static let declaration = CommandDeclaration(
        name: "CLUSTER",
        summary: "A container for Redis Cluster commands.",
        group: .cluster,
        since: "3.0.0",
        complexity: "Depends on subcommand.",
        arity: .atLeast(2)
    )

    /// None: HELP is refused like the rest.
    public static let help: [String] = []

    public static let subcommands: [any Command.Type] = [
        ADDSLOTS.self,
        ADDSLOTSRANGE.self,
        BUMPEPOCH.self,
        COUNT_FAILURE_REPORTS.self,
        COUNTKEYSINSLOT.self,
        DELSLOTS.self,
        DELSLOTSRANGE.self,
        FAILOVER.self,
        FLUSHSLOTS.self,
        FORGET.self,
        GETKEYSINSLOT.self,
        HELP.self,
        INFO.self,
        KEYSLOT.self,
        LINKS.self,
        MEET.self,
        MYID.self,
        MYSHARDID.self,
        NODES.self,
        REPLICAS.self,
        REPLICATE.self,
        RESET.self,
        SAVECONFIG.self,
        SET_CONFIG_EPOCH.self,
        SETSLOT.self,
        SHARDS.self,
        SLAVES.self,
        SLOT_STATS.self,
        SLOTS.self,
    ]
}

/// A command that only a node of a cluster can obey.
public protocol ClusterCommand: SessionCommand {}

extension ClusterCommand {
    public static func run(
        _ call: inout Call, in keyspace: inout Keyspace, by dispatcher: inout Dispatcher
    ) throws(ErrorReply) {
        throw ErrorReply("ERR This instance has cluster support disabled")
    }
}

extension CLUSTER {
    public enum ADDSLOTS: ClusterCommand {
        public static let declaration = CommandDeclaration(
            name: "ADDSLOTS",
            summary: "Assigns new hash slots to a node.",
            group: .cluster, since: "3.0.0",
            complexity: "O(N) where N is the total number of hash slot arguments",
            arity: .atLeast(3), flags: [.admin, .stale, .dangerous],
            syntax: "slot:integer [slot:integer ...]")
    }

    public enum ADDSLOTSRANGE: ClusterCommand {
        public static let declaration = CommandDeclaration(
            name: "ADDSLOTSRANGE",
            summary: "Assigns new hash slot ranges to a node.",
            group: .cluster, since: "7.0.0",
            complexity:
                "O(N) where N is the total number of the slots between the start slot and end slot arguments.",
            arity: .atLeast(4), flags: [.admin, .stale, .dangerous],
            syntax: "start-slot:integer end-slot:integer [start-slot:integer end-slot:integer ...]")
    }

    public enum BUMPEPOCH: ClusterCommand {
        public static let declaration = CommandDeclaration(
            name: "BUMPEPOCH",
            summary: "Advances the cluster config epoch.",
            group: .cluster, since: "3.0.0",
            complexity: "O(1)",
            arity: .exactly(2), flags: [.admin, .stale, .dangerous])
    }

    public enum COUNT_FAILURE_REPORTS: ClusterCommand {
        public static let declaration = CommandDeclaration(
            name: "COUNT-FAILURE-REPORTS",
            summary: "Returns the number of active failure reports active for a node.",
            group: .cluster, since: "3.0.0",
            complexity: "O(N) where N is the number of failure reports",
            arity: .exactly(3), flags: [.admin, .stale, .dangerous],
            syntax: "node-id")
    }

    public enum COUNTKEYSINSLOT: ClusterCommand {
        public static let declaration = CommandDeclaration(
            name: "COUNTKEYSINSLOT",
            summary: "Returns the number of keys in a hash slot.",
            group: .cluster, since: "3.0.0",
            complexity: "O(1)",
            arity: .exactly(3), flags: [.stale],
            syntax: "slot:integer")
    }

    public enum DELSLOTS: ClusterCommand {
        public static let declaration = CommandDeclaration(
            name: "DELSLOTS",
            summary: "Sets hash slots as unbound for a node.",
            group: .cluster, since: "3.0.0",
            complexity: "O(N) where N is the total number of hash slot arguments",
            arity: .atLeast(3), flags: [.admin, .stale, .dangerous],
            syntax: "slot:integer [slot:integer ...]")
    }

    public enum DELSLOTSRANGE: ClusterCommand {
        public static let declaration = CommandDeclaration(
            name: "DELSLOTSRANGE",
            summary: "Sets hash slot ranges as unbound for a node.",
            group: .cluster, since: "7.0.0",
            complexity:
                "O(N) where N is the total number of the slots between the start slot and end slot arguments.",
            arity: .atLeast(4), flags: [.admin, .stale, .dangerous],
            syntax: "start-slot:integer end-slot:integer [start-slot:integer end-slot:integer ...]")
    }

    public enum FAILOVER: ClusterCommand {
        public static let declaration = CommandDeclaration(
            name: "FAILOVER",
            summary: "Forces a replica to perform a manual failover of its master.",
            group: .cluster, since: "3.0.0",
            complexity: "O(1)",
            arity: .atLeast(2), flags: [.admin, .stale, .dangerous],
            syntax: "[FORCE | TAKEOVER]")
    }

    public enum FLUSHSLOTS: ClusterCommand {
        public static let declaration = CommandDeclaration(
            name: "FLUSHSLOTS",
            summary: "Deletes all slots information from a node.",
            group: .cluster, since: "3.0.0",
            complexity: "O(1)",
            arity: .exactly(2), flags: [.admin, .stale, .dangerous])
    }

    public enum FORGET: ClusterCommand {
        public static let declaration = CommandDeclaration(
            name: "FORGET",
            summary: "Removes a node from the nodes table.",
            group: .cluster, since: "3.0.0",
            complexity: "O(1)",
            arity: .exactly(3), flags: [.admin, .stale, .dangerous],
            syntax: "node-id")
    }

    public enum GETKEYSINSLOT: ClusterCommand {
        public static let declaration = CommandDeclaration(
            name: "GETKEYSINSLOT",
            summary: "Returns the key names in a hash slot.",
            group: .cluster, since: "3.0.0",
            complexity: "O(N) where N is the number of requested keys",
            arity: .exactly(4), flags: [.stale],
            syntax: "slot:integer count:integer")
    }

    public enum HELP: ClusterCommand {
        public static let declaration = CommandDeclaration(
            name: "HELP",
            summary: "Returns helpful text about the different subcommands.",
            group: .cluster, since: "5.0.0",
            complexity: "O(1)",
            arity: .exactly(2), flags: [.loading, .stale])
    }

    public enum INFO: ClusterCommand {
        public static let declaration = CommandDeclaration(
            name: "INFO",
            summary: "Returns information about the state of a node.",
            group: .cluster, since: "3.0.0",
            complexity: "O(1)",
            arity: .exactly(2), flags: [.stale])
    }

    public enum KEYSLOT: ClusterCommand {
        public static let declaration = CommandDeclaration(
            name: "KEYSLOT",
            summary: "Returns the hash slot for a key.",
            group: .cluster, since: "3.0.0",
            complexity: "O(N) where N is the number of bytes in the key",
            arity: .exactly(3), flags: [.stale],
            syntax: "key:string")
    }

    public enum LINKS: ClusterCommand {
        public static let declaration = CommandDeclaration(
            name: "LINKS",
            summary: "Returns a list of all TCP links to and from peer nodes.",
            group: .cluster, since: "7.0.0",
            complexity: "O(N) where N is the total number of Cluster nodes",
            arity: .exactly(2), flags: [.stale])
    }

    public enum MEET: ClusterCommand {
        public static let declaration = CommandDeclaration(
            name: "MEET",
            summary: "Forces a node to handshake with another node.",
            group: .cluster, since: "3.0.0",
            complexity: "O(1)",
            arity: .atLeast(4), flags: [.admin, .stale, .dangerous],
            syntax: "ip port:integer [cluster-bus-port:integer]")
    }

    public enum MYID: ClusterCommand {
        public static let declaration = CommandDeclaration(
            name: "MYID",
            summary: "Returns the ID of a node.",
            group: .cluster, since: "3.0.0",
            complexity: "O(1)",
            arity: .exactly(2), flags: [.stale])
    }

    public enum MYSHARDID: ClusterCommand {
        public static let declaration = CommandDeclaration(
            name: "MYSHARDID",
            summary: "Returns the shard ID of a node.",
            group: .cluster, since: "7.2.0",
            complexity: "O(1)",
            arity: .exactly(2), flags: [.stale])
    }

    public enum NODES: ClusterCommand {
        public static let declaration = CommandDeclaration(
            name: "NODES",
            summary: "Returns the cluster configuration for a node.",
            group: .cluster, since: "3.0.0",
            complexity: "O(N) where N is the total number of Cluster nodes",
            arity: .exactly(2), flags: [.stale])
    }

    public enum REPLICAS: ClusterCommand {
        public static let declaration = CommandDeclaration(
            name: "REPLICAS",
            summary: "Lists the replica nodes of a master node.",
            group: .cluster, since: "5.0.0",
            complexity: "O(N) where N is the number of replicas.",
            arity: .exactly(3), flags: [.admin, .stale, .dangerous],
            syntax: "node-id")
    }

    public enum REPLICATE: ClusterCommand {
        public static let declaration = CommandDeclaration(
            name: "REPLICATE",
            summary: "Configure a node as replica of a master node.",
            group: .cluster, since: "3.0.0",
            complexity: "O(1)",
            arity: .exactly(3), flags: [.admin, .stale, .dangerous],
            syntax: "node-id")
    }

    public enum RESET: ClusterCommand {
        public static let declaration = CommandDeclaration(
            name: "RESET",
            summary: "Resets a node.",
            group: .cluster, since: "3.0.0",
            complexity:
                "O(N) where N is the number of known nodes. The command may execute a FLUSHALL as a side effect.",
            arity: .atLeast(2), flags: [.admin, .stale, .noScript, .dangerous],
            syntax: "[HARD | SOFT]")
    }

    public enum SAVECONFIG: ClusterCommand {
        public static let declaration = CommandDeclaration(
            name: "SAVECONFIG",
            summary: "Forces a node to save the cluster configuration to disk.",
            group: .cluster, since: "3.0.0",
            complexity: "O(1)",
            arity: .exactly(2), flags: [.admin, .stale, .dangerous])
    }

    public enum SET_CONFIG_EPOCH: ClusterCommand {
        public static let declaration = CommandDeclaration(
            name: "SET-CONFIG-EPOCH",
            summary: "Sets the configuration epoch for a new node.",
            group: .cluster, since: "3.0.0",
            complexity: "O(1)",
            arity: .exactly(3), flags: [.admin, .stale, .dangerous],
            syntax: "config-epoch:integer")
    }

    public enum SETSLOT: ClusterCommand {
        public static let declaration = CommandDeclaration(
            name: "SETSLOT",
            summary: "Binds a hash slot to a node.",
            group: .cluster, since: "3.0.0",
            complexity: "O(1)",
            arity: .atLeast(4), flags: [.admin, .stale, .dangerous],
            syntax: "slot:integer <IMPORTING node-id | MIGRATING node-id | NODE node-id | STABLE>")
    }

    public enum SHARDS: ClusterCommand {
        public static let declaration = CommandDeclaration(
            name: "SHARDS",
            summary: "Returns the mapping of cluster slots to shards.",
            group: .cluster, since: "7.0.0",
            complexity: "O(N) where N is the total number of cluster nodes",
            arity: .exactly(2), flags: [.loading, .stale])
    }

    public enum SLAVES: ClusterCommand {
        public static let declaration = CommandDeclaration(
            name: "SLAVES",
            summary: "Lists the replica nodes of a master node.",
            group: .cluster, since: "3.0.0",
            complexity: "O(N) where N is the number of replicas.",
            arity: .exactly(3), flags: [.admin, .stale, .dangerous],
            syntax: "node-id")
    }

    public enum SLOT_STATS: ClusterCommand {
        public static let declaration = CommandDeclaration(
            name: "SLOT-STATS",
            summary:
                "Return an array of slot usage statistics for slots assigned to the current node.",
            group: .cluster, since: "8.2.0",
            complexity:
                "O(N) where N is the total number of slots based on arguments. O(N*log(N)) with ORDERBY subcommand.",
            arity: .atLeast(4), flags: [.stale, .loading],
            syntax:
                "<SLOTSRANGE start-slot:integer end-slot:integer | ORDERBY metric [LIMIT limit:integer] [ASC | DESC]>"
        )
    }

    public enum SLOTS: ClusterCommand {
        public static let declaration = CommandDeclaration(
            name: "SLOTS",
            summary: "Returns the mapping of cluster slots to nodes.",
            group: .cluster, since: "3.0.0",
            complexity: "O(N) where N is the total number of Cluster nodes",
            arity: .exactly(2), flags: [.loading, .stale])
    }
}
