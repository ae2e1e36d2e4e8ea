import Cells
import ClickHouseStore
import Console
import Ingest
import NcursesTerminal
import TraceModel
import TraceStore
import Workspace
import WorkspaceModel

/// The console on this terminal: opens the screen, runs the ways in behind it, and ends both in order.
struct ConsoleRun: Sendable {
    let backend: Backend
    let paths: [String]
    let preferences: PreferencesFeed
    /// What they say at the start.
    let first: ConsoleSettings
    let environment: ProcessEnvironment
    /// What the screen says first.
    var greeting: Notice?
    /// Whether the tour begins at once.
    var startsTour = false
    /// The filters that were used before; `nil` where none are kept.
    var recall: FilterRecall?
    /// Whether the screen is written as lines.
    var isPlain = false
    /// Other work while the screen is open: the demo's load.
    var company: (@Sendable (HealthFeed) async -> Void)?

    /// Runs until the person quits or a signal ends it.
    ///
    /// - Returns: The exit status: 0, or 128 and the signal's number.
    func run() async throws -> Int32 {
        let trials = try Self.trials(backend, environment)
        let terminal = try Self.openTerminal(environment, isPlain: isPlain)
        let feed = HealthFeed()
        let reader = backend.store
        let documents = DocumentMaker(reader: reader, redactor: Redactor(backend.settings.scanner))
        let work = Task { await background(feed) }
        let runner = ConsoleRunner(
            terminal: terminal,
            surroundings: ConsoleRunner.Surroundings(
                reader: reader, decode: LoadedSpan.decode,
                desk: WorkspaceDesk(folder: backend.workspace, author: environment["USER"], now: { .now() }),
                editor: ExternalEditor(environment), clipboard: Clipboard(environment),
                scanner: backend.settings.scanner, trials: trials,
                runs: RunDesk(trials, backend.settings),
                health: feed.stream,
                export: { try await ExportWriter(documents: documents).write($0) },
                document: { try await ExportWriter(documents: documents).text($0) },
                keep: KeepDesk(store: backend.store, judge: Judge.person(environment), now: { .now() }),
                recall: recall, now: { .now() }, wallClock: .local,
                greeting: greeting, startsTour: startsTour, settings: first, preferences: preferences,
                hasLightBackground: BackgroundHint.isLight(environment["COLORFGBG"])))
        let reason = await runner.run {
            terminal.close()
            EndDeadline.standard.begin()
        }
        work.cancel()
        await work.value
        return reason?.exitStatus ?? 0
    }

    private func background(_ feed: HealthFeed) async {
        let settings = backend.settings
        let ways = WaysIn(
            backend: backend, paths: paths, onChange: { feed.tell(role: $0, settings: settings) },
            onRetention: { feed.tell(retention: $0) }, onForward: { feed.tell(forward: $0) })
        let counters = backend.counters
        let company = company
        StoreAccess.server(backend.store)?.tellWork { feed.tell(asking: $0) }
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                for await health in counters.updates() { feed.tell(health) }
            }
            group.addTask { await ways.run() }
            if let company { group.addTask { await company(feed) } }
            await group.waitForAll()
        }
    }

    /// What asks recorded calls again. A store that cannot be written is told when something was tried.
    private static func trials(_ backend: Backend, _ environment: ProcessEnvironment) throws -> TrialRunner {
        let folder = backend.workspace
        return TrialRunner(
            reader: backend.store, sink: backend.store.isReadOnly ? nil : backend.store, settings: backend.settings,
            environment: environment, prompts: { folder.load().prompts },
            pricer: try PriceSources(backend.settings).pricer(), sender: CallSender())
    }

    private static func openTerminal(_ environment: ProcessEnvironment, isPlain: Bool) throws -> NcursesTerminal {
        do {
            return try NcursesTerminal.open(TerminalOptions(environment: environment.variables, isPlain: isPlain))
        } catch {
            throw CommandFailure(error.message, hint: error.advice)
        }
    }
}
