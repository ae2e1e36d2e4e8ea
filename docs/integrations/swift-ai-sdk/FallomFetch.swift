import Fallom
import FallomURLSession
import Foundation

#if canImport(FoundationNetworking)
import FoundationNetworking
#endif
#if canImport(AISDKProviderUtils)
import AISDKProviderUtils
#endif

extension Session {
    /// A fetch function whose calls of model APIs are spans of this session:
    /// `createOpenAIProvider(settings: .init(apiKey: key, fetch: session.fetch()))`.
    func fetch(_ urlSession: URLSession = .shared) -> FetchFunction {
        let traced = traced(urlSession)
        return { request in
            let (bytes, response) = try await traced.bytes(for: request)
            let stream = AsyncThrowingStream<Data, any Error> { continuation in
                let task = Task {
                    do {
                        for try await piece in bytes.pieces { continuation.yield(Data(piece)) }
                        continuation.finish()
                    } catch {
                        continuation.finish(throwing: error)
                    }
                }
                continuation.onTermination = { _ in task.cancel() }
            }
            return FetchResponse(body: .stream(stream), urlResponse: response)
        }
    }
}
