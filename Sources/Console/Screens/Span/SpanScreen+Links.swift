import Cells
import Display
import TraceModel

extension SpanScreen {
    /// The spans of other traces that this one is tied to.
    var links: [SpanDetail.Link] { loaded?.detail.links ?? [] }

    /// Sets out for the linked span: of several the one selected among the attributes, else the first.
    mutating func followLink(_ scope: inout Scope) {
        let chosen = view == .attributes ? tree.selectedLink ?? 0 : 0
        guard links.indices.contains(chosen) else { return }
        askForTrace(of: links[chosen], &scope)
    }

    /// Opens the linked span; of a trace that has not brought it, the first there is.
    func open(_ link: SpanDetail.Link, among spans: [StoredSpan], _ scope: inout Scope) {
        let trace = spans.filter { $0.span.key.traceID.utf8.elementsEqual(link.traceID.utf8) }
        let span = trace.first { $0.span.key.spanID.utf8.elementsEqual(link.spanID.utf8) }
        guard let target = span ?? trace.first else {
            return scope.tell("the linked trace \(link.traceID) is not in the store")
        }
        if span == nil { scope.tell("the linked span \(link.spanID) is not in the store; this is its trace") }
        scope.move(.open(SpanScreen(target)))
    }

    /// The links below the messages.
    func linkLines(width: Int) -> [TextLine] {
        guard !links.isEmpty else { return [] }
        var lines = [TextLine.blank, TextLine([.init("links", .heading, .bold)])]
        for link in links {
            lines.append(
                TextLine(indent: 2, [.init("trace " + link.traceID, .accent), .init("  span " + link.spanID, .dim)]))
            for entry in link.attributes.entries {
                let text = entry.name + "  " + AttributeText.text(entry.value)
                lines += TextFlow.lines(text, width: width - 4).map { TextLine(indent: 4, [.init($0, .dim)]) }
            }
        }
        return lines
    }
}
