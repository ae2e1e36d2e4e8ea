import Cells
import Experiments
import Testing
import TraceModel
import WorkspaceModel

@testable import Console

/// Uses the console as a person does: presses keys, types, looks at the screen. Behind it stands a store in memory, and
/// every question is answered before the next key.
final class Robot {
    private(set) var state: ConsoleState
    let store = InMemoryTraceStore()
    private var details: [SpanKey: SpanDetail] = [:]
    private(set) var now: Timestamp
    private(set) var copied: [String] = []
    private(set) var exports: [Export] = []
    private(set) var copiedDocuments: [Export] = []
    /// Runs that were held or let go, and stopped.
    private(set) var held: [String: Bool] = [:]
    private(set) var stopped: [String] = []
    /// What trials and runs were asked, and what they are answered: while it is `nil`, nothing comes.
    private(set) var trials: [Trial] = []
    private(set) var runs: [RunRequest] = []
    var trialAnswers: TrialState?
    var runAnswers: (RunRequest) -> RunNews? = { _ in nil }
    /// Why trials and runs are refused.
    var trialRefusal: String?
    var runRefusal: String?
    private(set) var workspace: RobotWorkspace
    /// What $EDITOR was given, and what it gives back: `nil` when nothing was written.
    private(set) var edited: [String] = []
    var editorWrites: String?
    /// Why the workspace takes no change, as a full disk would.
    var refusesWork: String?
    /// What is kept of sessions, by session.
    private(set) var keptSessions: [String: KeptSession] = [:]
    private(set) var hasQuit = false
    private(set) var keptThemes: [String] = []
    private(set) var kept: [Preference] = []
    private(set) var usedFilters: [String] = []
    private(set) var rings = 0
    /// How many spans windows have held at most.
    private(set) var largestPage = 0
    /// The spans whose content was read.
    private(set) var readContents: [SpanKey] = []
    private let glyphs: Glyphs

    init(
        width: Int = 80, height: Int = 24, world: SampleWorld? = .afternoon, now: Timestamp = SampleWorld.at(8_000),
        glyphs: Glyphs = .unicode, workspace snapshot: WorkspaceSnapshot? = nil, drafts: [Draft] = [],
        settings: ConsoleSettings = Robot.settings
    ) async throws {
        self.now = now
        self.glyphs = glyphs
        workspace = RobotWorkspace(try snapshot ?? .sample(), drafts: drafts)
        state = ConsoleState(size: Size(width: width, height: height), now: now, settings: settings)
        if let world { try await append(world, tellsConsole: false) }
        var health = ConsoleHealth(sources: [
            .init(name: "http 4318", state: .listening), .init(name: "udp 4319", state: .listening),
        ])
        health.httpAddress = "127.0.0.1:4318"
        try await send(.health(health))
        try await send(.started)
        try await send(.drafts(drafts))
        try await send(.workspace(workspace.snapshot))
    }

    /// Dark, with a few themes to choose from.
    static let settings = ConsoleSettings(
        theme: "dark",
        themes: [("dark", "Calm colours on a dark ground."), ("light", "For bright rooms."), ("nord", "Nord.")].map {
            ConsoleSettings.ThemeChoice(name: $0.0, about: $0.1)
        })

    // MARK: - What happens

    /// New spans come in.
    func append(_ world: SampleWorld, tellsConsole: Bool = true) async throws {
        details.merge(world.details) { $1 }
        let batch = world.spans.map {
            IngestedSpan(
                span: $0,
                payload: SpanPayload(format: .fallomRecord, span: Array(Self.record(of: $0, details[$0.key]).utf8)))
        }
        let receipt = try await store.append(IngestBatch(spans: batch))
        if tellsConsole { try await send(.storeChanged(revision: receipt.revision)) }
    }

    /// Sessions of a config with one model call each: id, customer, context, and version and model of the assignment.
    func record(
        config: String = "summarizer",
        _ sessions: [(id: String, customer: String?, context: AttributeMap?, assigned: (Int, String)?)]
    ) async throws {
        var batch = IngestBatch()
        for (index, session) in sessions.enumerated() {
            let start = now.advanced(byNanoseconds: Int64(index - sessions.count) * 1_000_000_000)
            var span = Span(
                key: SpanKey(traceID: "recorded-\(session.id)", spanID: "call"), name: "chat", kind: .llm, start: start,
                end: start.advanced(byNanoseconds: 500_000_000), durationNanoseconds: 500_000_000)
            span.identity.session.own = session.id
            span.identity.customer.own = session.customer
            span.identity.config.own = config
            span.context = session.context
            span.status = index % 10 == 0 ? .error : .ok
            span.cost = Cost(nanoDollars: 1_000_000 * Int64(1 + index % 3), isEstimated: false)
            batch.spans.append(
                IngestedSpan(span: span, payload: SpanPayload(format: .fallomRecord, span: Array("{}".utf8))))
            if let (version, model) = session.assigned {
                batch.assignments.append(
                    RecordedAssignment(
                        configKey: config, configVersion: version, sessionID: session.id, assignedModel: model,
                        time: start))
            }
        }
        let receipt = try await store.append(batch)
        try await send(.storeChanged(revision: receipt.revision))
    }

