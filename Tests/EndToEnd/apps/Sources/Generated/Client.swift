import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1

/// A client of one operation, shaped as the generator does it: middlewares around a transport.
struct Client: Sendable {
    struct StatusError: Error { var code: Int }

    var serverURL: URL
    var middlewares: [any ClientMiddleware]

    func createChatCompletion(_ body: Data) async throws -> HTTPBody {
        let request = HTTPRequest(
            method: .init(rawValue: "POST"), path: "/chat/completions",
            headerFields: [
                HTTPField(name: .init(rawName: "Content-Type"), value: "application/json"),
                HTTPField(name: .init(rawName: "Authorization"), value: "Bearer good-key"),
            ])
        var next: @Sendable (HTTPRequest, HTTPBody?, URL) async throws -> (HTTPResponse, HTTPBody?) = Self.send
        for middleware in middlewares.reversed() {
            let inner = next
            next = {
                try await middleware.intercept(
                    $0, body: $1, baseURL: $2, operationID: "createChatCompletion", next: inner)
            }
        }
        let (response, answer) = try await next(request, HTTPBody(Array(body)), serverURL)
        guard response.status.code < 300, let answer else {
            if let answer { for try await _ in answer {} }
            throw StatusError(code: response.status.code)
        }
        return answer
    }

    private static func send(
        _ request: HTTPRequest, _ body: HTTPBody?, _ baseURL: URL
    ) async throws -> (HTTPResponse, HTTPBody?) {
        var sent = HTTPClientRequest(url: baseURL.absoluteString + (request.path ?? ""))
        sent.method = .RAW(value: request.method.rawValue)
        for field in request.headerFields { sent.headers.add(name: field.name.rawName, value: field.value) }
        var bytes: [UInt8] = []
        if let body { for try await piece in body { bytes += piece } }
        sent.body = .bytes(ByteBuffer(bytes: bytes))
        let response = try await HTTPClient.shared.execute(sent, timeout: .seconds(60))
        let fields = response.headers.map { HTTPField(name: .init(rawName: $0.name), value: $0.value) }
        let pieces = response.body.map { ArraySlice($0.readableBytesView) }
        return (
            HTTPResponse(status: .init(code: Int(response.status.code)), headerFields: fields),
            HTTPBody(pieces, length: .unknown, iterationBehavior: .single)
        )
    }
}
