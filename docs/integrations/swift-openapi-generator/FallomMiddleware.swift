import Fallom
import Foundation

#if canImport(OpenAPIRuntime)
import HTTPTypes
import OpenAPIRuntime
#endif

/// Makes the calls of model APIs that a generated client sends spans of a session:
/// `Client(serverURL: url, transport: transport, middlewares: [FallomMiddleware(session: session)])`.
struct FallomMiddleware: ClientMiddleware {
    let session: Session

    func intercept(
        _ request: HTTPRequest, body: HTTPBody?, baseURL: URL, operationID: String,
        next: @Sendable (HTTPRequest, HTTPBody?, URL) async throws -> (HTTPResponse, HTTPBody?)
    ) async throws -> (HTTPResponse, HTTPBody?) {
        let url = baseURL.absoluteString + (request.path ?? "")
        guard TracedExchange.mayBeCall(method: request.method.rawValue, url: url) else {
            return try await next(request, body, baseURL)
        }
        var sent: [UInt8] = []
        if let body { for try await piece in body { sent += piece } }
        let headers = request.headerFields.map { (name: $0.name.rawName, value: $0.value) }
        let exchange = session.exchange(
            method: request.method.rawValue, url: url, headers: headers, body: sent)
        let again = body == nil ? nil : HTTPBody(sent)
        guard let exchange else { return try await next(request, again, baseURL) }
        do {
            let (response, answer) = try await exchange.run { try await next(request, again, baseURL) }
            exchange.head(
                status: response.status.code,
                headers: response.headerFields.map { (name: $0.name.rawName, value: $0.value) })
            guard let answer else {
                exchange.end()
                return (response, nil)
            }
            let read = HTTPBody(exchange.reading(answer), length: answer.length, iterationBehavior: .single)
            return (response, read)
        } catch {
            exchange.fail(error)
            throw error
        }
    }
}
