import Cells
import TraceModel

/// The loaded part of a sorted list of sessions. Rows are counted from the list's beginning; the selection is a session,
/// which may change its row whenever the list is read again.
struct SessionWindow: Sendable {
    private(set) var offset = 0
    private(set) var sessions: [SessionSummary] = []
    /// All sessions that there are, which of them are visible, and which is selected.
    private(set) var list = ListState()
    private var selectedID: String?

    var total: Int { list.count }
    var selectedRow: Int { list.selected ?? 0 }
    var limit: Int { min(1_000, max(60, 5 * list.height)) }
    /// The offset that a reload should begin at.
    var wantedOffset: Int { max(0, min(list.top, selectedRow) - 2 * list.height) }
    var wantsMore: Bool {
        let end = offset + sessions.count
        return list.top < offset || (list.top - offset < list.height / 2 && offset > 0)
            || (list.top + list.height + list.height / 2 > end && end < total)
    }

    var selected: SessionSummary? { self[selectedRow] }

    subscript(row: Int) -> SessionSummary? {
        sessions.indices.contains(row - offset) ? sessions[row - offset] : nil
    }

    mutating func resize(height: Int) { list.resize(height: height) }

    mutating func put(_ page: SessionPage, offset: Int) {
        self.offset = offset
        sessions = page.sessions
        let old = list
        list.resize(count: page.total)
        guard let selectedID,
            let index = sessions.firstIndex(where: { $0.sessionID.utf8.elementsEqual(selectedID.utf8) })
        else { return }
        let row = offset + index
        // A list that stands at its beginning stays there while the selected row fits.
        let isMoved = old.top > 0 || row >= old.height
        list.place(selected: row, top: isMoved ? old.top + row - (old.selected ?? 0) : old.top)
    }

    mutating func move(_ motion: Motion) { change { $0.move(motion) } }
    mutating func move(to row: Int) { change { $0.select(row) } }
    mutating func scroll(by rows: Int) { change { $0.scroll(by: rows) } }

    /// Until a person moves, the first row is selected, whoever stands there.
    private mutating func change(_ body: (inout ListState) -> Void) {
        body(&list)
        selectedID = selectedRow == 0 ? nil : selected?.sessionID
    }

    mutating func reset() {
        list.place(selected: 0, top: 0)
        selectedID = nil
    }
}
