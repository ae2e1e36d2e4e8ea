import Cells
public import TraceModel
import WorkspaceModel

/// Applies one event and says what is to be done about it. Pure: what time it is and what the store holds come in with
/// the events.
/// - Parameter now: the moment of the event.
public func reduce(_ state: inout ConsoleState, _ event: ConsoleEvent, at now: Timestamp) -> [Effect] {
    var effects: [Effect] = []
    state.now = now
    switch event {
    case .started:
        if state.settings.theme == ConsoleSettings.automaticTheme { effects.append(.askBackground) }
        state.updatePulse(&effects) { $0.storeChanged(&$1) }
        state.updateTop(&effects) { $0.appear(&$1) }
    case .input(let input):
        state.handle(input, &effects)
    case .tick:
        state.updatePulse(&effects) { $0.tick(&$1) }
        state.updateTop(&effects) { $0.tick(&$1) }
    case .storeChanged:
        state.updatePulse(&effects) { $0.storeChanged(&$1) }
        state.updateTop(&effects) { $0.storeChanged(&$1) }
        return effects  // Nothing to draw before the answers are there.
    case .health(let health):
        guard state.health != health else { return [] }
        // What was read from files, or of the demo's past, is no rate at which spans come in.
        if state.health.activity != nil, health.activity == nil { state.pulse.beginRate(at: now) }
        state.health = health
    case .drafts(let drafts):
        state.drafts = drafts
    case .workspace(let workspace):
        state.workspace = workspace
        state.updateTop(&effects) { $0.workspaceChanged(&$1) }
    case .settings(let settings):
        let isLaidOutAnew = state.settings.columns != settings.columns || state.settings.splits != settings.splits
        state.settings = settings
        if isLaidOutAnew { state.updateTop(&effects) { $0.appear(&$1) } }
    case .usedFilters(let filters):
        state.filterHistory = filters + state.filterHistory
    case .answer(let answer, let id):
        state.deliver(answer, for: id, &effects)
    case .failed(let id, let message):
        state.fail(id, message: message, &effects)
    case .kept(let kept, let session, let field):
        state.edit(kept, session: session, field, &effects)
    case .notice(let notice):
        state.notice = notice
    }
    state.top.screen.settle()
    state.lookAround()
    state.needsDrawing = true
    return effects
}

extension ConsoleState {
    /// Lets the tour see whether what it asked for has been done.
    fileprivate mutating func lookAround() {
        guard var tour else { return }
        tour.look(at: self)
        self.tour = tour
    }

    /// Lets the screen that is shown change itself, then carries out what it asked for.
    mutating func updateTop(_ effects: inout [Effect], _ body: (inout any Screen, inout Scope) -> Void) {
        var scope = makeScope(owner: top.id)
        body(&top.screen, &scope)
        finish(scope, &effects)
    }

    mutating func updatePulse(_ effects: inout [Effect], _ body: (inout Pulse, inout Scope) -> Void) {
        var scope = makeScope(owner: 0)
        body(&pulse, &scope)
        finish(scope, &effects)
        raiseAlarms(&effects)
    }

    func makeScope(owner: Int, reason: String? = nil) -> Scope {
        let body = ScreenFrame(size).body
        return Scope(
            owner: owner, now: now, area: Size(width: body.width, height: body.height), overview: pulse.overview,
            wallClock: wallClock, workspace: workspace ?? WorkspaceSnapshot(), drafts: workspace == nil ? [] : drafts,
            columns: settings.columns, splits: settings.splits, bell: settings.bell, reason: reason)
    }

    private mutating func finish(_ scope: Scope, _ effects: inout [Effect]) {
        effects += scope.effects
        for case .work(let action, _) in scope.effects { note(action) }
        if let told = scope.notice { notice = told }
        for move in scope.moves { carryOut(move, of: scope.owner, &effects) }
    }

    /// Keeps what is known of drafts on disk true.
    private mutating func note(_ action: WorkspaceAction) {
        switch action {
        case .saveDraft(let draft), .removeDraft(let draft):
            drafts.removeAll { $0.kind == draft.kind && $0.key.utf8.elementsEqual(draft.key.utf8) }
            if case .saveDraft = action { drafts.append(draft) }
        default: break
        }
    }

