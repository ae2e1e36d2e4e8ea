import Cells
import Console
import Display
import NcursesTerminal
import SpanCodec
import TraceModel
import Workspace
import WorkspaceModel

/// Joins a terminal, a store and the console: events in, effects out, a frame when something has changed.
///
/// Nothing is polled. The loop sleeps until a key, the store or an answer wakes it; a clock ticks once a second only
/// while something on the screen changes with time.
struct ConsoleRunner: Sendable {
    /// What the console works with.
    struct Surroundings: Sendable {
        /// The reading side of the store.
        var reader: any TraceReader
        /// Decodes what a span's payload holds.
        var decode: @Sendable (StoredSpanPayload) throws -> LoadedSpan
        /// The workspace: configs, prompts, tests.
        var desk: WorkspaceDesk
        /// The person's own editor.
        var editor: ExternalEditor
        /// The ways to the clipboard.
        var clipboard: Clipboard
        /// Finds what does not go there.
        var scanner: SecretScanner
        /// Asks recorded calls again.
        var trials: TrialRunner
        /// Asks many of them again.
        var runs: RunDesk
        /// How the ways in fare, as it changes.
        var health: AsyncStream<ConsoleHealth>
        /// Writes a file and returns its path.
        var export: @Sendable (Export) async throws -> String
        /// What a file would hold.
        var document: @Sendable (Export) async throws -> String
        /// Changes what is kept of sessions, and scores them.
        var keep: KeepDesk
        /// The filters that were used before; `nil` where none are kept.
        var recall: FilterRecall?
        /// The system's clock.
        var now: @Sendable () -> Timestamp
        /// Turns moments into the times of the person's wall clock.
        var wallClock: WallClock
        /// Something to say first: why nothing is listened to, for instance.
        var greeting: Notice?
        /// Whether the tour begins at once.
        var startsTour = false
        /// How the person wants it.
        var settings: ConsoleSettings
        /// How that changes, and where it is kept.
        var preferences: PreferencesFeed
        /// Whether the terminal's background is a light one, as far as the environment tells.
        var hasLightBackground: Bool?
    }

    let terminal: NcursesTerminal
    let surroundings: Surroundings

    /// No frame follows another sooner than this: after news, which nobody waits for, and after a key.
    private static let frameTime = (news: Duration.milliseconds(16), key: Duration.milliseconds(4))

    /// Runs until the person quits or a signal asks for the end.
    /// - Parameter left: called then, before what is under way is waited for: who opened the terminal closes it, so that
    ///   nobody waits before a screen that takes no key any more.
    /// - Returns: why a signal ended it; `nil` when the person did.
    func run(left: @escaping @Sendable () -> Void) async -> EndReason? {
        let screen = ScreenExecutor()
        return await withTaskExecutorPreference(screen) { await loop(on: screen, left) }
    }

    private func loop(on screen: ScreenExecutor, _ left: @Sendable () -> Void) async -> EndReason? {
        let mailbox = ConsoleMailbox()
        var session = ConsoleSession(self, mailbox)
        // The first frame goes before everything: a large workspace takes all cores for a moment when it is read.
        session.begin()
        let sources = start(mailbox, on: screen)
        let reason = await session.run(frameTime: Self.frameTime)
        for source in sources { source.cancel() }
        left()
        await session.end()
        return reason
    }

    /// The tasks that bring news.
    private func start(_ mailbox: ConsoleMailbox, on screen: ScreenExecutor) -> [Task<Void, Never>] {
        let terminal = terminal
        let surroundings = surroundings
        return [
            Task(executorPreference: screen) {
                for await event in terminal.events() { mailbox.post(.input(event)) }
                mailbox.close()
            },
            Task {
                for await revision in surroundings.reader.revisions() {
                    mailbox.post(.storeChanged(revision: revision))
                }
            },
            Task {
                mailbox.post(.drafts(surroundings.desk.drafts()))
                for await snapshot in surroundings.desk.folder.changes() { mailbox.post(.workspace(snapshot)) }
            },
            Task {
                for await health in surroundings.health { mailbox.post(.health(health)) }
            },
            Task {
                for await event in surroundings.preferences.changes() { mailbox.post(event) }
            },
        ]
    }
}

