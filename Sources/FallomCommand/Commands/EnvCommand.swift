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

    @Flag(help: "Print one JSON object.")
    var json = false

    func run() async throws {
        let settings = try shared.settings()
        let lines = EnvironmentLines(
            http: settings.http, grpc: settings.grpc, udp: settings.udp, key: settings.listenKey)
        let output = StandardOutput()
        if json {
            try output.line(lines.json)
        } else {
            for line in lines.text(shell) { try output.line(line) }
        }
        try output.flush()
    }
}
