// swift-tools-version: 6.2

import PackageDescription

let fallom = Target.Dependency.product(name: "Fallom", package: "fallom")
let client = Target.Dependency.product(name: "AsyncHTTPClient", package: "async-http-client")
let nio: [Target.Dependency] = [
    .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOHTTP1", package: "swift-nio"),
]

// Apps that use the SDK as anybody's app would, for the checks beside this folder. A package of its own, so that nobody who
// uses the SDK fetches a web server.
let package = Package(
    name: "apps",
    platforms: [.macOS(.v15)],
    dependencies: [
        .package(name: "fallom", path: "../../..", traits: [.defaults, "Schema"]),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.0.0"),
        .package(url: "https://github.com/apple/swift-distributed-tracing", from: "1.7.0"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
    ],
    targets: [
        .executableTarget(
            name: "Server",
            dependencies: [
                "Calls", fallom, .product(name: "FallomTracing", package: "fallom"),
                .product(name: "FallomAsyncHTTPClient", package: "fallom"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "Tracing", package: "swift-distributed-tracing"),
                client,
            ]),
        .executableTarget(name: "Ending", dependencies: [fallom]),
        .target(name: "Calls"),
        .executableTarget(name: "CLI", dependencies: ["Calls", fallom]),
        .executableTarget(name: "MacPaw", dependencies: ["Calls", fallom, client] + nio),
        .executableTarget(name: "Generated", dependencies: ["Calls", fallom, client] + nio),
        .executableTarget(
            name: "URLSessionApp",
            dependencies: ["Calls", fallom, .product(name: "FallomURLSession", package: "fallom")]),
        .executableTarget(name: "Batch", dependencies: [fallom]),
        .executableTarget(
            name: "Typed", dependencies: [fallom, .product(name: "FallomSchema", package: "fallom")],
            swiftSettings: [.enableUpcomingFeature("MemberImportVisibility")]),
    ]
)