/// One run of the console: the state and the tasks that work for it. Only the loop touches it.
private struct ConsoleSession {
    private let runner: ConsoleRunner
    private let mailbox: ConsoleMailbox
    private var state: ConsoleState
    private var grid: Grid
    private var work = ConsoleWork()
    private var spareMemory = SpareMemory()
    private var looks: ConsoleLooks
    /// What a plain terminal was told last.
    private var told: PlainReading?
    private var wasAsked = false
    private var clock: Task<Void, Never>?
    private var lastFrame: ContinuousClock.Instant?
    /// Whether a key has come since the last frame.
    private var isPressed = false
    private var endReason: EndReason?
    private var isOver = false

    init(_ runner: ConsoleRunner, _ mailbox: ConsoleMailbox) {
        self.runner = runner
        self.mailbox = mailbox
        // Lines have no place beside each other.
        let isPlain = runner.terminal.options.isPlain
        let size = isPlain ? PlainReading.size : runner.terminal.capabilities.size
        let surroundings = runner.surroundings
        state = ConsoleState(
            size: size, now: surroundings.now(), wallClock: surroundings.wallClock,
            settings: surroundings.settings, hasLightBackground: surroundings.hasLightBackground)
        looks = ConsoleLooks(surroundings.preferences.library, depth: runner.terminal.capabilities.colorDepth)
        grid = Grid(size: size)
    }

    /// Shows the first frame.
    mutating func begin() {
        handle(.started)
        recall()
        if runner.surroundings.startsTour { state.beginTour() }
        if let greeting = runner.surroundings.greeting { handle(.notice(greeting)) }
        present()
    }

    private mutating func recall() {
        do {
            if let recall = runner.surroundings.recall { handle(.usedFilters(try recall.read())) }
        } catch {
            handle(.notice(Notice(telling: error)))
        }
    }

    private func remember(filter: String) {
        do {
            try runner.surroundings.recall?.keep(filter)
        } catch {
            mailbox.post(.notice(Notice(telling: error)))
        }
    }

    mutating func run(frameTime: (news: Duration, key: Duration)) async -> EndReason? {
        while let events = await mailbox.drain() {
            for event in events { handle(event) }
            if events.contains(where: { if case .answer = $0 { true } else { false } }) { spareMemory.giveBack() }
            guard !isOver else { break }
            setClock()
            guard state.needsDrawing else { continue }
            if events.contains(where: { if case .input = $0 { true } else { false } }) { isPressed = true }
            let early = lastFrame.map { $0 + (isPressed ? frameTime.key : frameTime.news) - .now } ?? .zero
            if early > .zero { lookUp(after: early) } else { present() }
        }
        return endReason
    }

    /// Draws when the time has come; a key that comes before is drawn before.
    private func lookUp(after time: Duration) {
        let mailbox = mailbox
        Task {
            try? await Task.sleep(for: time)
            mailbox.wake()
        }
    }

    mutating func end() async {
        clock?.cancel()
        await work.end()
    }

    private mutating func handle(_ event: ConsoleEvent) {
        if case .input(.end(let reason)) = event { endReason = reason }
        if runner.terminal.options.isPlain, case .input(let input) = event {
            if case .resize = input { return }
            wasAsked = true
        }
        if case .input(.resize(let size)) = event { grid = Grid(size: size) }
        if case .settings = event { looks.library = runner.surroundings.preferences.library }
        for effect in reduce(&state, event, at: runner.surroundings.now()) { perform(effect) }
    }

