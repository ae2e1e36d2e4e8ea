import ArgumentParser

/// `fallom env`: the environment lines that point an app here.
struct EnvCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "env",
        abstract: "Print the environment that points an app at this console.",
        discussion: "In the terminal of the app:  eval \"$(fallom env)\"")

    @OptionGroup var shared: SharedOptions

    @Option(help: "Shell to write for: sh, fish or dotenv.")
    var shell = EnvironmentLines.Shell.sh

    @Flag(help: "Print what sends the calls of provider clients through the proxy: an app needs no SDK.")
    var proxy = false

    @Option(
        name: .customLong("for"),
        help: "What to set for \(SetupGuide.Program.allCases.map(\.rawValue).joined(separator: ", ")).")
    var program: SetupGuide.Program?

    @Flag(inversion: .prefixedNo, help: "Whether what was said is sent along, with --for.")
    var content = true

    @Flag(help: "Print one JSON object.")
    var json = false

    func validate() throws {
        if proxy, program != nil { throw ValidationError("--proxy and --for are two questions: ask one of them") }
    }

    func run() async throws {
        let environment = ProcessEnvironment.current()
        let settings = try shared.settings(environment)
        if let program { return try print(program, settings) }
        let url = settings.http.url
        let lines =
            proxy
            ? EnvironmentLines(
                ProxyVariables(url: url, environment: environment), url: url, key: settings.listenKey)
            : EnvironmentLines(
                http: settings.http, grpc: settings.grpc, udp: settings.udp, key: settings.listenKey)
        try StandardOutput.print(json: json, [lines.json], lines.text(shell))
    }

    private func print(_ program: SetupGuide.Program, _ settings: Settings) throws {
        let guide = SetupGuide(
            for: program,
            SetupGuide.Place(
                http: settings.http, grpc: settings.grpc, key: settings.listenKey, sendsContent: content))
        try StandardOutput.print(json: json, [guide.json], guide.text(shell))
    }
}
