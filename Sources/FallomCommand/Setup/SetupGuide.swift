import ArgumentParser
import OrderedJSON

/// What makes one kind of program send what it does to this machine's listener.
struct SetupGuide: Hashable, Sendable {
    /// Whom it is for.
    enum Program: String, ExpressibleByArgument, CaseIterable, Sendable {
        case claudeCode = "claude-code"
        case codex
        case geminiCLI = "gemini-cli"
        case opencode
        case copilot
        case pythonOTel = "python-otel"
        case nodeOTel = "node-otel"
        case javaOTel = "java-otel"
        case dotnetOTel = "dotnet-otel"
        case collector
    }

    /// Where the listeners are, and what they ask for.
    struct Place: Hashable, Sendable {
        var http: ListenAddress
        var grpc: ListenAddress
        var key: String?
        /// Whether what was said is sent along.
        var sendsContent: Bool
    }

    /// A part of a file.
    struct File: Hashable, Sendable {
        var path: String
        var text: String
    }

    /// What is set in the program's environment.
    var variables: [EnvironmentLines.Variable] = []
    /// What is written into files.
    var files: [File] = []
    /// What else there is to know.
    var notes: [String] = []

    init(for program: Program, _ place: Place) {
        switch program {
        case .claudeCode: claudeCode(place)
        case .codex: codex(place)
        case .geminiCLI: geminiCLI(place)
        case .opencode: opencode(place)
        case .copilot: copilot(place)
        case .pythonOTel:
            openTelemetry(place, start: "opentelemetry-instrument python app.py")
            set("OTEL_METRICS_EXPORTER", "none")
        case .nodeOTel:
            openTelemetry(place, start: "node --require @opentelemetry/auto-instrumentations-node/register app.js")
            set("OTEL_METRICS_EXPORTER", "none")
        case .javaOTel: openTelemetry(place, start: "java -javaagent:opentelemetry-javaagent.jar -jar app.jar")
        case .dotnetOTel: openTelemetry(place, start: "an app with OpenTelemetry's .NET SDK")
        case .collector: collector(place)
        }
    }

    private mutating func set(_ name: String, _ value: String) {
        variables.append(EnvironmentLines.Variable(name: name, value: value))
    }

    /// Says whether what was said is sent, and how the other is had.
    private mutating func sayContent(_ place: Place) {
        notes.append(
            place.sendsContent
                ? "What was said is sent, and kept in the store on this machine; without: --no-content"
                : "What was said is not sent; with it: without --no-content")
    }

    private mutating func endpoint(_ place: Place) {
        set("OTEL_EXPORTER_OTLP_ENDPOINT", place.http.url)
        set("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf")
        if let key = place.key { variables.append(.headers(showing: key)) }
    }

    private mutating func openTelemetry(_ place: Place, start: String) {
        endpoint(place)
        set("OTEL_TRACES_EXPORTER", "otlp")
        set("OTEL_LOGS_EXPORTER", "otlp")
        set("OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT", place.sendsContent ? "true" : "false")
        notes.append("Then start \(start)")
        sayContent(place)
    }
}

extension SetupGuide {
    private mutating func claudeCode(_ place: Place) {
        set("CLAUDE_CODE_ENABLE_TELEMETRY", "1")
        set("CLAUDE_CODE_ENHANCED_TELEMETRY_BETA", "1")
        set("OTEL_LOGS_EXPORTER", "otlp")
        set("OTEL_TRACES_EXPORTER", "otlp")
        endpoint(place)
        let content = place.sendsContent ? "1" : "0"
        for name in [
            "OTEL_LOG_USER_PROMPTS", "OTEL_LOG_ASSISTANT_RESPONSES", "OTEL_LOG_TOOL_DETAILS", "OTEL_LOG_TOOL_CONTENT",
        ] {
            set(name, content)
        }
        sayContent(place)
        notes.append("The env block of ~/.claude/settings.json can hold the same, and comes before the environment")
    }

