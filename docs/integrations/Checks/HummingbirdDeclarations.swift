// What the middleware needs of Hummingbird 2, with the names and types that it has there.

protocol RequestContext {}

protocol RouterMiddleware<Context>: Sendable {
    associatedtype Context
    func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response
}

extension HTTPField.Name {
    init?(_ name: String) {
        guard !name.isEmpty else { return nil }
        self.init(rawName: name)
    }
}

struct HTTPFields: Sendable {
    var fields: [HTTPField] = []

    subscript(name: HTTPField.Name) -> String? {
        fields.first { $0.name.rawName.lowercased() == name.rawName.lowercased() }?.value
    }
}

struct Request: Sendable {
    var headers = HTTPFields()
}

protocol ResponseBodyWriter {
    mutating func write(_ bytes: [UInt8]) async throws
}

struct ResponseBody: Sendable {
    private let made: @Sendable (inout any ResponseBodyWriter) async throws -> Void
    let contentLength: Int?

    init(
        contentLength: Int? = nil, _ write: @Sendable @escaping (inout any ResponseBodyWriter) async throws -> Void
    ) {
        self.contentLength = contentLength
        made = write
    }

    func write(_ writer: consuming any ResponseBodyWriter) async throws { try await made(&writer) }
}

struct Response: Sendable {
    var body: ResponseBody
}
