import LocalExport
import SpanCodec

extension HTTPExporter {
    /// Sends finished spans as OTLP, in the words of the GenAI conventions, to any backend that takes it. Content is sent by
    /// the same policy as in Fallom's own records.
    convenience init(
        _ destination: OTLPDestination, transport: any HTTPTransport, limits: RoomLimits, options: FallomOptions,
        log: DebugLog
    ) {
        let settings = HTTPDelivery<FallomRecord>.Settings(
            name: "spans (OTLP)", place: "POST " + destination.url, variable: "OTEL_EXPORTER_OTLP_ENDPOINT",
            limits: limits, maximumAge: options.maximumAge, timeout: destination.timeout ?? options.exportTimeout,
            takesSeveral: true)
        let isJSON = destination.form == .json
        let headers =
            [(name: "Content-Type", value: isJSON ? "application/json" : "application/x-protobuf")]
            + destination.headers.sorted { $0.key < $1.key }.map { (name: $0.key, value: $0.value) }
        let resource = destination.resourceAttributes
        self.init(settings, transport: transport, options: options, log: log) { records, _ in
            let spans = records.compactMap { OTLPSpan($0) }
            let body =
                isJSON
                ? OTLPRequest.json(spans, resource: resource, scope: Self.scope, version: Self.version)
                : OTLPRequest.protobuf(spans, resource: resource, scope: Self.scope, version: Self.version)
            return HTTPCall("POST", destination.url, headers: headers, body: body)
        }
    }

    private static let scope = "fallom"
    private static let version = "0.1.0"
}
