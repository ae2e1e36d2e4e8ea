import Cells
import Display
import TraceModel

/// What is known of the whole of a large text while only its beginning is laid out.
struct WholeText: Sendable {
    /// Whether all of it is shown.
    var isShown = true
    /// Whether it is wanted: somebody went on to it, or looks for something in it.
    var isWanted = false
    /// What is to be done when it is here.
    var goesToEnd = false
    var looksAgain = false
    var loader: Loader

    init(slot: Int) {
        loader = Loader(slot: slot)
    }

    /// Another text comes.
    mutating func forget() {
        loader.forget()
        (isShown, isWanted, goesToEnd, looksAgain) = (true, false, false, false)
    }
}

extension SpanScreen {
    /// The lines of a message of a large text that are laid out before somebody goes on to the rest.
    private static let firstLines = 300

    private var isLarge: Bool { (loaded?.json.utf8.count ?? 0) > LayoutJob.largest }

    mutating func layOut(_ scope: inout Scope) {
        isRecordLaidOut = false
        layOutMessages(&scope)
        layOutRecordIfShown(&scope)
    }

    /// Lays out the messages as they are read now. Of large ones the beginning; where all of them is shown or wanted, that
    /// follows.
    mutating func layOutMessages(_ scope: inout Scope) {
        guard let loaded, width > 0 else { return }
        guard isLarge else {
            whole.isShown = true
            return show(Conversation(width: width, reading: reading).added(loaded, after: before.calls))
        }
        if !whole.isShown || messages.lines.isEmpty {
            whole.isShown = false
            let first = Self.firstLines
            let conversation = Conversation(
                width: width, longest: first, longestSystem: first, longestAnswer: first, reading: reading.short)
            show(conversation.added(loaded, after: before.calls))
        }
        if whole.isShown || whole.isWanted || !messages.search.isEmpty { askForWhole(&scope) }
    }

    private mutating func askForWhole(_ scope: inout Scope) {
        guard let loaded else { return }
        whole.isWanted = true
        let job = LayoutJob(loaded: loaded, text: .messages(reading), width: width, earlier: before.calls)
        whole.loader.ask(.layOut(job), &scope)
    }

    /// Asks for all of a large text when the end of what is laid out is near, or in any case.
    mutating func layOutRest(always: Bool = false, _ scope: inout Scope) {
        let isNear = messages.top + 3 * messages.height > messages.lines.count
        guard view == .messages, !whole.isShown, !whole.loader.isLoading, always || isNear else { return }
        askForWhole(&scope)
    }

    /// Takes all of a large text.
    mutating func receive(_ laid: LaidOutText, for id: RequestID, _ scope: inout Scope) {
        if id.slot == Slot.record {
            if record.accept(id) != .stale { raw.show(laid.read.lines, keepingPlace: true) }
            return
        }
        guard whole.loader.accept(id) != .stale else { return }
        whole.isShown = true
        show(laid.read)
        if whole.goesToEnd { messages.move(.last) }
        if whole.looksAgain {
            messages.look(for: messages.search)
            if messages.matchCount == 0, seeking == nil { scope.tell("not found in messages: \(messages.search)") }
        }
        (whole.goesToEnd, whole.looksAgain) = (false, false)
        seekOn(&scope)
    }

    /// Shows messages that were laid out: at their opening until somebody moves, then at what was in view, told from the
    /// part of the text that it stood in.
    private mutating func show(_ read: ReadConversation) {
        guard let loaded else { return }
        let top = messages.top
        var moved = 0
        for (was, now) in [(shown.firstNew, read.firstNew), (shown.answer, read.answer)] {
            if let was, let now, top > 0, was <= top { moved = now - was }
        }
        messages.show(read.lines + events(loaded) + linkLines(width: width), keepingPlace: true)
        messages.scroll(to: isOpening ? read.opening(height: messages.height) : top + moved)
        shown = (read.firstNew, read.answer)
    }

    /// Somebody moves in the text: it stays where it is put.
    mutating func scrollText(_ body: (inout ScrolledText) -> Void) {
        isOpening = false
        whole.goesToEnd = false
        body(&text)
    }

    /// Goes to the end of the text; of a large one as soon as that is laid out.
    mutating func goToEnd(_ scope: inout Scope) {
        layOutRest(always: true, &scope)
        scrollText { $0.move(.last) }
        whole.goesToEnd = view == .messages && whole.loader.isLoading
    }

    /// Looks for a text in messages and record; in large messages once more when all of them is laid out.
    mutating func look(for sought: String, _ scope: inout Scope) {
        if reading.isSearched == sought.isEmpty {
            reading.isSearched = !sought.isEmpty
            if !sought.isEmpty { whole.isWanted = true }
            layOutMessages(&scope)
        }
        messages.look(for: sought)
        raw.look(for: sought)
        whole.looksAgain = !sought.isEmpty && whole.loader.isLoading
    }

    /// Lays the record out when it is looked at.
    mutating func layOutRecordIfShown(_ scope: inout Scope) {
        guard view == .raw, !isRecordLaidOut, let loaded, width > 0 else { return }
        isRecordLaidOut = true
        guard isLarge else {
            return raw.show(LayoutJob.record(loaded.json, width: width), keepingPlace: true)
        }
        if raw.lines.isEmpty {
            raw.show([TextLine([.init("laying out " + Figure.bytes(loaded.json.utf8.count), .dim)])])
        }
        record.ask(.layOut(LayoutJob(loaded: loaded, text: .record, width: width)), &scope)
    }

    private func events(_ loaded: LoadedSpan) -> [TextLine] {
        guard !loaded.detail.events.isEmpty else { return [] }
        var lines = [TextLine.blank, TextLine([.init("events", .heading, .bold)])]
        for event in loaded.detail.events {
            let offset = event.time.map { Figure.duration($0.nanoseconds(since: stored.span.start)) }
            lines.append(TextLine(indent: 2, [.init(event.name, .accent), .init("  " + (offset ?? ""), .dim)]))
            for entry in event.attributes.entries {
                let text = entry.name + "  " + AttributeText.text(entry.value)
                lines += TextFlow.lines(text, width: width - 4).map { TextLine(indent: 4, [.init($0, .dim)]) }
            }
        }
        return lines
    }
}
