internal import AsyncHTTPClient
internal import NIOCore
internal import NIOHTTP1

/// Asks a ClickHouse over its HTTP interface (docs/clickhouse.md §5): every question is bounded, named, and stopped when
/// the task is cancelled; the password travels in a header, never in an address.
final class ClickHouseConnection: Sendable {
    let address: ClickHouseAddress
    let configuration: ClickHouseConfiguration
    private let http: HTTPClient
    /// Those that take long, for whoever wants to know.
    let long = LongQuestions()

    /// More than this is no answer to any of our questions.
    static let mostBytes = 512 << 20
    /// So many questions at a time; others wait for their turn.
    private static let mostAtOnce = 4

    init(_ address: ClickHouseAddress, _ configuration: ClickHouseConfiguration) {
        self.address = address
        self.configuration = configuration
        var settings = HTTPClient.Configuration()
        settings.redirectConfiguration = .disallow
        settings.timeout.connect = .seconds(5)
        settings.connectionPool.retryConnectionEstablishment = false
        settings.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = Self.mostAtOnce
        http = HTTPClient(eventLoopGroup: HTTPClient.defaultEventLoopGroup, configuration: settings)
    }

    deinit {
        // A client that is let go without a shutdown traps: closing goes on by itself.
        http.shutdown { _ in }
    }

    /// Rows of a question that changes nothing.
    ///
    /// - Parameters:
    ///   - seconds: how long the server may take; what the settings say where nothing is said.
    ///   - mostBytes: how large the answer may be.
    func rows(
        _ sql: String, seconds: Int? = nil, mostBytes: Int = ClickHouseConnection.mostBytes
    ) async throws(ClickHouseError) -> ServerRows {
        let bound = seconds ?? configuration.seconds
        let whole = """
            \(sql)
            SETTINGS max_execution_time = \(bound), timeout_overflow_mode = 'throw', max_result_rows = \(ServerRows.mostRows), \
            log_comment = 'fallom', do_not_merge_across_partitions_select_final = 1, \(ServerRows.settings)
            FORMAT CustomSeparated
            """
        let parameters = [("readonly", "2"), ("cancel_http_readonly_queries_on_client_close", "1")]
        return try await again { () throws(ClickHouseError) in
            let body = try await ask(
                parameters, Array(whole.utf8), seconds: bound + 5, mostBytes: mostBytes, isWatched: true)
            guard let rows = ServerRows(body) else { throw cutOff(body) }
            return rows
        }
    }

    /// Does what may be done twice once more, and once again, where it failed for a moment's reason.
    func again<Value: Sendable>(
        _ work: () async throws(ClickHouseError) -> Value
    ) async throws(ClickHouseError) -> Value {
        for pause in [50, 250] {
            do throws(ClickHouseError) {
                return try await work()
            } catch {
                guard error.isBrief else { throw error }
                guard (try? await Task.sleep(for: .milliseconds(pause))) != nil else { throw calledOff }
            }
        }
        return try await work()
    }

    /// Does what changes something; gives what the server says.
    @discardableResult
    func run(_ sql: String, seconds: Int = 60) async throws(ClickHouseError) -> [UInt8] {
        try await ask([], Array(sql.utf8), seconds: seconds)
    }

    /// In what form rows travel.
    enum RowForm: String {
        case tabSeparated = "TabSeparated"
        case native = "Native"
    }

    /// Inserts rows. However often they come under the same name, they are there once.
    func insert(
        into table: String, _ columns: [String], _ rows: [UInt8], _ form: RowForm = .tabSeparated, once name: String
    ) async throws(ClickHouseError) {
        let deduplication = ["insert_deduplication_token", SQLText.literal(name)].joined(separator: " = ")
        let sql = """
            INSERT INTO \(table) (\(columns.joined(separator: ", "))) SETTINGS \(deduplication), \
            deduplicate_blocks_in_dependent_materialized_views = 1, optimize_on_insert = 0, \
            max_partitions_per_insert_block = 6000, async_insert = 0, insert_distributed_sync = 1, log_comment = 'fallom' \
            FORMAT \(form.rawValue)
            """
        _ = try await again { () throws(ClickHouseError) in try await ask([("query", sql)], rows, seconds: 60) }
    }

