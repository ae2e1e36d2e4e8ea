import LocalExport
import OrderedJSON
import SpanCodec

/// Posts records to `{base}/v1/traces`: one a request, as the published SDKs do, or many as lines (NDJSON) where the
/// service says in the header `Accept-Post` of its answers that it takes them.
///
/// What becomes of a record is ``HTTPDelivery``'s business.
final class HTTPExporter: RecordExporter {
    private let delivery: HTTPDelivery<FallomRecord>
    private let shutdownTimeout: Duration

    init(
        service: ServiceURL, apiKey: String?, transport: any HTTPTransport, limits: RoomLimits, maximumAge: Duration,
        timeout: Duration, shutdownTimeout: Duration, time: TimeSource, ids: IDSource, log: DebugLog
    ) {
        let url = service.appending("v1", "traces")
        let authorization = apiKey.map { [(name: "Authorization", value: "Bearer " + $0)] } ?? []
        self.shutdownTimeout = shutdownTimeout
        let settings = HTTPDelivery<FallomRecord>.Settings(
            name: "spans", place: "POST " + url, variable: "FALLOM_TRACES_URL", limits: limits, maximumAge: maximumAge,
            timeout: timeout)
        delivery = HTTPDelivery(settings, time: time, ids: ids, log: log) { [authorization] records, asLines in
            let type = asLines ? "application/x-ndjson" : "application/json"
            let call = HTTPCall(
                "POST", url, headers: [(name: "Content-Type", value: type)] + authorization,
                body: Self.body(records, asLines: asLines))
            return try await transport.send(call, within: timeout, bodyLimit: 1 << 20)
        }
    }

    func export(_ record: FallomRecord) { delivery.add(record) }
    func flush() async { await delivery.flush() }
    func shutdown() async { await delivery.shutdown(within: shutdownTimeout) }
    func shutdown(within limit: Duration) async { await delivery.shutdown(within: limit) }
    func abandon() { delivery.abandon() }
    var counters: ExportCounters { delivery.counters }

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