    /// A record as long as what was said in it.
    private static func record(of span: Span, _ detail: SpanDetail?) -> String {
        guard case .messages(let messages) = detail?.input, case .text(let text) = messages.first?.parts.first,
            text.utf8.count > 10_000
        else { return "{\"name\":\"\(span.name)\"}" }
        return "{\"name\":\"\(span.name)\",\"input\":\"\(text.replacing("\n", with: "\\n"))\"}"
    }

    /// Time goes by, with a tick each second while the console asks for it.
    func wait(milliseconds: Int64) async throws {
        let end = now.advanced(byNanoseconds: milliseconds * 1_000_000)
        while now.advanced(byNanoseconds: 1_000_000_000) <= end {
            now = now.advanced(byNanoseconds: 1_000_000_000)
            if state.needsClock { try await send(.tick) }
        }
        now = end
    }

    func send(_ event: ConsoleEvent) async throws {
        try await carryOut(reduce(&state, event, at: now))
    }

    private func carryOut(_ effects: [Effect]) async throws {
        var waiting = effects
        while !waiting.isEmpty {
            let effect = waiting.removeFirst()
            switch effect {
            case .load(.trial(let trial), let id):
                trials.append(trial)
                if let trialRefusal { waiting += reduce(&state, .failed(id, message: trialRefusal), at: now) }
                if let trialAnswers { waiting += reduce(&state, .answer(.trial(trialAnswers), for: id), at: now) }
            case .load(.run(let request), let id):
                runs.append(request)
                if let runRefusal { waiting += reduce(&state, .failed(id, message: runRefusal), at: now) }
                if let news = runAnswers(request) { waiting += reduce(&state, .answer(.run(news), for: id), at: now) }
            case .load(let request, let id):
                waiting += reduce(&state, .answer(try await answer(request), for: id), at: now)
            case .copy(let text, _): copied.append(text)
            case .export(let export): exports.append(export)
            case .copyDocument(let export, _): copiedDocuments.append(export)
            case .holdRun(let name, let isHeld): held[name] = isHeld
            case .stopRun(let name): stopped.append(name)
            case .quit: hasQuit = true
            case .edit(let text, _, let id):
                edited.append(text)
                waiting += reduce(&state, .answer(.edited(editorWrites), for: id), at: now)
            case .work(let action, let id) where holdsWork: heldWork.append((action, id))
            case .work(let action, let id): waiting += perform(action, id)
            case .judge(let action): waiting += try await perform(action)
            case .keepTheme(let name): keptThemes.append(name)
            case .keep(let preference): kept.append(preference)
            case .rememberFilter(let filter): usedFilters.append(filter)
            case .ring: rings += 1
            case .suspend, .redraw, .askBackground: break
            }
        }
    }

    /// Keeps and scores as the real console's desk does.
    private func perform(_ action: KeepAction) async throws -> [Effect] {
        func change(_ session: String, _ body: (inout KeptSession) -> Void) {
            var one =
                keptSessions[session]
                ?? KeptSession(sessionID: session, isPinned: false, note: nil, labels: [], time: now)
            body(&one)
            keptSessions[session] = one.isNothing ? nil : one
        }
        switch action {
        case .tell(let field, let session):
            return reduce(&state, .kept(keptSessions[session], session: session, for: field), at: now)
        case .togglePin(let session): change(session) { $0.isPinned.toggle() }
        case .note(let note, let session): change(session) { $0.note = note }
        case .labels(let labels, let session): change(session) { $0.labels = labels }
        case .score(let target, let name, let value, let comment):
            let score = Score(target: target, name: name, value: value, comment: comment, judge: "ada", time: now)
            let receipt = try await store.append(IngestBatch(scores: [score]))
            return reduce(&state, .storeChanged(revision: receipt.revision), at: now)
        }
        return []
    }

    /// Answers of the workspace that are kept back, as by a slow disk, until they are let go.
    var holdsWork = false
    private var heldWork: [(WorkspaceAction, RequestID)] = []

    func letWorkGo() async throws {
        holdsWork = false
        let actions = heldWork
        heldWork = []
        // In their order, and what follows from the answers after all of them.
        try await carryOut(actions.flatMap { perform($0.0, $0.1) })
    }

    /// Carries an action out; the answer comes first, then the news of the change, as from the real workspace.
    private func perform(_ action: WorkspaceAction, _ id: RequestID) -> [Effect] {
        if let refusesWork { return reduce(&state, .failed(id, message: refusesWork), at: now) }
        do {
            let outcome = try workspace.perform(action)
            return reduce(&state, .answer(.workspace(outcome), for: id), at: now)
                + reduce(&state, .workspace(workspace.snapshot), at: now)
        } catch {
            let message = (error as? RobotWorkspace.Failure)?.message ?? "\(error)"
            return reduce(&state, .failed(id, message: message), at: now)
        }
    }

    /// Another process changes the workspace before the console hears of it.
    func another(_ change: (inout RobotWorkspace) throws -> WorkspaceOutcome) throws { _ = try change(&workspace) }

