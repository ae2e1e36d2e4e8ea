import Glibc
import Ingest
import SystemCalls

/// A command with a proxy of its own: the proxy is there before it starts and until it has ended, and what passed is stored
/// then.
struct CommandRun: Sendable {
    let backend: Backend
    /// The command and its arguments.
    let words: [String]
    let environment: ProcessEnvironment
    /// The session of its calls, unless they say another.
    let name: String

    init(backend: Backend, words: [String], environment: ProcessEnvironment) {
        self.backend = backend
        self.words = words
        self.environment = environment
        name = "run-" + String(UInt64.random(in: 0...(.max)), radix: 36)
    }

    /// Runs it; gives its exit status as a shell does.
    func run() async throws -> Int32 {
        let given = ProxyVariables(url: "", environment: environment)
        let intake = RecordIntake(counters: backend.counters)
        // Nobody but the command knows the port, and it shows the provider's key, not ours.
        let service = IngestService(
            IngestOptions(http: HTTPOptions(host: "127.0.0.1", port: 0), udp: nil), into: backend.store,
            routes: [backend.proxy(into: intake, upstreams: given.upstreams, run: name)], intake: intake,
            counters: backend.counters, decoder: backend.settings.decoder, now: { .now() })
        let serving = Task { await service.run() }
        let status: Result<Int32, any Error>
        do {
            status = .success(try await start(at: try await address()))
        } catch {
            status = .failure(error)
        }
        serving.cancel()
        await serving.value
        return try status.get()
    }

    /// Where the proxy listens.
    private func address() async throws -> String {
        for await health in backend.counters.updates() {
            switch health[.http]?.state {
            case .listening(let address): return "http://\(address)"
            case .failed(let why): throw CommandFailure("there is no proxy: \(why)")
            default: continue
            }
        }
        throw CancellationError()
    }

    private func start(at url: String) async throws -> Int32 {
        var variables = environment.variables
        // What the command runs has no part in the store.
        variables["FALLOM_CLICKHOUSE_PASSWORD"] = nil
        for variable in ProxyVariables(url: url, environment: environment).variables {
            variables[variable.name] = variable.value
        }
        let signals = EndSignals(endsAtSecond: false)
        let child: ChildProcess
        do throws(SystemError) {
            child = try ChildProcess.start(words[0], arguments: words, environment: variables)
        } catch {
            throw CommandFailure(
                "cannot run \(words[0]): \(error)", status: error.isMissing ? 127 : 126)
        }
        let passing = Task {
            for await number in signals.stream where !Self.isFromTerminal(number) { child.signal(number) }
        }
        defer { passing.cancel() }
        let status = try await BlockingThread.run { Result { () throws(SystemError) in try child.wait() } }
        return ChildProcess.exitStatus(of: try status.get())
    }

    /// Whether the terminal has sent that signal to the command, too: Ctrl-C goes to all that run in front.
    private static func isFromTerminal(_ number: Int32) -> Bool {
        number == SIGINT && Processes.isInForeground
    }
}
