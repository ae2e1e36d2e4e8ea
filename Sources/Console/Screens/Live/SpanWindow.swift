import TraceModel

/// The loaded part of a list of spans, which part of it is visible, and which span is selected.
///
/// A selection is a key, not a row: it stays on its span while rows come, go and are loaded anew.
struct SpanWindow: Sendable {
    private(set) var spans: [StoredSpan] = []
    private(set) var hasEarlier = false
    private(set) var hasLater = false
    /// The first visible row.
    private(set) var top = 0
    /// Visible rows.
    private(set) var height = 0
    /// The selected span's row.
    private(set) var selectedIndex: Int?

    var selected: StoredSpan? { selectedIndex.map { spans[$0] } }
    private var lastTop: Int { max(0, spans.count - max(1, height)) }

    /// How many rows to load: the visible ones and two pages on each side.
    var limit: Int { min(1_000, max(60, 5 * height)) }

    /// Whether the visible rows come near an end beyond which there is more.
    var wantsMore: Bool {
        (hasEarlier && top < height) || (hasLater && top + 2 * height > spans.count)
    }

    /// The span that a reload should be centred on.
    var anchor: SpanKey? {
        guard !spans.isEmpty else { return nil }
        return spans[min(spans.count - 1, top + height / 2)].span.key
    }

    mutating func resize(height: Int) {
        let wasAtBottom = top >= lastTop
        self.height = height
        if wasAtBottom { top = lastTop }
        keepSelectionVisible()
    }

    /// Takes a newly loaded page and goes to its end. The newest span is selected, or the selection stays on its span as
    /// long as that is in view.
    mutating func follow(_ page: SpanPage, selectingNewest: Bool) {
        let old = selected?.span.key
        put(page)
        top = lastTop
        selectedIndex = spans.isEmpty ? nil : spans.count - 1
        guard !selectingNewest, let old else { return }
        if let index = spans[top...].firstIndex(where: { $0.span.key == old }) { selectedIndex = index }
    }

    /// Whether the selected span is the last one loaded.
    var isNewestSelected: Bool { selectedIndex == spans.count - 1 || spans.isEmpty }

    /// Takes a newly loaded page and keeps the selected span on the screen row where it was.
    mutating func keepPlace(_ page: SpanPage) {
        let oldTop = spans.indices.contains(top) ? spans[top].span.key : nil
        let oldSelected = selected?.span.key
        let oldRow = selectedIndex.map { $0 - top } ?? 0
        put(page)
        if let oldSelected, let index = spans.firstIndex(where: { $0.span.key == oldSelected }) {
            selectedIndex = index
            top = index - oldRow
        } else {
            let kept = oldTop.flatMap { key in spans.firstIndex { $0.span.key == key } }
            top = kept ?? min(top, lastTop)
            selectedIndex = spans.isEmpty ? nil : min(spans.count - 1, top + max(0, oldRow))
        }
        clamp()
        keepSelectionVisible()
    }

    /// Takes a page and selects one of its spans, in the middle of the screen.
    mutating func go(to key: SpanKey, in page: SpanPage) {
        put(page)
        guard let index = spans.firstIndex(where: { $0.span.key == key }) else { return keepPlace(page) }
        selectedIndex = index
        top = index - height / 2
        clamp()
    }

    private mutating func put(_ page: SpanPage) {
        spans = page.spans
        hasEarlier = page.hasEarlier
        hasLater = page.hasLater
        if let index = selectedIndex, index >= spans.count { selectedIndex = spans.isEmpty ? nil : spans.count - 1 }
    }

    mutating func select(row: Int) {
        guard spans.indices.contains(row) else { return }
        selectedIndex = row
        keepSelectionVisible()
    }

    mutating func move(by rows: Int) {
        guard let index = selectedIndex else { return select(row: spans.count - 1) }
        select(row: min(max(0, index + rows), spans.count - 1))
    }

    /// Scrolls without moving the selection more than is needed to keep it visible.
    mutating func scroll(by rows: Int) {
        top += rows
        clamp()
        guard let index = selectedIndex, height > 0 else { return }
        selectedIndex = min(max(index, top), max(top, min(spans.count, top + height) - 1))
    }

    private mutating func clamp() { top = min(max(0, top), lastTop) }

    private mutating func keepSelectionVisible() {
        if let index = selectedIndex, height > 0 {
            if index < top { top = index }
            if index >= top + height { top = index - height + 1 }
        }
        clamp()
    }
}