    private mutating func carryOut(_ move: Scope.Move, of owner: Int, _ effects: inout [Effect]) {
        switch move {
        case .open(let screen):
            // Its own tab, which may not be the one that is shown when an answer comes late.
            let tab = tabs.firstIndex { $0.holds(owner) } ?? activeTab
            tabs[tab].open(OpenScreen(id: makeID(), screen: screen))
            if tab == activeTab { updateTop(&effects) { $0.appear(&$1) } }
        case .filter(let place, let text): show(place, filteredBy: text, &effects)
        case .prompt(let link):
            guard let index = tabs.firstIndex(where: { $0.place == PromptsScreen.place }) else { return }
            cameFrom = activeTab
            activeTab = index
            tabs[index].closeAll()
            updateTop(&effects) { screen, scope in
                screen.appear(&scope)
                guard var prompts = screen as? PromptsScreen else { return }
                prompts.show(link, &scope)
                screen = prompts
            }
        case .choices(let choices): overlay = .choice(choices)
        case .split(let name, let share):
            guard settings.splits[name] != share else { return }
            settings.splits[name] = share
            effects.append(.keep(.splits(settings.splits)))
        case .edit(let purpose, let text):
            edit(purpose, text: text)
        case .choose(let conditions, let isExcluding):
            overlay = .picker(ConditionsOverlay(conditions, isExcluding: isExcluding))
        }
    }

    /// Goes to a tab, and there to its first screen, filtered.
    mutating func show(_ place: Place, filteredBy text: String, _ effects: inout [Effect]) {
        guard let index = tabs.firstIndex(where: { $0.place == place }) else { return }
        cameFrom = nil
        activeTab = index
        tabs[index].closeAll()
        tellShelved()
        updateTop(&effects) { screen, scope in
            screen.accept(.filter, text: text, &scope)
            screen.appear(&scope)
        }
    }

    fileprivate mutating func deliver(_ answer: ScreenAnswer, for id: RequestID, _ effects: inout [Effect]) {
        if case .values(let values, let source) = answer { return take(values, of: source) }
        if id.owner == Self.keepOwner { return takeNote(answer, &effects) }
        if id.owner == 0 {
            updatePulse(&effects) { $0.receive(answer, for: id, &$1) }
            return
        }
        update(owner: id.owner, &effects) { $0.receive(answer, for: id, &$1) }
    }

    fileprivate mutating func fail(_ id: RequestID, message: String, _ effects: inout [Effect]) {
        notice = Notice(message, .problem)
        if id.owner == 0 {
            pulse.fail(id)
        } else {
            update(owner: id.owner, reason: message, &effects) { $0.fail(id, &$1) }
            if top.id == id.owner, top.screen.shownFailure == message { notice = nil }
        }
    }

    private mutating func update(
        owner: Int, reason: String? = nil, _ effects: inout [Effect],
        _ body: (inout any Screen, inout Scope) -> Void
    ) {
        var scope = makeScope(owner: owner, reason: reason)
        for index in tabs.indices where tabs[index].update(owner, { body(&$0, &scope) }) {
            finish(scope, &effects)
            return
        }
    }
}

// MARK: - Going places

extension ConsoleState {
    /// Whether Esc has something to do.
    var canGoBack: Bool {
        top.screen.offers(.back) || tabs[activeTab].screens.count > 1 || cameFrom != nil
    }

    mutating func goBack(_ effects: inout [Effect]) {
        if let cameFrom {
            self.cameFrom = nil
            activeTab = cameFrom
            updateTop(&effects) { $0.appear(&$1) }
        } else if top.screen.offers(.back) {
            updateTop(&effects) { $0.perform(.back, &$1) }
        } else if tabs[activeTab].close() {
            updateTop(&effects) { $0.appear(&$1) }
        }
    }

    /// Shows a tab's own screen, so that the same keys mean the same whenever one comes; once more what lay above it.
    mutating func showTab(_ index: Int, _ effects: inout [Effect]) {
        guard tabs.indices.contains(index) else { return }
        if activeTab == index, tabs[index].screens.count == 1 { tabs[index].unshelve() } else { tabs[index].shelve() }
        cameFrom = nil
        activeTab = index
        tellShelved()
        updateTop(&effects) { $0.appear(&$1) }
    }

    /// Says how what was put away in the tab comes back.
    private mutating func tellShelved() {
        if let title = tabs[activeTab].shelved {
            notice = Notice("\(activeTab + 1) again goes back to \(title)")
        }
    }
}
