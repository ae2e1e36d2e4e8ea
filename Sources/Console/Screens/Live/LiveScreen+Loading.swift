import Cells
import TraceModel

extension LiveScreen {
    mutating func appear(_ scope: inout Scope) {
        size = scope.area
        split = scope.splits[Self.splitName]
        let layout = layout
        window.resize(height: layout.list.height)
        preview.resize(layout.preview)
        if layout.preview.isEmpty { pane = .list }
        reload(&scope)
    }

    mutating func storeChanged(_ scope: inout Scope) {
        guard !isSearchStopped else { return preview.storeChanged(&scope) }
        let query = query
        rows.refresh(.spans(query), &scope)
        countNews(&scope)
        preview.storeChanged(&scope)
    }

    mutating func tick(_ scope: inout Scope) {
        preview.tick(&scope)
        let query = query
        rows.tick(.spans(query), &scope)
        guard isFollowing, !window.isNewestSelected else { return }
        selectedNewestAt = scope.now
        window.select(row: window.spans.count - 1)
        showSelected(&scope)
    }

    /// Asks for the rows anew, whatever is on its way.
    mutating func reload(_ scope: inout Scope) {
        rows.ask(.spans(query), &scope)
    }

    /// The window that should be loaded now.
    var query: SpanQuery {
        let anchor: SpanAnchor =
            if let target = jump.target {
                .around(target)
            } else if isFollowing {
                .newest
            } else {
                window.anchor.map { .around($0) } ?? .newest
            }
        return SpanQuery(
            filter: filter.filter, order: .arrival, anchor: anchor, limit: window.limit, throughSequence: pausedAt)
    }

    mutating func receive(_ answer: ScreenAnswer, for id: RequestID, _ scope: inout Scope) {
        if preview.receive(answer, for: id, &scope) { return }
        if case .searching(let progress) = answer { return take(progress, for: id, &scope) }
        if case .contents(let spans) = answer, snippets.loader.accept(id) != .stale {
            return snippets.put(spans, sought: filter.sought)
        }
        guard case .spans(let page) = answer else { return }
        switch id.slot {
        case Slot.rows:
            let verdict = rows.accept(id)
            guard verdict != .stale else { return }
            rows.rest(at: scope.now)
            take(page, &scope)
            let query = query
            if verdict == .currentButOld { rows.refresh(.spans(query), &scope) }
        case Slot.jump:
            guard jump.loader.accept(id) != .stale else { return }
            arrive(page, &scope)
        case Slot.news:
            guard news.loader.accept(id) != .stale else { return }
            news.counted = page.spans.count
        default: break
        }
    }

    mutating func fail(_ id: RequestID, _ scope: inout Scope) {
        _ = rows.accept(id)
        _ = jump.loader.accept(id)
        _ = news.loader.accept(id)
        _ = snippets.loader.accept(id)
        preview.fail(id)
    }

    /// Shows what a search has found so far, until its page is here.
    private mutating func take(_ progress: SearchProgress, for id: RequestID, _ scope: inout Scope) {
        guard rows.awaits(id), !hasLoaded || search != nil else { return }
        search = progress
        guard isFollowing, !progress.found.isEmpty else { return }
        hasLoaded = true
        let found = progress.found.prefix(window.limit).reversed()
        window.follow(
            SpanPage(spans: Array(found), hasEarlier: true, hasLater: false, revision: 0), selectingNewest: true)
        showSelected(&scope)
        showSnippets(&scope)
    }

    /// Ends the search that is under way; what it found so far stays.
    mutating func stopSearch(_ scope: inout Scope) {
        isSearchStopped = true
        hasLoaded = true
        // What the same slot asks anew takes the place of the search.
        rows.ask(.overview, &scope)
        rows.forget()
    }

    /// Asks for the content of the visible spans, to show where in it the text is that is looked for.
    mutating func showSnippets(_ scope: inout Scope) {
        guard !filter.sought.isEmpty else { return }
        let missing = window.spans[window.list.visible].map(\.span.key).filter { !snippets.knows($0) }
        if !missing.isEmpty { snippets.loader.refresh(.contents(missing), &scope) }
    }

