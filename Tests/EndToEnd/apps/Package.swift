// swift-tools-version: 6.2

import PackageDescription

// Apps that use the SDK as anybody's app would, for the checks beside this folder. A package of its own, so that nobody who
// uses the SDK fetches a web server.
let package = Package(
    name: "apps",
    platforms: [.macOS(.v15)],
    dependencies: [
        .package(name: "fallom", path: "../../.."),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.0.0"),
        .package(url: "https://github.com/apple/swift-distributed-tracing", from: "1.7.0"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
    ],
    targets: [
        .executableTarget(
            name: "Server",
            dependencies: [
                .product(name: "Fallom", package: "fallom"), .product(name: "FallomTracing", package: "fallom"),
                .product(name: "FallomAsyncHTTPClient", package: "fallom"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "Tracing", package: "swift-distributed-tracing"),
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
            ]),
        .executableTarget(name: "Ending", dependencies: [.product(name: "Fallom", package: "fallom")]),
    ]
)
