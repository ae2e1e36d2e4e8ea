import LocalExport
import OrderedJSON
import SpanCodec

/// Sends finished spans by HTTP, Fallom's own records or OTLP. What becomes of a record is ``HTTPDelivery``'s business.
final class HTTPExporter: RecordExporter {
    private let delivery: HTTPDelivery<FallomRecord>
    private let shutdownTimeout: Duration

    /// - Parameter request: what is posted for some records, as lines where several go together.
    init(
        _ settings: HTTPDelivery<FallomRecord>.Settings, transport: any HTTPTransport, options: FallomOptions,
        log: DebugLog, request: @escaping @Sendable (_ records: [FallomRecord], _ asLines: Bool) -> HTTPCall
    ) {
        shutdownTimeout = options.shutdownTimeout
        delivery = HTTPDelivery(settings, time: options.time, ids: options.ids, log: log) { records, asLines in
            try await transport.send(request(records, asLines), within: settings.timeout, bodyLimit: 1 << 20)
        }
    }

    func export(_ record: FallomRecord) { delivery.add(record) }
    func flush() async { await delivery.flush() }
    func shutdown() async { await delivery.shutdown(within: shutdownTimeout) }
    func shutdown(within limit: Duration) async { await delivery.shutdown(within: limit) }
    func abandon() { delivery.abandon() }
    var counters: ExportCounters { delivery.counters }
}

extension HTTPExporter {
    /// Posts records to `{base}/v1/traces`: one a request, as the published SDKs do, or many as lines (NDJSON) where the
    /// service says in the header `Accept-Post` of its answers that it takes them.
    convenience init(
        _ service: ServiceURL, apiKey: String?, transport: any HTTPTransport, limits: RoomLimits,
        options: FallomOptions, log: DebugLog
    ) {
        let url = service.appending("v1", "traces")
        let authorization = apiKey.map { [(name: "Authorization", value: "Bearer " + $0)] } ?? []
        let settings = HTTPDelivery<FallomRecord>.Settings(
            name: "spans", place: "POST " + url, variable: "FALLOM_TRACES_URL", limits: limits,
            maximumAge: options.maximumAge, timeout: options.exportTimeout)
        self.init(settings, transport: transport, options: options, log: log) { [authorization] records, asLines in
            let type = asLines ? "application/x-ndjson" : "application/json"
            return HTTPCall(
                "POST", url, headers: [(name: "Content-Type", value: type)] + authorization,
                body: Self.body(records, asLines: asLines))
        }
    }

    private static func body(_ records: [FallomRecord], asLines: Bool) -> [UInt8] {
        var writer = JSONWriter(reservingCapacity: 1024 * records.count)
        var body: [UInt8] = []
        for record in records {
            writer.removeAll()
            record.encode(into: &writer)
            guard asLines else { return writer.bytes }
            body.append(contentsOf: writer.bytes)
            body.append(UInt8(ascii: "\n"))
        }
        return body
    }
}
