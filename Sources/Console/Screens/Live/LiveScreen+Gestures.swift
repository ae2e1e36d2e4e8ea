import Cells
import TraceModel

extension LiveScreen {
    func offers(_ gesture: Gesture) -> Bool {
        switch gesture {
        case .move(.left), .move(.right): false
        case .move: pane == .conversation || !window.spans.isEmpty
        case .open, .copy, .export: window.selected != nil
        case .back: pane != .list || !filter.isEmpty || search != nil
        case .nextPane, .previousPane: !layout.preview.isEmpty
        case .nextError, .previousError: !window.spans.isEmpty
        case .nextMatch, .previousMatch: !filter.sought.isEmpty && !window.spans.isEmpty
        case .search: false
        case .filter: true
        }
    }

    mutating func perform(_ gesture: Gesture, _ scope: inout Scope) {
        switch gesture {
        case .move(let motion): move(motion, &scope)
        case .open:
            guard let selected = window.selected else { return }
            let others = filter.sought.isEmpty ? [] : window.spans
            scope.move(.open(SpanScreen(selected, looking: filter.sought, among: others)))
        case .back: goBack(&scope)
        case .nextPane, .previousPane: pane = pane == .list ? .conversation : .list
        case .copy: copy(&scope)
        case .export:
            guard let key = window.selected?.span.key else { return }
            scope.export(.span(key))
        case .nextError: jumpToError(forward: true, &scope)
        case .previousError: jumpToError(forward: false, &scope)
        case .filter: scope.move(.edit(.filter, text: filter.text))
        case .nextMatch: goToMatch(1, &scope)
        case .previousMatch: goToMatch(-1, &scope)
        case .search: break
        }
    }

    /// Every row of a filtered list is a match: the next one in the content below, else the next row.
    private mutating func goToMatch(_ step: Int, _ scope: inout Scope) {
        if !layout.preview.isEmpty, !preview.conversation.isAtLastMatch(forward: step > 0) {
            preview.conversation.nextMatch(forward: step > 0)
        } else {
            move(step > 0 ? .down : .up, &scope)
        }
    }

    var backTitle: String {
        if search != nil, !isSearchStopped { return "stop searching" }
        return pane == .list ? "clear filter" : "to the list"
    }

    private mutating func goBack(_ scope: inout Scope) {
        if search != nil, !isSearchStopped {
            stopSearch(&scope)
        } else if pane != .list {
            pane = .list
        } else {
            accept(.filter, text: "", &scope)
        }
    }

    mutating func accept(_ purpose: FieldEditor.Purpose, text: String, _ scope: inout Scope) {
        guard filter.set(text, scope) else { return }
        hasLoaded = false
        search = nil
        isSearchStopped = false
        snippets = Snippets()
        window = SpanWindow()
        window.resize(height: layout.list.height)
        preview.conversation.look(for: filter.sought)
        preview.clear()
        let wasPaused = pausedAt
        follow(&scope)
        if wasPaused != nil {
            pausedAt = wasPaused
            news.mark = wasPaused ?? 0
            reload(&scope)
        }
    }

    private mutating func copy(_ scope: inout Scope) {
        guard let selected = window.selected else { return }
        if pane == .conversation {
            guard let detail = preview.loaded?.detail else { return }
            scope.copy(ConversationSource.text(of: detail), what: "the conversation")
        } else {
            scope.copy(selected.span.key.traceID + " " + selected.span.key.spanID, what: "trace and span id")
        }
    }

    private mutating func move(_ motion: Motion, _ scope: inout Scope) {
        if pane == .conversation { return preview.conversation.move(motion) }
        switch motion {
        case .first:
            stopFollowing(scope)
            if window.hasEarlier {
                let query = SpanQuery(
                    filter: filter.filter, order: .arrival, anchor: .oldest, limit: window.limit,
                    throughSequence: pausedAt)
                rows.ask(.spans(query), &scope)
                window = SpanWindow()
                window.resize(height: layout.list.height)
            } else {
                window.select(row: 0)
            }
        case .last:
            if pausedAt == nil { return follow(&scope) }
            isFollowing = true
            selectedNewestAt = nil
            return reload(&scope)
        case .up, .halfPageUp, .pageUp:
            stopFollowing(scope)
            window.move(motion)
        case .down, .halfPageDown, .pageDown: window.move(motion)
        case .left, .right: return
        }
        loadMoreIfNeeded(&scope)
        showSelected(&scope)
    }

    mutating func click(_ point: Point, _ scope: inout Scope) {
        let layout = layout
        if layout.list.contains(point) {
            pane = .list
            guard let row = window.list.row(at: point.y - layout.list.y) else { return }
            if row < window.spans.count - 1 || window.hasLater { stopFollowing(scope) }
            window.select(row: row)
            showSelected(&scope)
        } else if layout.preview.contains(point) {
            pane = .conversation
        }
    }

    mutating func wheel(_ rows: Int, at point: Point, _ scope: inout Scope) {
        if layout.preview.contains(point) { return preview.conversation.scroll(by: rows) }
        if rows < 0, window.list.top > 0 || window.hasEarlier { stopFollowing(scope) }
        window.scroll(by: rows)
        loadMoreIfNeeded(&scope)
        showSelected(&scope)
    }
}

extension LiveScreen: SplitScreen {
    static let splitName = "live"
    var splitLine: Rect { isZoomed ? Rect(x: 0, y: 0, width: 0, height: 0) : layout.rule }
}