    private mutating func codex(_ place: Place) {
        let headers = place.key.map { ", headers = { Authorization = \(quoted("Bearer \($0)")) }" } ?? ""
        files.append(
            File(
                path: "~/.codex/config.toml",
                text: """
                    [otel]
                    environment = "local"
                    log_user_prompt = \(place.sendsContent)
                    exporter = { otlp-http = { endpoint = "\(place.http.url)/v1/logs", protocol = "binary"\(headers) } }
                    """))
        sayContent(place)
        notes.append("Codex reads no OTEL_ variables")
    }

    private mutating func geminiCLI(_ place: Place) {
        set("GEMINI_TELEMETRY_ENABLED", "true")
        set("GEMINI_TELEMETRY_TARGET", "local")
        set("GEMINI_TELEMETRY_OTLP_ENDPOINT", place.grpc.url)
        set("GEMINI_TELEMETRY_OTLP_PROTOCOL", "grpc")
        set("GEMINI_TELEMETRY_LOG_PROMPTS", place.sendsContent ? "true" : "false")
        let settings: JSONValue = [
            "telemetry": [
                "enabled": true, "target": "local", "otlpEndpoint": .string(place.grpc.url), "otlpProtocol": "grpc",
                "logPrompts": .bool(place.sendsContent),
            ]
        ]
        files.append(File(path: ".gemini/settings.json (in the place of the variables)", text: settings.compactText))
        if place.key != nil {
            notes.append("Gemini CLI can show no key: let it send to a listener on loopback without")
        }
        sayContent(place)
    }

    private mutating func opencode(_ place: Place) {
        set("OTEL_EXPORTER_OTLP_ENDPOINT", place.http.url)
        if let key = place.key { variables.append(.headers(showing: key)) }
        set("OTEL_BSP_SCHEDULE_DELAY", "0")
        files.append(File(path: "opencode.json", text: #"{"experimental":{"openTelemetry":true}}"#))
        notes.append("OpenCode's spans hold what was said: there is no switch for it")
    }

    private mutating func copilot(_ place: Place) {
        set("COPILOT_OTEL_ENABLED", "true")
        set("OTEL_EXPORTER_OTLP_ENDPOINT", place.http.url)
        if let key = place.key { variables.append(.headers(showing: key)) }
        set("OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT", place.sendsContent ? "true" : "false")
        sayContent(place)
    }

    private mutating func collector(_ place: Place) {
        let headers = place.key.map { "\n    headers:\n      authorization: \(quoted("Bearer \($0)"))" } ?? ""
        files.append(
            File(
                path: "the Collector's configuration",
                text: """
                    exporters:
                      otlp/fallom:
                        endpoint: \(place.grpc)
                        tls:
                          insecure: true\(headers)
                    service:
                      pipelines:
                        traces:
                          exporters: [otlp/fallom]
                        logs:
                          exporters: [otlp/fallom]
                    """))
        notes.append("By HTTP it is otlphttp/fallom with endpoint: \(place.http.url)")
        notes.append("What was said is sent as far as the apps before the Collector send it")
    }

    /// A JSON text, which is one of TOML and YAML too.
    private func quoted(_ text: String) -> String { JSONValue.string(text).compactText }

    /// One JSON object: variables, files, notes.
    var json: JSONValue {
        [
            "variables": .object(variables.map { JSONMember($0.name, .string($0.value)) }),
            "files": .array(files.map { ["path": .string($0.path), "text": .string($0.text)] }),
            "notes": .array(notes.map { .string($0) }),
        ]
    }

    /// The lines for a shell: files stand in comments, for whoever evaluates all of them.
    func text(_ shell: EnvironmentLines.Shell) -> [String] {
        let written = variables.isEmpty && !files.isEmpty
        return variables.map { EnvironmentLines.line($0, shell) }
            + files.flatMap { file in
                let lines = file.text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
                return ["# \(file.path):"] + (written ? lines : lines.map { "#   \($0)" })
            } + notes.map { "# \($0)" }
    }
}