    private mutating func take(_ page: SpanPage, _ scope: inout Scope) {
        hasLoaded = true
        search = nil
        if let target = jump.target {
            jump.target = nil
            window.go(to: target, in: page)
        } else if isFollowing {
            let isSoon = selectedNewestAt.map { scope.now.nanoseconds(since: $0) < Self.pace } ?? false
            window.follow(page, selectingNewest: layout.preview.isEmpty || pausedAt != nil || !isSoon)
            if window.isNewestSelected, !isSoon { selectedNewestAt = scope.now }
        } else {
            window.keepPlace(page)
        }
        showSelected(&scope)
    }

    /// Shows the selected span's content below.
    mutating func showSelected(_ scope: inout Scope) {
        showSnippets(&scope)
        guard !layout.preview.isEmpty else { return preview.clear() }
        preview.show(window.selected, &scope)
    }

    /// Loads more when the visible rows come near the end of what is loaded.
    mutating func loadMoreIfNeeded(_ scope: inout Scope) {
        guard !isFollowing, window.wantsMore else { return }
        let query = query
        rows.refresh(.spans(query), &scope)
    }

    // MARK: - Following, standing still, pausing

    /// The newest span is no longer kept in view.
    mutating func stopFollowing(_ scope: Scope) {
        guard isFollowing else { return }
        isFollowing = false
        if pausedAt == nil { markNews(scope) }
    }

    mutating func follow(_ scope: inout Scope) {
        isFollowing = true
        pausedAt = nil
        selectedNewestAt = nil
        news = News()
        jump.target = nil
        reload(&scope)
    }

    mutating func togglePause(_ scope: inout Scope) {
        if pausedAt != nil {
            pausedAt = nil
            if isFollowing { follow(&scope) } else { reload(&scope) }
        } else {
            // What is not read yet cannot be held where it is.
            guard hasLoaded || scope.overview != nil else { return }
            pausedAt = window.hasLater ? scope.overview?.lastSequence : lastSequence(scope)
            if isFollowing { markNews(scope) }
        }
    }

    private func lastSequence(_ scope: Scope) -> Int64 {
        // Without a filter the last that is shown is the last there is, once something is shown.
        let isShown = filter.isEmpty && hasLoaded
        return max(window.spans.last?.sequence ?? 0, isShown ? 0 : scope.overview?.lastSequence ?? 0)
    }

    private mutating func markNews(_ scope: Scope) {
        news = News()
        news.mark = lastSequence(scope)
        news.markKey = window.spans.last?.span.key
    }

    private mutating func countNews(_ scope: inout Scope) {
        guard !isFollowing || pausedAt != nil, !filter.isEmpty else { return }
        let query = SpanQuery(
            filter: filter.filter, order: .arrival, anchor: news.markKey.map { .after($0) } ?? .oldest,
            limit: News.limit)
        news.loader.refresh(.spans(query), &scope)
    }

    // MARK: - Errors

    mutating func jumpToError(forward: Bool, _ scope: inout Scope) {
        let failed = filter.and(.text(.status, .init("error")))
        let from = window.selected?.span.key
        jump.isForward = forward
        let anchor: SpanAnchor = from.map { forward ? .after($0) : .before($0) } ?? .newest
        jump.loader.ask(
            .spans(SpanQuery(filter: failed, order: .arrival, anchor: anchor, limit: 1, throughSequence: pausedAt)),
            &scope)
    }

    private mutating func arrive(_ page: SpanPage, _ scope: inout Scope) {
        guard let found = page.spans.first else {
            scope.tell(jump.isForward ? "no failed span after this one" : "no failed span before this one")
            return
        }
        stopFollowing(scope)
        if let index = window.spans.firstIndex(where: { $0.span.key == found.span.key }) {
            window.select(row: index)
            showSelected(&scope)
            loadMoreIfNeeded(&scope)
        } else {
            jump.target = found.span.key
            reload(&scope)
        }
    }
}