    /// Another saves versions behind the console's back.
    func othersSaved(_ versions: [Int]) { workspace.savedByOthers = versions }

    private func answer(_ request: Request) async throws -> ScreenAnswer {
        switch request {
        case .overview: return .overview(try await store.overview())
        case .spans(let query):
            let page = try await store.spans(query)
            largestPage = max(largestPage, page.spans.count)
            return .spans(page)
        case .sessions(let query): return .sessions(try await store.sessions(query))
        case .sessionGroups(let filter, let grouping):
            return .sessionGroups(
                try await store.sessionGroups(SessionGroupQuery(filter: filter, by: grouping)), grouping)
        case .firstWords(let ids): return .firstWords(try await store.firstWords(of: ids, decode: decode))
        case .firstMatches(let ids, let filter):
            return .firstMatches(try await store.firstMatches(in: ids, filter, decode: decode))
        case .values(let source): return .values(try await source.values(in: store, decode: decode), of: source)
        case .session(let id): return .session(try await store.session(id))
        case .assignments(let id): return .assignments(try await store.assignments(ofSession: id))
        case .sessionSpans(let id, let limit): return .sessionSpans(try await store.spans(ofSession: id, limit: limit))
        case .span(let key): return .span(try await load(key))
        case .usage(let request):
            let query = UsageQuery(filter: request.filter, by: request.fields, bucket: request.bucket)
            return .usage(try await store.usage(query), request)
        case .experiment(let request): return .experiment(try await request.answer(by: store))
        case .layOut(let job): return .laidOut(job.run())
        case .trial, .run: throw CancellationError()
        case .contents(let keys):
            readContents += keys
            var loaded: [LoadedSpan] = []
            for key in keys { if let span = try await load(key) { loaded.append(span) } }
            return .contents(loaded)
        }
    }

    private func load(_ key: SpanKey) async throws -> LoadedSpan? {
        try await store.payload(of: key).map(decode)
    }

    private func decode(_ payload: StoredSpanPayload) -> LoadedSpan {
        LoadedSpan(
            stored: payload.stored, detail: details[payload.stored.span.key] ?? SpanDetail(),
            json: String(decoding: payload.payload.span, as: UTF8.self))
    }

    // MARK: - What a person does

    /// Presses keys, written as the command table writes them, separated by spaces.
    func press(_ keys: String, sourceLocation: SourceLocation = #_sourceLocation) async throws {
        for notation in keys.split(separator: " ") {
            let key = try #require(Key(String(notation)), "no such key: \(notation)", sourceLocation: sourceLocation)
            try await send(.input(.key(key)))
        }
    }

    /// Types text character by character.
    func type(_ text: String) async throws {
        for character in text { try await send(.input(.key(.character(character)))) }
    }

    func click(_ text: String, sourceLocation: SourceLocation = #_sourceLocation) async throws {
        let rows = lines
        let y = try #require(
            rows.firstIndex { $0.contains(text) }, "no line with \(text)", sourceLocation: sourceLocation)
        let row = rows[y]
        let range = try #require(row.firstRange(of: text))
        let x = displayWidth(of: row[..<range.lowerBound])
        try await send(.input(.mouse(MouseEvent(.press(.left), at: Point(x: x, y: y)))))
    }

    func resize(_ width: Int, _ height: Int) async throws {
        try await send(.input(.resize(Size(width: width, height: height))))
    }

    // MARK: - What a person sees

    var lines: [String] {
        var grid = Grid(size: state.size)
        draw(state, into: &grid, theme: Theme(name: "plain", styles: [:]), glyphs: glyphs)
        return grid.text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }

    var screen: String { lines.joined(separator: "\n") }

    /// Expects a line that holds all of these, in this order.
    func expect(_ parts: String..., sourceLocation: SourceLocation = #_sourceLocation) {
        let found = lines.contains { Self.holds($0, parts) }
        #expect(found, "no line with \(parts) in\n\(screen)", sourceLocation: sourceLocation)
    }

    /// Expects the row at the bottom to hold these.
    func expectHint(_ parts: String..., sourceLocation: SourceLocation = #_sourceLocation) {
        let line = lines.last ?? ""
        #expect(Self.holds(line, parts), "the hint line has no \(parts): \(line)", sourceLocation: sourceLocation)
    }

    /// Expects no line with that text.
    func expectNot(_ text: String, sourceLocation: SourceLocation = #_sourceLocation) {
        #expect(!lines.contains { $0.contains(text) }, "\(text) is in\n\(screen)", sourceLocation: sourceLocation)
    }

    /// Expects the selected row, known by its mark, to hold all of these in this order.
    func expectSelected(_ parts: String..., sourceLocation: SourceLocation = #_sourceLocation) {
        let found = lines.contains { $0.hasPrefix(glyphs.marker) && Self.holds($0, parts) }
        #expect(found, "the selected row has no \(parts) in\n\(screen)", sourceLocation: sourceLocation)
    }

    private static func holds(_ line: String, _ parts: [String]) -> Bool {
        var rest = line[...]
        for part in parts {
            guard let range = rest.firstRange(of: part) else { return false }
            rest = rest[range.upperBound...]
        }
        return true
    }
}
