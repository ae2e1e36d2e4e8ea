import ArgumentParser
import OrderedJSON

/// The variables that make a Fallom app or an OpenTelemetry app send to this machine's listener.
struct EnvironmentLines: Hashable, Sendable {
    /// How the lines are written.
    enum Shell: String, ExpressibleByArgument, CaseIterable, Sendable {
        /// `export NAME=value`
        case sh
        /// `set -gx NAME value`
        case fish
        /// `NAME=value`
        case dotenv
    }

    /// One variable.
    struct Variable: Hashable, Sendable {
        var name: String
        var value: String

        /// Lets OpenTelemetry's exporters show a key.
        static func headers(showing key: String) -> Variable {
            Variable(name: "OTEL_EXPORTER_OTLP_HEADERS", value: "Authorization=Bearer%20\(PercentText.encode(key))")
        }
    }

    /// Variables that belong together, with a word on who reads them.
    struct Section: Hashable, Sendable {
        var comment: String
        var variables: [Variable]
    }

    /// The sections in the order in which they are printed.
    let sections: [Section]
    /// What else can be set, said in comments after the lines.
    let notes: [String]

    /// - Parameters:
    ///   - http: Where the HTTP listener is.
    ///   - grpc: Where the listener for gRPC is.
    ///   - udp: Where the UDP listener is.
    ///   - key: The key it asks for, where it asks for one.
    init(http: ListenAddress, grpc: ListenAddress, udp: ListenAddress, key: String?) {
        let url = http.url
        var openTelemetry = [
            Variable(name: "OTEL_EXPORTER_OTLP_ENDPOINT", value: url),
            Variable(name: "OTEL_EXPORTER_OTLP_PROTOCOL", value: "http/protobuf"),
            Variable(name: "OTEL_TRACES_EXPORTER", value: "otlp"),
            Variable(name: "OTEL_LOGS_EXPORTER", value: "otlp"),
        ]
        if let key { openTelemetry.append(.headers(showing: key)) }
        sections = [
            Section(
                comment: "Fallom SDKs. The key can be anything unless this listener asks for one.",
                variables: [
                    Variable(name: "FALLOM_API_KEY", value: key ?? "local"),
                    Variable(name: "FALLOM_TRACES_URL", value: url),
                    Variable(name: "FALLOM_CONFIGS_URL", value: url),
                    Variable(name: "FALLOM_PROMPTS_URL", value: url),
                ]),
            Section(comment: "OpenTelemetry SDKs.", variables: openTelemetry),
        ]
        notes = [
            "The Swift SDK can send without waiting for an answer: FALLOM_TRACES_URL=udp://\(udp)",
            "An exporter that can only do gRPC: OTEL_EXPORTER_OTLP_PROTOCOL=grpc OTEL_EXPORTER_OTLP_ENDPOINT=\(grpc.url)",
            "OpenTelemetry leaves out what was said unless OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT=true",
            "An app without any SDK: fallom env --proxy. A coding agent: fallom env --for claude-code",
        ]
    }

    /// The variables of the proxy alone.
    ///
    /// - Parameter key: The key that the listener asks for, where it asks for one.
    init(_ proxy: ProxyVariables, url: String, key: String?) {
        sections = [
            Section(
                comment: "Clients of model providers: their calls pass here, each is a span, their keys are not kept.",
                variables: proxy.variables)
        ]
        notes =
            proxy.replaced.map {
                "\($0.name) was \($0.value): name that under proxy: upstreams: in config.yaml, or use fallom run"
            } + [
                "Others by their base URL: \(url)/proxy/openrouter/v1, …/proxy/mistral, …/proxy/deepseek, …/proxy/xai/v1",
                "One session for calls that belong together: the header X-Fallom-Session-Id",
            ]
            + (key == nil ? [] : ["This listener asks for its key beside the provider's: the header X-Fallom-Key"])
    }

    /// The lines for a shell, comments between.
    func text(_ shell: Shell) -> [String] {
        sections.flatMap { section in
            ["# \(section.comment)"] + section.variables.map { Self.line($0, shell) }
        } + notes.map { "# \($0)" }
    }

    /// One JSON object of all variables.
    var json: JSONValue {
        .object(sections.flatMap(\.variables).map { JSONMember($0.name, .string($0.value)) })
    }

    static func line(_ variable: Variable, _ shell: Shell) -> String {
        switch shell {
        case .sh: "export \(variable.name)=\(quoted(variable.value))"
        case .fish: "set -gx \(variable.name) \(quoted(variable.value))"
        case .dotenv: "\(variable.name)=\(quoted(variable.value))"
        }
    }

    /// The value as one word of the shell.
    private static func quoted(_ value: String) -> String {
        let plain = value.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            default: "-_.:/=%,@[]".utf8.contains(byte)
            }
        }
        if plain, !value.isEmpty, !value.contains("[") { return value }
        return "'" + value.split(separator: "'", omittingEmptySubsequences: false).joined(separator: #"'\''"#) + "'"
    }
}