    private mutating func perform(_ effect: Effect) {
        switch effect {
        case .load(let request, let id):
            work.start(id, request, runner.surroundings, mailbox)
        case .work(let action, let id):
            work.act(action, as: id, runner.surroundings, mailbox)
        case .edit(let text, let name, let id):
            edit(text, name: name, as: id)
        case .copy(let text, let what):
            copy(what) { text }
        case .copyDocument(let export, let what):
            copy(what) { [document = runner.surroundings.document] in try await document(export) }
        case .export(let export):
            work.export(export, runner.surroundings, mailbox)
        case .holdRun(let name, let isHeld):
            runner.surroundings.runs.hold(name, isHeld)
        case .stopRun(let name):
            runner.surroundings.runs.stop(name)
        case .judge(let action):
            work.keep(action, runner.surroundings, mailbox)
        case .ring:
            runner.terminal.ring()
        case .askBackground:
            runner.terminal.askBackground()
        case .keepTheme(let name):
            keep(name, elseKeptBy: "; 'theme: \(name)' in the settings keeps it") { try $0.keep(theme: name) }
        case .keep(let preference):
            keep(preference.name) { try $0.keep(preference) }
        case .rememberFilter(let filter):
            remember(filter: filter)
        case .suspend:
            runner.terminal.stopProcess()
            state.needsDrawing = true
        case .redraw:
            runner.terminal.leave()
            runner.terminal.enter()
            state.needsDrawing = true
        case .quit:
            isOver = true
        }
    }

    /// Programs are waited for beside the loop.
    private func copy(_ what: String, _ text: @escaping @Sendable () async throws -> String) {
        let (surroundings, terminal, mailbox) = (runner.surroundings, runner.terminal, mailbox)
        Task.detached {
            do {
                let copied = CopiedText(try await text(), what, surroundings.scanner)
                mailbox.post(
                    .notice(
                        await surroundings.clipboard.copy(copied.text, copied.what) {
                            terminal.copyToClipboard(copied.text)
                        }))
            } catch {
                mailbox.post(.notice(Notice(telling: error)))
            }
        }
    }

    private func keep(_ what: String, elseKeptBy way: String = "", _ body: (PreferencesFeed) throws -> String?) {
        do {
            let file = try body(runner.surroundings.preferences)
            mailbox.post(
                .notice(file.map { Notice("\(what), kept in \($0)", .good) } ?? Notice("\(what) for this run\(way)")))
        } catch {
            mailbox.post(.notice(Notice(telling: error)))
        }
    }

    /// The loop waits for the editor, as the person does; the store goes on without it.
    private mutating func edit(_ text: String, name: String, as id: RequestID) {
        let editor = runner.surroundings.editor
        do {
            let edited = try runner.terminal.suspended { try editor.edit(text, name: name) }
            mailbox.post(.answer(.edited(edited), for: id))
        } catch {
            mailbox.post(.failed(id, message: Notice.words(error)))
        }
        state.needsDrawing = true
    }

    private mutating func present() {
        if runner.terminal.options.isPlain {
            let reading = state.plainReading
            runner.terminal.write(reading.lines(since: told, wasAsked: wasAsked))
            (told, wasAsked) = (reading, false)
            state.needsDrawing = false
            return
        }
        draw(state, into: &grid, theme: looks[state.theme], glyphs: runner.terminal.capabilities.glyphs)
        runner.terminal.present(Frame(grid: grid, title: state.windowTitle, reportsMouse: state.reportsMouse))
        state.needsDrawing = false
        (lastFrame, isPressed) = (.now, false)
    }

    /// Starts or stops the clock as the screen needs it.
    private mutating func setClock() {
        guard state.needsClock != (clock != nil) else { return }
        if let clock {
            clock.cancel()
            self.clock = nil
            return
        }
        let mailbox = mailbox
        clock = Task {
            while (try? await Task.sleep(for: .seconds(1))) != nil { mailbox.post(.tick) }
        }
    }
}
