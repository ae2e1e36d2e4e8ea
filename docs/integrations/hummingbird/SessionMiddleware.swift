import Fallom
import Foundation

#if canImport(Hummingbird)
import HTTPTypes
import Hummingbird
#endif

/// Makes each request a session, known to everything below as `Session.current`, while its answer is streamed too.
struct SessionMiddleware<Context: RequestContext>: RouterMiddleware {
    let fallom: FallomClient
    /// Whose session a request is.
    let session: @Sendable (Request) -> SessionContext

    init(_ fallom: FallomClient, session: @escaping @Sendable (Request) -> SessionContext) {
        self.fallom = fallom
        self.session = session
    }

    /// Requests with the same value of a header are one session; one without it is a session of its own.
    init(_ fallom: FallomClient, configKey: String, header: String = "X-Conversation-ID") {
        self.init(fallom) { request in
            let id = HTTPField.Name(header).flatMap { request.headers[$0] } ?? UUID().uuidString
            return SessionContext(configKey: configKey, sessionID: id)
        }
    }

    func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        let session = fallom.session(session(request))
        var response = try await session.asCurrent { () async throws in try await next(request, context) }
        let body = response.body
        response.body = ResponseBody(contentLength: body.contentLength) { writer in
            let writer = writer
            try await session.asCurrent { @concurrent () async throws in try await body.write(writer) }
        }
        return response
    }
}
