import Display
import Markdown
import TraceModel

/// A session as one page of HTML that needs nothing else: no script, no font, no picture from anywhere. It is read on a
/// light ground and on a dark one, and prints.
struct SessionHTML: Sendable {
    let session: SessionTurns
    let redactor: Redactor
    let wallClock: WallClock

    var text: String {
        let title = HTML.text(redactor.field("session_id", session.id) ?? "")
        var page = """
            <!doctype html>
            <html lang="en"><head><meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
            <meta name="viewport" content="width=device-width">
            <meta name="referrer" content="no-referrer">
            <title>\(title)</title>
            <style>\(Self.style)</style></head><body><main>
            <header><h1>\(title)</h1><p>\(HTML.text(session.headline))</p>\(facts)</header>

            """
        for turn in session.turns {
            page += "<section><h2>Turn \(turn.number)</h2>\n"
            for step in turn.steps {
                let took = step.nanoseconds.map { " " + Figure.duration($0) } ?? ""
                page +=
                    "<p class=\"step\(step.isError ? " bad" : "")\">\(step.kind.rawValue) <b>\(clean(step.name))</b>\(took)\(step.isError ? " failed" : "")</p>\n"
            }
            for call in turn.calls { page += html(call) }
            page += "</section>\n"
        }
        return page + "</main></body></html>\n"
    }

    private var facts: String {
        var facts: [String] = []
        if let started = session.summary?.startedAt { facts.append("started " + HTML.text(wallClock.full(started))) }
        if let customer = session.customer {
            facts.append("customer " + HTML.text(redactor.field("customer_id", customer) ?? ""))
        }
        if let config = session.config {
            facts.append("config " + HTML.text(redactor.field("config_key", config) ?? ""))
        }
        let kept = session.summary?.kept
        if kept?.isPinned == true { facts.append("pinned") }
        for label in kept?.labels ?? [] { facts.append("#" + HTML.text(redactor.field("label", label) ?? "")) }
        let line = facts.isEmpty ? "" : "<p class=\"dim\">\(facts.joined(separator: " · "))</p>"
        guard let note = redactor.field("note", kept?.note) else { return line }
        return line + "<p class=\"plain note\">\(HTML.text(note))</p>"
    }

    private func clean(_ text: String) -> String { HTML.text(redactor.text(text)) }

    private func html(_ call: SessionTurns.Call) -> String {
        var html = "<article>\n"
        for message in call.added + call.answer { html += self.html(message) }
        if let error = call.error { html += "<p class=\"bad\">failed: \(clean(error))</p>\n" }
        let figures = SessionTurns.figures(call.span)
        if !figures.isEmpty { html += "<p class=\"dim\">\(clean(figures))</p>\n" }
        return html + "</article>\n"
    }

    private func html(_ message: Message) -> String {
        let kind = ["system", "user", "assistant", "tool"].first { $0 == message.role } ?? "user"
        var html =
            "<div class=\"said \(kind)\"><h3>\(clean(message.role))\(message.name.map { " " + clean($0) } ?? "")</h3>\n"
        for part in message.parts {
            switch part {
            case .text(let text):
                html +=
                    kind == "assistant" ? HTML.rendered(redactor.text(text)) : "<p class=\"plain\">\(clean(text))</p>\n"
            case .reasoning(let text):
                html += "<details><summary>reasoning</summary><p class=\"plain\">\(clean(text))</p></details>\n"
            case .toolCall(_, let name, let arguments):
                html += "<p class=\"dim\">calls <b>\(clean(name))</b></p><pre>\(clean(arguments))</pre>\n"
            case .toolResult(_, let name, let result):
                html +=
                    (name.map { "<p class=\"dim\"><b>\(clean($0))</b> answered</p>" } ?? "")
                    + "<pre>\(clean(result))</pre>\n"
            case .media(let kind, let summary):
                html += "<p class=\"dim\">[\(clean(kind)): \(clean(summary))]</p>\n"
            case .other(let type, let json): html += "<p class=\"dim\">\(clean(type))</p><pre>\(clean(json))</pre>\n"
            }
        }
        return html + "</div>\n"
    }