    private func ask(
        _ parameters: [(String, String)], _ body: [UInt8], seconds: Int,
        mostBytes: Int = ClickHouseConnection.mostBytes, isWatched: Bool = false
    ) async throws(ClickHouseError) -> [UInt8] {
        let id = "fallom-\(Self.hex(configuration.randomBits()))\(Self.hex(configuration.randomBits()))"
        let watch = isWatched ? long.watch(id) { [weak self] in await self?.work(on: id) } : nil
        defer { if let watch { long.end(id, watch) } }
        var parameters = parameters
        parameters.append(("query_id", id))
        // The server reads no longer query than this unless it is told to.
        if body.count > 200_000 { parameters.append(("max_query_size", "\(body.count + 1000)")) }
        let query = parameters.map { "\($0.0)=\(Self.encoded($0.1))" }.joined(separator: "&")
        var request = HTTPClientRequest(url: address.url + "?" + query)
        request.method = .POST
        request.headers.add(name: "User-Agent", value: "fallom")
        request.headers.add(name: "X-ClickHouse-User", value: address.user)
        if let password = configuration.password { request.headers.add(name: "X-ClickHouse-Key", value: password) }
        request.body = .bytes(ByteBuffer(bytes: body))
        let (status, answer) = try await answer(to: request, seconds: seconds, mostBytes)
        guard status == 200 else {
            throw ClickHouseError(
                status: status, text: String(decoding: answer.prefix(4000), as: UTF8.self), at: address)
        }
        return answer
    }

    /// How a question fares, as the server tells; `nil` where it does not.
    private func work(on id: String) async -> ServerWork? {
        let sql = """
            SELECT elapsed, read_rows, total_rows_approx, read_bytes FROM system.processes WHERE query_id = '\(id)' LIMIT 1
            """
        guard let answer = try? await ask([("readonly", "2")], Array(sql.utf8), seconds: 2),
            let row = ServerRows(written: answer).first, let seconds = Double(row.text(0))
        else { return nil }
        return ServerWork(
            seconds: seconds, rows: Int(clamping: row.int(1)), allRows: Int(clamping: row.int(2)),
            bytes: Int(clamping: row.int(3)))
    }

    private func answer(
        to request: HTTPClientRequest, seconds: Int, _ mostBytes: Int
    ) async throws(ClickHouseError) -> (Int, [UInt8]) {
        var body: [UInt8] = []
        do {
            let response = try await http.execute(request, timeout: .seconds(Int64(seconds)))
            for try await piece in response.body {
                guard body.count + piece.readableBytes <= mostBytes else { throw tooLarge(mostBytes) }
                body.append(contentsOf: piece.readableBytesView)
            }
            return (Int(response.status.code), body)
        } catch let error as ClickHouseError {
            throw error
        } catch {
            // An answer that had begun: what the server said last tells more than that it broke off.
            throw body.isEmpty || Task.isCancelled ? away(error, seconds: seconds) : cutOff(body)
        }
    }

    private func away(_ error: any Error, seconds: Int) -> ClickHouseError {
        if Task.isCancelled || error is CancellationError || (error as? HTTPClientError) == .cancelled {
            return calledOff
        }
        if (error as? HTTPClientError) == .deadlineExceeded {
            return failure(
                .late, "it did not answer within \(seconds) seconds", "see whether it is overloaded, or ask for less")
        }
        let words = configuration.words(error)
        let isTLS = address.isSecure && "\(error)".lowercased().contains("ssl")
        return failure(
            isTLS ? .tls : .away, isTLS ? "no TLS connection comes about (\(words))" : "no connection (\(words))",
            isTLS
                ? "see whether port \(address.port) speaks TLS and its certificate is one this machine trusts"
                : "see whether it runs there, and whether 'clickhouses://' is wanted")
    }

    private var calledOff: ClickHouseError { failure(.cancelled, "the question was called off", "ask again") }

    private func tooLarge(_ mostBytes: Int) -> ClickHouseError {
        failure(.tooMuch, "the answer is larger than \(mostBytes >> 20) MB", "ask for less")
    }

    /// An answer that began well and did not come to its end: what the server says at the end of it, if anything.
    private func cutOff(_ body: [UInt8]) -> ClickHouseError {
        let tail = String(decoding: body.suffix(4000), as: UTF8.self)
        if let said = tail.ranges(of: /Code: \d+\. DB::Exception/).last {
            return ClickHouseError(status: 500, text: String(tail[said.lowerBound...]), at: address)
        }
        return failure(.cutOff, "the answer broke off", "try again")
    }

    func failure(_ code: ClickHouseError.Code, _ message: String, _ advice: String) -> ClickHouseError {
        ClickHouseError(code: code, path: address.description, message: message, advice: advice)
    }

    private static func hex(_ bits: UInt64) -> String {
        let digits = String(bits, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    private static func encoded(_ text: String) -> String {
        var encoded = ""
        for byte in text.utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."):
                encoded.unicodeScalars.append(UnicodeScalar(byte))
            default:
                encoded += "%" + String(Int(byte) + 0x100, radix: 16, uppercase: true).dropFirst()
            }
        }
        return encoded
    }
}
