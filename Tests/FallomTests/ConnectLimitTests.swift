import AsyncHTTPClient
import Fallom
import NIOCore
import Testing

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// A host that never answers a connection: the packets go into nothing, as with an address that is not routed.
@Suite struct ConnectLimitTests {
    private static let request = ChatRequest(model: "m", messages: [.user("Hello")])

    @Test func `a connection that nobody answers ends when the time for connecting is over, and names the host`()
        async throws
    {
        let silence = try SilentListener()
        var configuration = HTTPClient.Configuration()
        configuration.timeout.connect = .milliseconds(100)
        configuration.connectionPool.retryConnectionEstablishment = false
        let http = HTTPClient(configuration: configuration)
        let client = OpenAIClient(
            apiKey: "sk-key", baseURL: silence.url, limits: CallLimits(retries: 0), httpClient: http)
        let fallom = try FallomClient.testing()
        let error = await #expect(throws: ProviderError.self) {
            try await fallom.session(configKey: "c", sessionID: "s").wrapOpenAI(client)
                .createChatCompletion(Self.request)
        }
        #expect(error?.kind == .timeout && error?.isRetryable == true)
        #expect(error?.message == "no connection to 127.0.0.1:\(silence.port) within the time allowed")
        let call = await fallom.finishedSpans().first
        #expect(call?.isError == true && call?.errorMessage?.contains("127.0.0.1:\(silence.port)") == true)
        try await http.shutdown()
    }

    @Test func `with connections of the SDK's own the time for the answer's head ends it`() async throws {
        let silence = try SilentListener()
        let client = AnthropicClient(
            apiKey: "key", baseURL: silence.url, limits: CallLimits(head: .milliseconds(100), retries: 0))
        let error = await #expect(throws: ProviderError.self) {
            try await client.createMessage(MessagesRequest(model: "m", messages: [("user", "Hello")]))
        }
        #expect(error?.kind == .timeout && error?.message.contains("127.0.0.1:\(silence.port)") == true)
    }
}

/// Listens, and lets nobody in: the places of those who wait are taken, so that whoever comes hears nothing.
private final class SilentListener: Sendable {
    struct Failure: Error {}

    private let descriptors: [Int32]
    let port: Int
    var url: String { "http://127.0.0.1:\(port)/v1" }

    init() throws {
        let listener = Self.socket()
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        var descriptors = [listener]
        let isListening = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                guard bind(listener, pointer, length) == 0, listen(listener, 0) == 0,
                    getsockname(listener, pointer, &length) == 0
                else { return false }
                // A queue of none takes one or two all the same.
                for _ in 0..<8 {
                    let waiting = Self.socket()
                    descriptors.append(waiting)
                    _ = fcntl(waiting, F_SETFL, O_NONBLOCK)
                    _ = connect(waiting, pointer, length)
                }
                return true
            }
        }
        self.descriptors = descriptors
        port = Int(UInt16(bigEndian: address.sin_port))
        guard isListening else { throw Failure() }
    }

    deinit { for descriptor in descriptors { close(descriptor) } }

    private static func socket() -> Int32 {
        #if canImport(Glibc)
        Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        #elseif canImport(Musl)
        Musl.socket(AF_INET, SOCK_STREAM, 0)
        #else
        Darwin.socket(AF_INET, SOCK_STREAM, 0)
        #endif
    }
}
