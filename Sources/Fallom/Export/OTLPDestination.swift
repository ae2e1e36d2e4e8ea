import SpanCodec
import TraceModel

/// Where spans go as OTLP, as OpenTelemetry's own variables say.
struct OTLPDestination: Hashable, Sendable {
    enum Form: String, Sendable { case protobuf = "http/protobuf", json = "http/json" }

    /// The address that is posted to.
    var url: String
    var form = Form.protobuf
    var headers: [String: String] = [:]
    var timeout: Duration?
    var resource: [String: String] = [:]

    /// The variables that are read.
    static let variables = [
        "OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_HEADERS",
        "OTEL_EXPORTER_OTLP_TRACES_HEADERS", "OTEL_EXPORTER_OTLP_PROTOCOL", "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL",
        "OTEL_EXPORTER_OTLP_TIMEOUT", "OTEL_EXPORTER_OTLP_TRACES_TIMEOUT", "OTEL_SERVICE_NAME",
        "OTEL_RESOURCE_ATTRIBUTES",
    ]

    /// Reads the variables. What is said of traces goes before what is said of everything.
    init(_ environment: [String: String]) throws(ConfigurationError) {
        func variable(_ name: String) -> (name: String, text: String)? {
            for name in ["OTEL_EXPORTER_OTLP_TRACES_" + name, "OTEL_EXPORTER_OTLP_" + name] {
                if let text = environment[name], !text.isEmpty { return (name, text) }
            }
            return nil
        }
        let endpoint = variable("ENDPOINT") ?? ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://localhost:4318")
        guard let service = ServiceURL(endpoint.text) else {
            throw ConfigurationError(
                .malformedURL, option: endpoint.name,
                "'\(endpoint.text)' is no http:// or https:// address without query and user")
        }
        // The variable of traces alone is the whole address.
        url = endpoint.name.hasSuffix("TRACES_ENDPOINT") ? endpoint.text : service.appending("v1", "traces")
        if let said = variable("PROTOCOL") {
            guard let form = Form(rawValue: said.text) else {
                throw ConfigurationError(
                    .destination, option: said.name,
                    "'\(said.text)' is not spoken here: set http/protobuf or http/json")
            }
            self.form = form
        }
        headers = Self.pairs(variable("HEADERS")?.text)
        timeout = variable("TIMEOUT").flatMap { Int64($0.text) }.map { .milliseconds($0) }
        resource = Self.pairs(environment["OTEL_RESOURCE_ATTRIBUTES"])
        if let name = environment["OTEL_SERVICE_NAME"], !name.isEmpty { resource["service.name"] = name }
    }

    /// `name=value,name=value`, percent signs decoded.
    private static func pairs(_ text: String?) -> [String: String] {
        var pairs: [String: String] = [:]
        for pair in (text ?? "").split(separator: ",") {
            guard let equals = pair.firstIndex(of: "=") else { continue }
            let name = pair[..<equals].filter { $0 != " " }
            let value = pair[pair.index(after: equals)...].drop { $0 == " " }
            guard !name.isEmpty else { continue }
            pairs[String(name)] = TraceDestination.percentDecoded(value) ?? String(value)
        }
        return pairs
    }

    /// The resource that spans come from.
    var resourceAttributes: AttributeMap {
        var resource = resource
        if resource["service.name"] == nil { resource["service.name"] = "unknown_service" }
        return AttributeMap(resource.sorted { $0.key < $1.key }.map { .init($0.key, .string($0.value)) })
    }
}
