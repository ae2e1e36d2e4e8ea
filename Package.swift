// swift-tools-version: 6.2

import CompilerPluginSupport
import PackageDescription

#if canImport(Glibc)
import Glibc
#endif

/// The same strict settings on every target, applied by the loop at the end.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .enableUpcomingFeature("InferIsolatedConformances"),
    .treatAllWarnings(as: .error),
]

let nio: [Target.Dependency] = [
    .product(name: "NIOCore", package: "swift-nio"),
    .product(name: "NIOPosix", package: "swift-nio"),
]
let http: [Target.Dependency] = [
    .product(name: "NIOHTTP1", package: "swift-nio"),
    .product(name: "NIOHTTP2", package: "swift-nio-http2"),
    .product(name: "NIOHPACK", package: "swift-nio-http2"),
]
let asyncHTTPClient = Target.Dependency.product(name: "AsyncHTTPClient", package: "async-http-client")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")

/// How the released program is linked: by the toolchain's lld, no symbol of its own offered to others, and its relocations
/// packed where this machine's C library can unpack them (glibc 2.36): all of them are read at every start. The console takes
/// a sixth less memory and starts sooner. No product that an app imports has these flags.
var compactLinking = ["-use-ld=lld", "-Xlinker", "--no-export-dynamic"]
#if canImport(Glibc)
var glibc = [CChar](repeating: 0, count: 64)
_ = confstr(Int32(_CS_GNU_LIBC_VERSION), &glibc, glibc.count)
// "glibc 2.36", then zeros.
let version = glibc.map(UInt8.init).split(whereSeparator: { !(0x30...0x39).contains($0) })
    .compactMap { Int(String(decoding: $0, as: UTF8.self)) }
if !version.isEmpty, !version.lexicographicallyPrecedes([2, 36]) {
    compactLinking += ["-Xlinker", "-z", "-Xlinker", "pack-relative-relocs"]
}
#endif

