import ArgumentParser

/// The options that every command takes (docs/command-line.md §1).
struct SharedOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The store of spans: a file, or clickhouse://USER@HOST:8123/DATABASE (password: FALLOM_CLICKHOUSE_PASSWORD).",
            valueName: "file|url"), completion: .file())
    var store: String?

    @Option(
        help: ArgumentHelp("The folder of configs and prompts (default: ./fallom).", valueName: "dir"),
        completion: .directory)
    var workspace: String?

    @Option(help: ArgumentHelp("Where to listen for HTTP (default: 127.0.0.1:4318).", valueName: "host:port"))
    var http: ListenAddress?

    @Option(
        help: ArgumentHelp(
            "Where to listen too, for OTLP over gRPC (default: 127.0.0.1:4317).", valueName: "host:port"))
    var grpc: ListenAddress?

    @Option(
        help: ArgumentHelp(
            "Let web pages of this origin send spans (https://app.example); may be repeated.", valueName: "origin"))
    var cors: [String] = []

    @Option(
        help: ArgumentHelp(
            "Send what comes in on to another OTLP receiver: http(s)://HOST[/PATH] or grpc://HOST:PORT.",
            valueName: "url"))
    var forward: ForwardTarget?

    @Option(help: ArgumentHelp("Where to listen for UDP (default: 127.0.0.1:4319).", valueName: "host:port"))
    var udp: ListenAddress?

    @Flag(help: "Listen nowhere.")
    var noListen = false

    @Option(help: ArgumentHelp("The colours of the console.", valueName: "name"), completion: Completing.theme)
    var theme: String?

    @Option(help: ArgumentHelp("The configuration file.", valueName: "file"), completion: .file())
    var config: String?

    /// The settings these options, the configuration file and the defaults make together.
    func settings(_ environment: ProcessEnvironment = .current()) throws -> Settings {
        try Settings.resolve(self, environment: environment)
    }
}

extension ForwardTarget: ExpressibleByArgument {
    init?(argument: String) {
        self.init(argument)
    }
}

extension ListenAddress: ExpressibleByArgument {
    init?(argument: String) {
        self.init(argument)
    }
}
