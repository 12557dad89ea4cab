// swift-tools-version: 6.3
import PackageDescription

/// What every Swift target of this package is compiled with.
let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .enableExperimentalFeature("Lifetimes"),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
    // Generic containers are specialised where they are used, and the run-time checks for
    // overlapping access, a fifth of a GET's instructions, are left to debug builds and the tests.
    .unsafeFlags(
        ["-cross-module-optimization", "-enforce-exclusivity=unchecked"],
        .when(configuration: .release)),
]

let kernels: [CSetting] = [.unsafeFlags(["-O3"])]

let package = Package(
    name: "engram",
    products: [
        .executable(name: "engram", targets: ["engram"])
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        // Imports point down only: a target may import what stands above it here, and only what it names.
        .systemLibrary(
            name: "COpenBLAS",
            pkgConfig: "openblas",
            providers: [.apt(["libopenblas-dev"])]
        ),
        .systemLibrary(
            name: "CLua",
            pkgConfig: "lua5.1",
            providers: [.apt(["liblua5.1-0-dev"])]
        ),
        .target(name: "CPlatform"),
        .target(name: "CLuaBridge", dependencies: ["CLua"]),
        .target(name: "CVectorKernels", cSettings: kernels),
        .target(name: "Primitives", dependencies: ["CPlatform"], swiftSettings: settings),
        .target(name: "Containers", dependencies: ["Primitives"], swiftSettings: settings),
        .target(name: "RESP", dependencies: ["Primitives"], swiftSettings: settings),
        .target(
            name: "Transport",
            dependencies: ["Primitives", "CPlatform"],
            swiftSettings: settings
        ),
        .target(
            name: "VectorSearch",
            dependencies: ["Containers", "Primitives", "CVectorKernels", "COpenBLAS"],
            swiftSettings: settings
        ),
        .target(
            name: "Store",
            dependencies: ["Containers", "VectorSearch", "Primitives"],
            swiftSettings: settings
        ),
        .target(
            name: "Commands",
            dependencies: ["RESP", "Store", "VectorSearch", "Containers", "Primitives"],
            swiftSettings: settings
        ),
        .target(
            name: "Scripting",
            dependencies: ["CLuaBridge", "Commands", "Store", "RESP", "Primitives"],
            swiftSettings: settings
        ),
        .target(
            name: "Durability",
            dependencies: ["Commands", "Store", "VectorSearch", "RESP", "Primitives"],
            swiftSettings: settings
        ),
        .target(
            name: "Server",
            dependencies: [
                "Durability", "Scripting", "Commands", "Store", "VectorSearch", "RESP",
                "Transport", "Containers", "Primitives",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ],
            swiftSettings: settings
        ),
        .executableTarget(
            name: "engram",
            dependencies: [
                "Server", "Durability",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: settings,
            // In the place of the C library's allocator, which gives less memory back.
            linkerSettings: [.linkedLibrary("jemalloc", .when(platforms: [.linux]))]
        ),

        .executableTarget(
            name: "engram-bench-dispatch",
            dependencies: ["Commands", "Store", "RESP", "Primitives"],
            path: "Benchmarks/Dispatch",
            swiftSettings: settings
        ),
        .executableTarget(
            name: "engram-bench-growth",
            dependencies: ["Store", "Primitives"],
            path: "Benchmarks/Growth",
            swiftSettings: settings,
            linkerSettings: [.linkedLibrary("jemalloc", .when(platforms: [.linux]))]
        ),

        // Tests mirror the sources, path by path.
        .target(
            name: "TestSupport",
            dependencies: ["Durability", "Commands", "Store", "RESP", "Primitives"],
            path: "Tests/TestSupport",
            swiftSettings: settings
        ),
        .testTarget(
            name: "PrimitivesTests",
            dependencies: ["Primitives"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "ContainersTests",
            dependencies: ["Containers", "Primitives"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "RESPTests",
            dependencies: ["RESP", "Primitives"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "TransportTests",
            dependencies: ["Transport", "Primitives"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "StoreTests",
            dependencies: ["Store", "VectorSearch", "Containers", "Primitives"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "DurabilityTests",
            dependencies: ["Durability", "Store", "VectorSearch", "Primitives"],
            exclude: ["Fixtures"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "CommandsTests",
            dependencies: [
                "TestSupport", "Commands", "Store", "RESP", "Containers", "Primitives",
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "ScriptingTests",
            dependencies: ["TestSupport", "Scripting", "Commands", "Store", "RESP", "Primitives"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "ServerTests",
            dependencies: [
                "TestSupport", "Server", "RESP", "Primitives",
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "ArchitectureTests",
            dependencies: ["Commands"],
            swiftSettings: settings
        ),
        .executableTarget(
            name: "engram-bench-vectors",
            dependencies: ["VectorSearch"],
            path: "Benchmarks/Vectors",
            exclude: ["compare.py", "filters.py", "peers.py", "requirements.txt"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "VectorSearchTests",
            dependencies: ["VectorSearch", "Primitives", "CVectorKernels", "COpenBLAS"],
            swiftSettings: settings
        ),
    ]
)
