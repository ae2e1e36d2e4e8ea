import TraceModel

/// The loaded part of a sorted list of sessions. Rows are counted from the list's beginning; the selection is a session,
/// which may change its row whenever the list is read again.
struct SessionWindow: Sendable {
    private(set) var offset = 0
    private(set) var sessions: [SessionSummary] = []
    private(set) var total = 0
    private(set) var top = 0
    private(set) var height = 0
    private(set) var selectedRow = 0
    private var selectedID: String?

    var limit: Int { min(1_000, max(60, 5 * height)) }
    /// The offset that a reload should begin at.
    var wantedOffset: Int { max(0, min(top, selectedRow) - 2 * height) }
    var wantsMore: Bool {
        (top < offset) || (top - offset < height / 2 && offset > 0)
            || (top + height + height / 2 > offset + sessions.count && offset + sessions.count < total)
    }

    var selected: SessionSummary? { self[selectedRow] }

    subscript(row: Int) -> SessionSummary? {
        sessions.indices.contains(row - offset) ? sessions[row - offset] : nil
    }

    mutating func resize(height: Int) {
        self.height = height
        clamp()
    }

    mutating func put(_ page: SessionPage, offset: Int) {
        self.offset = offset
        sessions = page.sessions
        total = page.total
        if let selectedID, let index = sessions.firstIndex(where: { $0.sessionID.utf8.elementsEqual(selectedID.utf8) })
        {
            let old = selectedRow
            selectedRow = offset + index
            // A list that stands at its beginning stays there while the selected row fits.
            if top > 0 || selectedRow >= height { top += selectedRow - old }
        }
        clamp()
    }

    /// Until a person moves, the first row is selected, whoever stands there.
    mutating func move(to row: Int) {
        selectedRow = min(max(0, row), max(0, total - 1))
        selectedID = selectedRow == 0 ? nil : selected?.sessionID
        clamp()
    }

    mutating func move(by rows: Int) { move(to: selectedRow + rows) }

    mutating func scroll(by rows: Int) {
        top = min(max(0, top + rows), max(0, total - max(1, height)))
        move(to: min(max(selectedRow, top), max(top, top + height - 1)))
    }

    mutating func reset() {
        top = 0
        selectedRow = 0
        selectedID = nil
    }

    private mutating func clamp() {
        selectedRow = min(max(0, selectedRow), max(0, total - 1))
        if height > 0 {
            if selectedRow < top { top = selectedRow }
            if selectedRow >= top + height { top = selectedRow - height + 1 }
        }
        top = min(max(0, top), max(0, total - max(1, height)))
    }
}
