import ArgumentParser

/// Where a command's store and files are (docs/command-line.md §1).
struct StorageOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The store of spans: a file, or clickhouse://USER@HOST:8123/DATABASE (password: FALLOM_CLICKHOUSE_PASSWORD).",
            valueName: "file|url"), completion: .file())
    var store: String?

    @Option(
        help: ArgumentHelp("The folder of configs and prompts (default: ./fallom).", valueName: "dir"),
        completion: .directory)
    var workspace: String?

    @Option(help: ArgumentHelp("The configuration file.", valueName: "file"), completion: .file())
    var config: String?
}

/// Where spans come in, where they go to, and what the console looks like.
struct ListeningOptions: ParsableArguments {
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
}

/// The options of the commands that listen, open the console, or tell of either.
struct SharedOptions: ParsableArguments {
    @OptionGroup var files: StorageOptions
    @OptionGroup var listening: ListeningOptions

    /// The settings these options, the configuration file and the defaults make together.
    func settings(_ environment: ProcessEnvironment = .current()) throws -> Settings {
        try Settings.resolve(files, listening, environment: environment)
    }
}

/// The options of the commands that only read and write files. Those of listening are understood, so that one line of options
/// does for every command, and not offered.
struct ReadingOptions: ParsableArguments {
    @OptionGroup var files: StorageOptions
    @OptionGroup(visibility: .hidden) var listening: ListeningOptions

    /// The settings these options, the configuration file and the defaults make together.
    func settings(_ environment: ProcessEnvironment = .current()) throws -> Settings {
        try Settings.resolve(files, listening, environment: environment)
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
