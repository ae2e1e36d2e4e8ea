import AsyncHTTPClient
import Gzip
import NIOCore
import NIOHTTP1

/// Requests that the commands make, of services and of receivers. It follows no redirect: a key would go along.
final class WebClient: Sendable {
    /// What was answered.
    struct Response: Hashable, Sendable {
        /// The HTTP status.
        var status: Int
        /// Seconds after which to ask again, where that was said.
        var retryAfter: Int?
        /// The body, without compression.
        var body: [UInt8]
    }

    /// Why there is no answer.
    struct Failure: Error, Hashable, CustomStringConvertible {
        /// What happened, for people.
        let description: String
    }

    /// More than this is no answer to any of our questions.
    static let mostBytes = 64 << 20

    private let http: HTTPClient

    init() {
        var configuration = HTTPClient.Configuration()
        configuration.redirectConfiguration = .disallow
        configuration.timeout.connect = .seconds(5)
        configuration.connectionPool.retryConnectionEstablishment = false
        http = HTTPClient(eventLoopGroup: HTTPClient.defaultEventLoopGroup, configuration: configuration)
    }

    deinit {
        // A client that is let go without a shutdown traps: closing goes on by itself.
        http.shutdown { _ in }
    }

    /// Asks; waits for the whole answer so many seconds at most.
    func send(
        _ method: String, _ url: String, headers: [(name: String, value: String)] = [], body: [UInt8]? = nil,
        seconds: Int64 = 20
    ) async throws(Failure) -> Response {
        var request = HTTPClientRequest(url: url)
        request.method = HTTPMethod(rawValue: method)
        request.headers.add(name: "User-Agent", value: "fallom")
        request.headers.add(name: "Accept-Encoding", value: "gzip")
        for header in headers { request.headers.add(name: header.name, value: header.value) }
        if let body { request.body = .bytes(ByteBuffer(bytes: body)) }
        let asked = request
        let outcome = await withTaskGroup(of: Result<Response, Failure>?.self) { group in
            group.addTask { await self.outcome(of: asked) }
            group.addTask {
                try? await Task.sleep(for: .seconds(seconds))
                return nil
            }
            defer { group.cancelAll() }
            return await group.next() ?? nil
        }
        guard let outcome else { throw Failure(description: "no answer within \(seconds) seconds") }
        return try outcome.get()
    }

    private func outcome(of request: HTTPClientRequest) async -> Result<Response, Failure> {
        do throws(Failure) {
            return .success(try await answer(to: request))
        } catch {
            return .failure(error)
        }
    }

    private func answer(to request: HTTPClientRequest) async throws(Failure) -> Response {
        do {
            let response = try await http.execute(request, deadline: .distantFuture)
            var body: [UInt8] = []
            for try await piece in response.body {
                guard body.count + piece.readableBytes <= Self.mostBytes else { throw Self.tooLarge }
                body.append(contentsOf: piece.readableBytesView)
            }
            if response.headers.first(name: "content-encoding")?.lowercased() == "gzip" {
                body = try Self.inflate(body)
            }
            return Response(
                status: Int(response.status.code),
                retryAfter: response.headers.first(name: "retry-after").flatMap { Int($0) }, body: body)
        } catch let failure as Failure {
            throw failure
        } catch {
            throw Failure(description: ConnectionTrouble.words(error))
        }
    }

    private static func inflate(_ body: [UInt8]) throws(Failure) -> [UInt8] {
        do throws(GzipError) {
            return try inflated(body, limit: mostBytes)
        } catch .limitExceeded {
            throw tooLarge
        } catch {
            throw Failure(description: "the answer's compression is broken: \(error)")
        }
    }

    private static let tooLarge = Failure(description: "the answer is larger than \(mostBytes >> 20) MB")
}
