import Cells
import TraceModel

/// The loaded part of a list of spans, which part of it is visible, and which span is selected.
///
/// A selection is a key, not a row: it stays on its span while rows come, go and are loaded anew.
struct SpanWindow: Sendable {
    private(set) var spans: [StoredSpan] = []
    private(set) var hasEarlier = false
    private(set) var hasLater = false
    /// Which of them are visible, and which is selected.
    private(set) var list = ListState()

    var selected: StoredSpan? { list.selected.map { spans[$0] } }
    var visible: ArraySlice<StoredSpan> { spans[list.visible] }

    /// How many rows to load: the visible ones and two pages on each side.
    var limit: Int { min(1_000, max(60, 5 * list.height)) }

    /// Whether the visible rows come near an end beyond which there is more.
    var wantsMore: Bool {
        (hasEarlier && list.top < list.height) || (hasLater && list.top + 2 * list.height > spans.count)
    }

    /// The span that a reload should be centred on.
    var anchor: SpanKey? {
        guard !spans.isEmpty else { return nil }
        return spans[min(spans.count - 1, list.top + list.height / 2)].span.key
    }

    mutating func resize(height: Int) {
        let wasAtEnd = list.isAtEnd
        list.resize(height: height)
        if wasAtEnd { list.scroll(to: spans.count) }
    }

    /// Takes a newly loaded page and goes to its end. The newest span is selected, or the selection stays on its span as
    /// long as that is in view.
    mutating func follow(_ page: SpanPage, selectingNewest: Bool) {
        let old = selected?.span.key
        put(page)
        list.select(spans.count - 1)
        list.scroll(to: spans.count)
        guard !selectingNewest, let old else { return }
        if let index = spans[list.top...].firstIndex(where: { $0.span.key == old }) { list.select(index) }
    }

    /// Whether the selected span is the last one loaded.
    var isNewestSelected: Bool { list.selected == spans.count - 1 || spans.isEmpty }

    /// Takes a newly loaded page and keeps the selected span on the screen row where it was.
    mutating func keepPlace(_ page: SpanPage) {
        let old = list
        let oldTop = spans.indices.contains(old.top) ? spans[old.top].span.key : nil
        let oldSelected = selected?.span.key
        let oldRow = old.selected.map { $0 - old.top } ?? 0
        put(page)
        if let oldSelected, let index = spans.firstIndex(where: { $0.span.key == oldSelected }) {
            list.place(selected: index, top: index - oldRow)
        } else {
            let top = oldTop.flatMap { key in spans.firstIndex { $0.span.key == key } } ?? list.top
            list.place(selected: top + max(0, oldRow), top: top)
        }
    }

    /// Takes a page and selects one of its spans, in the middle of the screen.
    mutating func go(to key: SpanKey, in page: SpanPage) {
        guard let index = page.spans.firstIndex(where: { $0.span.key == key }) else { return keepPlace(page) }
        put(page)
        list.place(selected: index, top: index - list.height / 2)
    }

    /// How deep each visible span stands below others of the list: what comes before its parent, or apart from it, stands
    /// below none. Parents are looked for a page above; other traces may stand between.
    func indents() -> [Int] {
        var known: [SpanKey: Int] = [:]
        let first = max(0, list.visible.lowerBound - list.height)
        return (first..<list.visible.upperBound).map { index in
            let span = spans[index].span
            let parent = span.parentID.flatMap { known[SpanKey(traceID: span.key.traceID, spanID: $0)] }
            let indent = parent.map { $0 + 1 } ?? 0
            known[span.key] = indent
            return indent
        }.suffix(list.visible.count)
    }

    private mutating func put(_ page: SpanPage) {
        spans = page.spans
        hasEarlier = page.hasEarlier
        hasLater = page.hasLater
        list.resize(count: spans.count)
    }

    mutating func select(row: Int) { list.select(row) }
    mutating func move(_ motion: Motion) { list.move(motion) }
    mutating func scroll(by rows: Int) { list.scroll(by: rows) }
}
