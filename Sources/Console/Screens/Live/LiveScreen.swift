import Cells
import Display
import TraceModel

/// Spans as they arrive, newest last, with the selected one's content below where there is room.
struct LiveScreen: Screen {
    static let place = Place(title: "Live")

    /// Slots of this screen's questions; the preview has its own from 10 on.
    enum Slot {
        static let rows = 0
        static let jump = 1
        static let news = 2
        static let snippets = 3
    }

    /// Which pane has the keys.
    enum Pane: Hashable, Sendable {
        case list, conversation
    }

    var filter = AppliedFilter()
    var window = SpanWindow()
    /// Whether the newest span stays in view.
    var isFollowing = true
    /// While paused: the last sequence that is shown.
    var pausedAt: Int64?
    /// What has come since the screen stands still.
    var news = News()
    var pane = Pane.list
    /// Whether the lower half is shown; `nil` where the size decides.
    var wantsPreview: Bool?
    /// Whether the preview takes nearly all rows.
    var isZoomed = false
    var split: Int?
    var preview = SpanPreview()
    var rows = Loader(slot: Slot.rows)
    var jump = Jump()
    var hasLoaded = false
    /// How far the search through texts has come that is under way, or was stopped.
    var search: SearchProgress?
    var isSearchStopped = false
    /// Where in the visible spans the text is that the filter looks for.
    var snippets = Snippets()
    /// The span to lay beside another.
    var marked: StoredSpan?
    /// When the selection went to the newest span last.
    var selectedNewestAt: Timestamp?
    /// The rows and columns at the last look.
    var size = Size(width: 0, height: 0)

    /// Spans that came while the screen stands still.
    struct News: Sendable {
        var loader = Loader(slot: Slot.news)
        /// The newest sequence that had come when it stopped.
        var mark: Int64 = 0
        /// The newest span that was shown then.
        var markKey: SpanKey?
        /// How many that match the filter have come; counted only with a filter.
        var counted = 0

        /// Beyond this it is only said that there are more.
        static let limit = 100
    }

    /// The way to the next failed span.
    struct Jump: Sendable {
        var loader = Loader(slot: Slot.jump)
        var isForward = true
        /// The span to select when the rows around it are here.
        var target: SpanKey?
    }

    var title: String { "Live" }

    /// While spans rush by and their content is shown, the selection goes to the newest at most this often, in
    /// nanoseconds: content that changes faster cannot be read.
    static let pace: Int64 = 900_000_000

    var needsClock: Bool {
        if isFollowing, pausedAt == nil, !window.isNewestSelected || rows.isResting { return true }
        return window.visible.contains { $0.span.isRunning } || preview.needsClock
    }

    var layout: LiveLayout { laidOut(size) }

    func laidOut(_ size: Size) -> LiveLayout {
        LiveLayout(size, wantsPreview: wantsPreview, isZoomed: isZoomed, split: split)
    }

    func status(overview: StoreOverview?) -> StatusLine {
        var facts: [StatusLine.Fact] = []
        if pausedAt != nil {
            facts.append(.init("paused", .warning))
        } else if isFollowing {
            facts.append(.init("following", .accent))
        } else {
            facts.append(.init("standing still", .plain))
        }
        if let text = newsText(overview: overview) { facts.append(.init(text, .good)) }
        if let search {
            let place = "\(Figure.percent(search.done, of: search.count)) of all"
            facts.append(
                isSearchStopped ? .init("stopped after \(place)", .warning) : .init("searching, \(place)", .accent))
        } else if rows.isLoading, !filter.isEmpty, !hasLoaded {
            facts.append(.init("searching", .quiet))
        }
        if let indexing = filter.indexing(overview) { facts.append(indexing) }
        return StatusLine(left: .filter(filter.text), facts: facts)
    }

    /// `12 new`, `100+ new`; nothing while the screen follows.
    private func newsText(overview: StoreOverview?) -> String? {
        guard !isFollowing || pausedAt != nil else { return nil }
        let isOver = !filter.isEmpty && news.counted >= News.limit
        let count = filter.isEmpty ? Int(max(0, (overview?.lastSequence ?? 0) - news.mark)) : news.counted
        guard count > 0 else { return nil }
        return Figure.count(count) + (isOver ? "+" : "") + " new"
    }
}
