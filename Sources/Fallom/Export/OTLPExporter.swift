import LocalExport
import SpanCodec

/// Sends finished spans as OTLP over HTTP, in the words of the GenAI conventions, to any backend that takes it. Content is
/// sent by the same policy as in Fallom's own records.
final class OTLPExporter: RecordExporter {
    private let delivery: HTTPDelivery<FallomRecord>
    private let shutdownTimeout: Duration

    init(
        _ destination: OTLPDestination, transport: any HTTPTransport, limits: RoomLimits, options: FallomOptions,
        log: DebugLog
    ) {
        shutdownTimeout = options.shutdownTimeout
        let timeout = destination.timeout ?? options.exportTimeout
        let settings = HTTPDelivery<FallomRecord>.Settings(
            name: "spans (OTLP)", place: "POST " + destination.url, variable: "OTEL_EXPORTER_OTLP_ENDPOINT",
            limits: limits, maximumAge: options.maximumAge, timeout: timeout, takesSeveral: true)
        let isJSON = destination.form == .json
        let headers =
            [(name: "Content-Type", value: isJSON ? "application/json" : "application/x-protobuf")]
            + destination.headers.sorted { $0.key < $1.key }.map { (name: $0.key, value: $0.value) }
        let resource = destination.resourceAttributes
        delivery = HTTPDelivery(settings, time: options.time, ids: options.ids, log: log) { records, _ in
            let spans = records.compactMap { OTLPSpan($0) }
            let body =
                isJSON
                ? OTLPRequest.json(spans, resource: resource, scope: Self.scope, version: Self.version)
                : OTLPRequest.protobuf(spans, resource: resource, scope: Self.scope, version: Self.version)
            let call = HTTPCall("POST", destination.url, headers: headers, body: body)
            return try await transport.send(call, within: timeout, bodyLimit: 1 << 20)
        }
    }

    private static let scope = "fallom"
    private static let version = "0.1.0"

    func export(_ record: FallomRecord) { delivery.add(record) }
    func flush() async { await delivery.flush() }
    func shutdown() async { await delivery.shutdown(within: shutdownTimeout) }
    func shutdown(within limit: Duration) async { await delivery.shutdown(within: limit) }
    var counters: ExportCounters { delivery.counters }
}
