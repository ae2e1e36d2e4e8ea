import ArgumentParser
import OrderedJSON
import TraceModel
import TraceStore

/// `fallom demo`: the console on a sample workspace with a made-up live load.
struct DemoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo", abstract: "Open the console on a sample workspace with a made-up live load.",
        discussion: """
            Needs no key and no network. Ports, store and workspace are temporary and gone when it ends. The spans go \
            through a real socket, as an app's would.
            """)

    @Option(help: ArgumentHelp("The colours of the console.", valueName: "name"), completion: Completing.theme)
    var theme: String?

    @Option(help: ArgumentHelp("The same number gives the same sessions.", valueName: "number"))
    var seed: UInt64 = 7

    @Flag(help: "Begin with a tour of the console in eight steps; M-t begins and ends it at any time.")
    var tour = false

    @Flag(help: "Write the console as lines, one a change, without pictures: for screen readers.")
    var plain = false

    @Flag(help: "Run without a screen and print what was sent and stored.")
    var headless = false

    @Option(help: ArgumentHelp("With --headless: end after so many seconds.", valueName: "seconds"))
    var seconds: Double = 5

    @Flag(help: "With --headless: print one JSON object.")
    var json = false

    func run() async throws {
        let environment = ProcessEnvironment.current()
        let preferences = PreferencesFeed(file: nil, theme: theme, environment: environment)
        let first = try preferences.read()
        let folder = try DemoFolder.create(environment)
        defer { folder.remove() }
        let workspace = try DemoWorkspace()
        try workspace.write(to: folder.workspace)
        let backend = try await Backend.open(DemoRun.settings(in: folder))
        let load = DemoLoad(workspace: workspace, seed: seed, now: .now())
        let demo = DemoRun(backend: backend, load: load)
        if headless {
            try await runHeadless(demo)
        } else {
            let screen = ConsoleRun(
                backend: backend, paths: [], preferences: preferences, first: first, environment: environment,
                greeting: tour ? nil : .demo, startsTour: tour, isPlain: plain,
                company: { await demo.play(telling: $0) })
            let status = try await screen.run()
            try await backend.store.close()
            if status != 0 { throw ExitCode(status) }
        }
    }

    private func runHeadless(_ demo: DemoRun) async throws {
        let seconds = seconds
        let json = json
        try await EndSignals.cancelling {
            let report = try await demo.headless(seconds: seconds)
            let output = StandardOutput()
            try output.line(json ? report.json.compactBytes : Array(report.text.utf8))
            try output.flush()
        }
        try await demo.backend.store.close()
    }
}