let package = Package(
    name: "fallom",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "fallom", targets: ["FallomCommand"]),
        .library(name: "Fallom", targets: ["Fallom"]),
        .library(name: "FallomAsyncHTTPClient", targets: ["FallomAsyncHTTPClient"]),
        .library(name: "FallomURLSession", targets: ["FallomURLSession"]),
        .library(name: "FallomTracing", targets: ["FallomTracing"]),
        .library(name: "FallomMetrics", targets: ["FallomMetrics"]),
        .library(name: "FallomSchema", targets: ["FallomSchema"]),
    ],
    // A consumer who says `traits: []` fetches and builds what the SDK alone needs.
    traits: [
        .trait(name: "Console", description: "The program fallom: its server, its store, its command line."),
        .trait(name: "AsyncHTTPClient", description: "The SDK sends by AsyncHTTPClient; without it, by URLSession."),
        .trait(name: "Metrics", description: "FallomMetrics: figures of model calls through swift-metrics."),
        .trait(name: "Schema", description: "The macro @Schema of FallomSchema, which needs swift-syntax."),
        .default(enabledTraits: ["Console", "AsyncHTTPClient", "Metrics"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
        .package(url: "https://github.com/apple/swift-nio-http2", from: "1.46.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.0"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.7.0"),
        .package(url: "https://github.com/apple/swift-distributed-tracing", from: "1.7.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/swiftlang/swift-syntax", "602.0.0"..<"604.0.0"),
    ],
    targets: [
        // What the operating system does for us: files, descriptors, threads, changes of files.
        .target(name: "SystemCalls"),

        // Values and pure functions.
        .target(name: "CByteScan"),
        .target(name: "CProcess"),
        .target(name: "OrderedJSON", dependencies: ["CByteScan"]),
        .target(name: "TraceModel", dependencies: ["CByteScan"]),
        .target(name: "Assignment", dependencies: ["OrderedJSON"]),
        .target(name: "Prompts", dependencies: ["Assignment", "OrderedJSON"]),
        .target(name: "CPriceTable", exclude: ["prices.ndjson"]),
        .target(name: "Pricing", dependencies: ["CPriceTable", "OrderedJSON", "TraceModel"]),
        .target(name: "WorkspaceModel", dependencies: ["TraceModel", "Assignment", "Prompts", "OrderedJSON"]),
        .target(name: "SpanCodec", dependencies: ["TraceModel", "OrderedJSON", "CByteScan"]),

        // The way in.
        .systemLibrary(name: "CZlib"),
        .target(name: "Gzip", dependencies: ["CZlib"]),
        // What requests and answers of model APIs say, for the SDK and the proxy.
        .target(name: "ProviderCalls", dependencies: ["OrderedJSON", "TraceModel", "Gzip"]),
        .systemLibrary(name: "CZstd"),
        .target(name: "Zstd", dependencies: ["CZstd"]),
        .target(name: "CSockets"),
        .target(name: "LocalExport", dependencies: ["SystemCalls", "SpanCodec", "OrderedJSON", "CSockets"]),
        .target(
            name: "Workspace",
            dependencies: ["SystemCalls", "WorkspaceModel", "TraceModel", "Assignment", "Prompts", "OrderedJSON"]),
        .target(
            name: "Ingest",
            dependencies: ["SystemCalls", "TraceModel", "SpanCodec", "OrderedJSON", "Gzip", "Zstd", "CSockets"] + nio
                + http),
        .target(
            name: "Proxy",
            dependencies: [
                "Ingest", "ProviderCalls", "SpanCodec", "OrderedJSON", "TraceModel", asyncHTTPClient,
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ] + nio),
        .target(name: "TraceStore", dependencies: ["SystemCalls", "TraceModel", "Gzip", "Zstd", grdb]),
        .target(
            name: "ClickHouseStore",
            dependencies: [
                "SystemCalls", "TraceModel", asyncHTTPClient, .product(name: "NIOHTTP1", package: "swift-nio"),
            ] + nio),

        // What is made of traces and workspace, and how figures are written: for commands and screens alike.
        .target(name: "Display", dependencies: ["TraceModel"]),
        .target(
            name: "Experiments", dependencies: ["TraceModel", "Assignment", "Prompts", "OrderedJSON", "Display"]),

        // The way to the eye.
        .target(name: "Cells"),
        .target(name: "Markdown"),
        .target(
            name: "Console",
            dependencies: [
                "Cells", "Markdown", "TraceModel", "Assignment", "Prompts", "OrderedJSON", "WorkspaceModel", "Display",
                "Experiments",
            ]),
        // The data files of the top-level folder, embedded so that one binary runs anywhere.
        .target(
            name: "Themes", path: "themes", exclude: ["README.md"],
            resources: [
                "dark", "light", "mono", "high-contrast", "colour-blind", "solarized-dark", "solarized-light",
                "gruvbox",
                "catppuccin", "nord", "dracula", "tokyo-night", "github-light",
            ].map { .embedInCode("\($0).yaml") }),
        .systemLibrary(name: "CNcurses"),
        .target(name: "CTerminal"),
        .target(name: "NcursesTerminal", dependencies: ["SystemCalls", "Cells", "CNcurses", "CTerminal"]),
        .executableTarget(
            name: "FallomCommand",
            dependencies: [
                "SystemCalls", "OrderedJSON", "TraceModel", "Assignment", "Prompts", "SpanCodec", "LocalExport",
                "WorkspaceModel", "Workspace", "Ingest", "ProviderCalls", "Proxy", "TraceStore", "ClickHouseStore",
                "Display", "Experiments", "Pricing",
                "Cells", "Markdown",
                "Console", "NcursesTerminal", "Themes", "CProcess", "Gzip", yams, asyncHTTPClient,
                .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOHTTP2", package: "swift-nio-http2"),
                .product(name: "NIOHPACK", package: "swift-nio-http2"),
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            linkerSettings: [.unsafeFlags(compactLinking, .when(platforms: [.linux], configuration: .release))]),

        // The SDK.
        .target(name: "URLStreaming"),
        .target(
            name: "Fallom",
            dependencies: [
                "OrderedJSON", "TraceModel", "Assignment", "Prompts", "SpanCodec", "LocalExport", "ProviderCalls",
                "URLStreaming", asyncHTTPClient,
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Instrumentation", package: "swift-distributed-tracing"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ]),
        .target(
            name: "FallomAsyncHTTPClient",
            dependencies: [
                "Fallom", asyncHTTPClient,
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "Logging", package: "swift-log"),
            ]),
        .target(name: "FallomURLSession", dependencies: ["Fallom", "URLStreaming"]),
        .target(
            name: "FallomTracing",
            dependencies: [
                "Fallom", "OrderedJSON", "TraceModel", "SpanCodec",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Tracing", package: "swift-distributed-tracing"),
            ]),
        .target(
            name: "FallomMetrics",
            dependencies: [
                "Fallom", "OrderedJSON", "SpanCodec", "TraceModel",
                .product(name: "CoreMetrics", package: "swift-metrics"),
            ]),

        // Empty without the trait Schema.
        .macro(
            name: "FallomSchemaMacros",
            dependencies: [
                .product(name: "SwiftCompilerPlugin", package: "swift-syntax"),
                .product(name: "SwiftDiagnostics", package: "swift-syntax"),
                .product(name: "SwiftParser", package: "swift-syntax"),
                .product(name: "SwiftSyntax", package: "swift-syntax"),
                .product(name: "SwiftSyntaxBuilder", package: "swift-syntax"),
                .product(name: "SwiftSyntaxMacros", package: "swift-syntax"),
            ]),
        .target(name: "FallomSchema", dependencies: ["Fallom", "FallomSchemaMacros"]),

        .executableTarget(
            name: "FallomSDKBenchmarks",
            dependencies: [
                "SystemCalls", "Fallom", "Assignment", "LocalExport", "OrderedJSON", "SpanCodec", "TraceModel",
            ]),
        .executableTarget(
            name: "FallomExamples",
            dependencies: [
                "Fallom", "FallomAsyncHTTPClient", "FallomMetrics", "FallomTracing", "OrderedJSON", asyncHTTPClient,
                .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOHTTP1", package: "swift-nio"),
            ]),
        .executableTarget(
            name: "FallomBenchmarks",
            dependencies: [
                "SystemCalls", "Console", "TraceModel", "SpanCodec", "OrderedJSON", "Cells", "CTerminal",
                "NcursesTerminal", "Prompts",
                "TraceStore",
                .product(name: "GRDBSQLite", package: "GRDB.swift"),
            ]),

        .testTarget(name: "CodebaseTests"),
        .testTarget(name: "SystemCallsTests", dependencies: ["SystemCalls"]),
        .testTarget(name: "TraceModelTests", dependencies: ["TraceModel"]),
        .testTarget(
            name: "FallomCommandTests",
            dependencies: [
                "SystemCalls", "FallomCommand", "Assignment", "Cells", "Console", "Display", "Experiments", "Gzip",
                "Ingest",
                "OrderedJSON",
                "Prompts", "SpanCodec",
                "TraceModel", "TraceStore", "Workspace", "WorkspaceModel",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]),
        .testTarget(
            name: "TraceStoreTests",
            dependencies: [
                "TraceStore", "ClickHouseStore", "TraceModel", "SpanCodec", "OrderedJSON", "Gzip", grdb,
            ],
            exclude: ["Fixtures"]),
        .testTarget(name: "ClickHouseStoreTests", dependencies: ["ClickHouseStore", "TraceModel", "SystemCalls"]),
        .testTarget(
            name: "PricingTests", dependencies: ["Pricing", "OrderedJSON", "TraceModel"], exclude: ["Fixtures"]),
        .testTarget(name: "OrderedJSONTests", dependencies: ["OrderedJSON"]),
        .testTarget(
            name: "SpanCodecTests", dependencies: ["SpanCodec", "TraceModel", "OrderedJSON", "Gzip"],
            exclude: ["Fixtures"]),
        .testTarget(
            name: "FallomTests",
            dependencies: [
                "Fallom", "FallomAsyncHTTPClient", "FallomURLSession", "FallomTracing", "FallomMetrics", "LocalExport",
                "OrderedJSON", "TraceModel",
                "SpanCodec", "ProviderCalls",
                "Assignment", "Prompts", asyncHTTPClient,
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "Tracing", package: "swift-distributed-tracing"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "MetricsTestKit", package: "swift-metrics"),
            ]),
        .testTarget(
            name: "IntegrationsTests",
            dependencies: [
                "Fallom", "FallomURLSession", .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"), .product(name: "Logging", package: "swift-log"),
            ], path: "docs/integrations", exclude: ["README.md", "hummingbird/README.md"]),
        .testTarget(
            name: "LocalExportTests", dependencies: ["LocalExport", "SpanCodec", "OrderedJSON", "TraceModel"]),
        .testTarget(name: "GzipTests", dependencies: ["Gzip"]),
        .testTarget(name: "ZstdTests", dependencies: ["Zstd", "CZstd"]),
        .testTarget(
            name: "ProviderCallsTests", dependencies: ["ProviderCalls", "OrderedJSON", "TraceModel", "Gzip"],
            exclude: ["Fixtures"]),
        .testTarget(
            name: "IngestTests",
            dependencies: [
                "SystemCalls", "Ingest", "SpanCodec", "OrderedJSON", "TraceModel", "Gzip",
                .product(name: "NIOEmbedded", package: "swift-nio"),
            ] + nio + http),
        .testTarget(
            name: "ProxyTests",
            dependencies: [
                "Proxy", "Ingest", "ProviderCalls", .product(name: "NIOHTTP1", package: "swift-nio"),
            ]),
        .testTarget(name: "AssignmentTests", dependencies: ["Assignment", "OrderedJSON"], exclude: ["Fixtures"]),
        .testTarget(
            name: "PromptsTests", dependencies: ["Prompts", "Assignment", "OrderedJSON"], exclude: ["Fixtures"]),
        .testTarget(
            name: "WorkspaceTests",
            dependencies: ["Workspace", "WorkspaceModel", "Prompts", "Assignment", "OrderedJSON", "TraceModel"],
            exclude: ["Fixtures"]),
        .testTarget(name: "DisplayTests", dependencies: ["Display", "TraceModel"]),
        .testTarget(
            name: "ExperimentsTests",
            dependencies: ["Experiments", "Assignment", "OrderedJSON", "Prompts", "TraceModel"]),
        .testTarget(name: "CellsTests", dependencies: ["Cells"], exclude: ["Fixtures"]),
        .testTarget(name: "MarkdownTests", dependencies: ["Markdown"]),
        .testTarget(
            name: "ConsoleTests",
            dependencies: [
                "Console", "Cells", "TraceModel", "Assignment", "Prompts", "OrderedJSON", "WorkspaceModel", "Display",
                "Experiments",
            ],
            exclude: ["Answers", "Golden"]),
        .testTarget(name: "ThemesTests", dependencies: ["Themes", "Cells", yams]),
        .testTarget(
            name: "NcursesTerminalTests", dependencies: ["NcursesTerminal", "Cells", "CNcurses", "CTerminal"]),
    ]
)

for target in package.targets where target.type != .system && target.type != .plugin {
    target.swiftSettings = (target.swiftSettings ?? []) + strict
}

/// The trait that a package is fetched for; those that are not here are the SDK's always.
let traits = [
    "GRDB.swift": "Console", "Yams": "Console", "swift-argument-parser": "Console", "swift-nio-http2": "Console",
    "swift-metrics": "Metrics",
    "swift-syntax": "Schema",
]
for target in package.targets {
    let sends = target.name.hasPrefix("Fallom") ? "AsyncHTTPClient" : "Console"
    target.dependencies = target.dependencies.map { dependency in
        guard case .productItem(let name, let package?, let aliases, nil) = dependency,
            let trait = ["swift-nio", "async-http-client"].contains(package) ? sends : traits[package]
        else { return dependency }
        return .product(name: name, package: package, moduleAliases: aliases, condition: .when(traits: [trait]))
    }
}
