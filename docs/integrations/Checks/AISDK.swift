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

// Its telemetry.

struct AISpanContext: Sendable {
    let traceId: String
    let spanId: String
    let traceFlags: Int
}

enum SpanStatusCode: Sendable { case unset, ok, error }

struct SpanStatus: Sendable {
    let code: SpanStatusCode
    var message: String?
}

struct ExceptionEvent: Sendable {
    var name: String?
    var message: String?
}

enum AttributeValue: Sendable, Encodable {
    case string(String)
    case int(Int)
    case stringArray([String])

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .string(let value): try container.encode(value)
        case .int(let value): try container.encode(value)
        case .stringArray(let value): try container.encode(value)
        }
    }
}

typealias Attributes = [String: AttributeValue]

struct SpanOptions: Sendable { var attributes: Attributes? }

protocol Span: Sendable {
    func spanContext() -> AISpanContext
    @discardableResult func setAttribute(_ key: String, value: AttributeValue) -> Self
    @discardableResult func setAttributes(_ attributes: Attributes) -> Self
    @discardableResult func addEvent(_ name: String, attributes: Attributes?) -> Self
    @discardableResult func setStatus(_ status: SpanStatus) -> Self
    @discardableResult func updateName(_ name: String) -> Self
    func end()
    func isRecording() -> Bool
    @discardableResult func recordException(_ exception: ExceptionEvent) -> Self
}

protocol Tracer: Sendable {
    func startSpan(name: String, options: SpanOptions?) -> any Span
    func startActiveSpan<T>(
        _ name: String, options: SpanOptions?, _ fn: @Sendable (any Span) async throws -> T
    ) async rethrows -> T
}