    private static let style = """
        :root{color-scheme:light dark;--ground:#fff;--text:#1c2430;--dim:#66707f;--line:#d9dee6;--user:#eef4ff;--tool:#f5f0ff;--bad:#b42318}
        @media (prefers-color-scheme:dark){:root{--ground:#11141a;--text:#c9d1d9;--dim:#8b96a5;--line:#2b3442;--user:#17202e;--tool:#1d1a2b;--bad:#ff6b6b}}
        body{margin:0;background:var(--ground);color:var(--text);font:16px/1.5 system-ui,sans-serif}
        main{max-width:52rem;margin:0 auto;padding:2rem 1rem}
        h1{font-size:1.4rem;margin:0;overflow-wrap:anywhere} h2{font-size:1.05rem;border-bottom:1px solid var(--line);margin-top:2.5rem}
        h3{font-size:.8rem;margin:0 0 .3rem;color:var(--dim);font-weight:600}
        .said{padding:.6rem .9rem;margin:.7rem 0;border-left:3px solid var(--line);overflow-wrap:anywhere}
        .user{background:var(--user)} .tool{background:var(--tool)} .system{color:var(--dim)}
        .plain{white-space:pre-wrap;margin:.2rem 0} .note{border:1px solid var(--line);border-radius:4px;padding:.5rem .8rem;margin:.6rem 0} .dim,.step{color:var(--dim);font-size:.85rem;margin:.3rem 0} .bad{color:var(--bad)}
        pre{white-space:pre-wrap;overflow-wrap:anywhere;border:1px solid var(--line);border-radius:4px;padding:.6rem;font-size:.85rem}
        code{font-size:.9em} table{border-collapse:collapse} td,th{border:1px solid var(--line);padding:.2rem .6rem;vertical-align:top}
        blockquote{border-left:3px solid var(--line);margin:.5rem 0;padding-left:.9rem}
        @media print{body{font-size:11pt}main{max-width:none;padding:0}.said{break-inside:avoid-page}h2,h3{break-after:avoid}details>*{display:block}}
        """
}

/// Text and Markdown as HTML.
enum HTML {
    /// A text, of which nothing means anything.
    static func text(_ text: String) -> String {
        var html = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": html += "&amp;"
            case "<": html += "&lt;"
            case ">": html += "&gt;"
            case "\"": html += "&quot;"
            case "'": html += "&#39;"
            case "\n", "\t": html.unicodeScalars.append(scalar)
            case let other where other.value < 0x20 || (0x7F...0x9F).contains(other.value) || isOverride(other):
                html += "\u{FFFD}"
            default: html.unicodeScalars.append(scalar)
            }
        }
        return html
    }

    /// Signs that turn round the order in which what follows is read.
    private static func isOverride(_ scalar: Unicode.Scalar) -> Bool {
        (0x202A...0x202E).contains(scalar.value) || (0x2066...0x2069).contains(scalar.value)
    }

    /// What a model wrote, rendered. Links are shown, not followed: a page that was given away asks nothing of anybody.
    static func rendered(_ text: String) -> String { Markdown.parts(of: text).map { block($0.block) }.joined() }

    private static func block(_ block: MarkdownBlock) -> String {
        switch block {
        case .heading(let level, let runs): "<h\(min(6, level + 3))>\(self.runs(runs))</h\(min(6, level + 3))>\n"
        case .paragraph(let runs): "<p>\(self.runs(runs).replacing("\n", with: "<br>\n"))</p>\n"
        case .list(let items): list(items)
        case .quote(let parts): "<blockquote>\(parts.map { self.block($0.block) }.joined())</blockquote>\n"
        case .code(_, let text): "<pre><code>\(self.text(text))</code></pre>\n"
        case .rule: "<hr>\n"
        case .table(let head, let rows, let alignments): table(head, rows, alignments)
        }
    }

    private static func list(_ items: [MarkdownItem]) -> String {
        let isNumbered = items.first?.number != nil
        let tag = isNumbered ? "ol" : "ul"
        let inside = items.map { item in
            let number = item.number.flatMap { Int($0.prefix { $0.isNumber }) }
            let value = isNumbered ? number.map { " value=\"\($0)\"" } ?? "" : ""
            return "<li\(value)>\(item.parts.map { block($0.block) }.joined())</li>\n"
        }
        return "<\(tag)>\n\(inside.joined())</\(tag)>\n"
    }

    private static func table(
        _ head: [[MarkdownRun]], _ rows: [[[MarkdownRun]]], _ alignments: [MarkdownAlignment]
    ) -> String {
        func row(_ cells: [[MarkdownRun]], _ tag: String) -> String {
            let inside = cells.enumerated().map { index, cell in
                let side = index < alignments.count ? alignments[index] : .left
                let style = side == .left ? "" : " style=\"text-align:\(side == .right ? "right" : "center")\""
                return "<\(tag)\(style)>\(runs(cell))</\(tag)>"
            }
            return "<tr>\(inside.joined())</tr>\n"
        }
        return "<table>\n\(row(head, "th"))\(rows.map { row($0, "td") }.joined())</table>\n"
    }

    private static func runs(_ runs: [MarkdownRun]) -> String {
        runs.map { run in
            var html = text(run.text)
            if run.look.contains(.code) { html = "<code>\(html)</code>" }
            if run.look.contains(.emphasis) { html = "<em>\(html)</em>" }
            if run.look.contains(.strong) { html = "<strong>\(html)</strong>" }
            if run.look.contains(.link) { html = "<u>\(html)</u>" }
            return html
        }.joined()
    }
}
