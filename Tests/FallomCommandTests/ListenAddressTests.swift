import Testing

@testable import FallomCommand

struct EndpointTests {
    @Test(arguments: [
        ("127.0.0.1:4318", ListenAddress(host: "127.0.0.1", port: 4318)),
        ("localhost:1", ListenAddress(host: "localhost", port: 1)),
        (":4318", ListenAddress(host: "127.0.0.1", port: 4318)),
        ("4318", ListenAddress(host: "127.0.0.1", port: 4318)),
        ("[::1]:65535", ListenAddress(host: "::1", port: 65535)),
        ("0.0.0.0:0", ListenAddress(host: "0.0.0.0", port: 0)),
    ])
    func `an address is read as people write it`(text: String, expected: ListenAddress) {
        #expect(ListenAddress(text) == expected)
    }

    @Test(arguments: [
        "", "nowhere", "host:", "host:65536", "host:-1", "::1:4318", "[::1]", "[]:4318", "host:４３１８", "a:1:2",
    ])
    func `what is no address is refused`(text: String) {
        #expect(ListenAddress(text) == nil)
    }

    @Test func `an address reads back from its description`() {
        for endpoint in [ListenAddress(host: "::1", port: 4318), ListenAddress(host: "127.0.0.1", port: 0)] {
            #expect(ListenAddress(endpoint.description) == endpoint)
        }
    }

    @Test(arguments: [
        ("127.0.0.1", true), ("127.8.8.8", true), ("::1", true), ("localhost", true), ("0.0.0.0", false),
        ("10.0.0.1", false),
    ])
    func `loopback is told from other addresses`(host: String, isLoopback: Bool) {
        #expect(ListenAddress(host: host, port: 1).isLoopback == isLoopback)
    }

    @Test func `a wildcard address is reached through loopback`() {
        #expect(ListenAddress(host: "0.0.0.0", port: 4318).url == "http://127.0.0.1:4318")
        #expect(ListenAddress(host: "::", port: 4318).url == "http://[::1]:4318")
    }
}
