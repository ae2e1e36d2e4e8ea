import Foundation

#if canImport(FoundationNetworking)
import FoundationNetworking
#endif

// What FallomFetch needs of swift-ai-sdk, declared by us with its names and types, so that it compiles here. In an app the library
// itself is imported.

enum ProviderHTTPResponseBody: Sendable {
    case none
    case data(Data)
    case stream(AsyncThrowingStream<Data, any Error>)
}

struct FetchResponse: Sendable {
    let body: ProviderHTTPResponseBody
    let urlResponse: URLResponse
}

typealias FetchFunction = @Sendable (URLRequest) async throws -> FetchResponse
