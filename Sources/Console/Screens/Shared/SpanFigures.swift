import Assignment
import Cells
import Display
import Experiments
import TraceModel

/// A span's figures as labels and values, the same wherever a span is shown.
enum SpanFigures {
    static func all(_ stored: StoredSpan, _ scene: Scene) -> [LabelledFigure] {
        let span = stored.span
        var figures: [LabelledFigure] = [latency(span, scene)]
        if let ttft = span.timeToFirstTokenNanoseconds {
            let role: Role = ttft >= SlowCall.firstToken ? .warning : .text
            figures.append(LabelledFigure("ttft", [.init(Figure.duration(ttft), role)] + pace(span)))
        }
        if let tokens = tokens(stored, scene) { figures.append(tokens) }
        if let cost = cost(stored) { figures.append(cost) }
        if let model = span.model {
            var runs = [TextLine.Run(model)]
            if let asked = span.requestModel, asked != model { runs.append(.init("  asked for " + asked, .dim)) }
            if let provider = span.provider { runs.append(.init("  " + provider, .dim)) }
            figures.append(LabelledFigure("model", runs))
        }
        if let finish = span.finishReason { figures.append(LabelledFigure("finish", finish)) }
        if span.promptKey != nil || span.promptABTestKey != nil { figures.append(prompt(span)) }
        if !span.toolCalls.isEmpty {
            figures.append(LabelledFigure("calls", span.toolCalls.joined(separator: ", "), .tool))
        }
        if let key = stored.configKey {
            let variant = scene.configs.variant(of: stored).map {
                TextLine.Run("  variant " + VariantName.text($0), .variant($0))
            }
            figures.append(LabelledFigure("config", [.init(key)] + (variant.map { [$0] } ?? [])))
        }
        figures += identity(stored)
        figures += JudgedFacts.scores(stored.scores, scene, ofSpan: true)
        return figures
    }

    private static func latency(_ span: Span, _ scene: Scene) -> LabelledFigure {
        let elapsed = span.elapsed(now: scene.now)
        if span.isRunning {
            // The sign first: it keeps its place while the figure grows.
            return LabelledFigure("running", scene.spinner + " " + Figure.elapsed(elapsed), .accent)
        }
        let role: Role = elapsed >= SlowCall.latency ? .warning : .text
        var runs = [TextLine.Run(Figure.duration(elapsed), role)]
        if span.timeToFirstTokenNanoseconds == nil { runs += pace(span) }
        if span.status == .error { runs.append(.init("  \(scene.glyphs.failure) failed", .error)) }
        return LabelledFigure("latency", runs)
    }

    /// `then 153 tok/s` behind the time to the first token, `153 tok/s` behind a latency without one.
    private static func pace(_ span: Span) -> [TextLine.Run] {
        guard let speed = span.outputMilliTokensPerSecond, speed > 0 else { return [] }
        let after = span.timeToFirstTokenNanoseconds == nil ? "" : "then "
        return [.init("  \(after)\(Figure.speed(speed)) tok/s", .dim)]
    }

    private static func tokens(_ stored: StoredSpan, _ scene: Scene) -> LabelledFigure? {
        let usage = stored.span.usage
        var runs: [TextLine.Run] = []
        if let prompt = usage.prompt {
            runs.append(.init(Figure.count(prompt) + " in"))
            var details: [String] = []
            if let cached = usage.cached, cached > 0 { details.append(Figure.count(cached) + " cached") }
            if let written = usage.cacheWrite, written > 0 {
                details.append(Figure.count(written) + " written to cache")
            }
            if !details.isEmpty { runs.append(.init(" (" + details.joined(separator: ", ") + ")", .dim)) }
        }
        if let completion = usage.completion {
            if !runs.isEmpty { runs.append(.init(" \(scene.glyphs.arrow) ", .dim)) }
            runs.append(.init(Figure.count(completion) + " out"))
            if let reasoning = usage.reasoning, reasoning > 0 {
                runs.append(.init(" (\(Figure.count(reasoning)) reasoning)", .dim))
            }
        }
        if runs.isEmpty, let total = usage.total { runs.append(.init(Figure.count(total) + " in all")) }
        guard !runs.isEmpty else { return nil }
        if !stored.isCounted { runs.append(.init("  counted elsewhere", .dim)) }
        return LabelledFigure("tokens", runs)
    }

    private static func cost(_ stored: StoredSpan) -> LabelledFigure? {
        guard let cost = stored.span.cost else { return nil }
        let source = cost.isEstimated ? "  estimated" : "  reported"
        return LabelledFigure("cost", [.init(Figure.cost(cost)), .init(source, .dim)])
    }

    static func prompt(_ span: Span) -> LabelledFigure {
        LabelledFigure("prompt", promptRuns(span))
    }

    /// `onboarding@7  variant B of onboarding-test`.
    static func promptRuns(_ span: Span) -> [TextLine.Run] {
        var runs: [TextLine.Run] = []
        if let key = span.promptKey {
            runs.append(.init(key + (span.promptVersion.map { "@" + $0 } ?? "")))
        }
        if let index = span.promptVariantIndex {
            runs.append(.init((runs.isEmpty ? "" : "  ") + "variant " + VariantName.text(index), .variant(index)))
        }
        if let test = span.promptABTestKey { runs.append(.init((runs.isEmpty ? "" : " ") + "of " + test, .dim)) }
        return runs
    }

    private static func identity(_ stored: StoredSpan) -> [LabelledFigure] {
        var figures: [LabelledFigure] = []
        if let customer = stored.customerID {
            figures.append(LabelledFigure("customer", [.init(customer)] + metadata(stored.span)))
        } else if !stored.span.metadata.isEmpty {
            figures.append(LabelledFigure("metadata", Array(metadata(stored.span).dropFirst())))
        }
        if !stored.span.tags.isEmpty {
            figures.append(LabelledFigure("tags", stored.span.tags.joined(separator: "  "), .accent))
        }
        return figures
    }

    private static func metadata(_ span: Span) -> [TextLine.Run] {
        span.metadata.entries.prefix(6).flatMap { entry -> [TextLine.Run] in
            [.init("  "), .init("\(entry.name)=\(AttributeText.short(entry.value))", .dim)]
        }
    }
}

/// Attribute values as text.
enum AttributeText {
    /// On one line, cut to what a figure can hold.
    static func short(_ value: AttributeValue) -> String {
        let whole = text(value)
        return whole.count > 60 ? whole.prefix(59) + "…" : whole
    }

    /// The whole value; lists and maps as JSON.
    static func text(_ value: AttributeValue) -> String {
        if case .string(let text) = value { return text }
        return json(value)
    }

    /// The value as compact JSON; bytes as hexadecimal text.
    static func json(_ value: AttributeValue) -> String {
        switch value {
        case .null: return "null"
        case .string(let text): return quoted(text)
        case .bool(let flag): return flag ? "true" : "false"
        case .int(let number): return "\(number)"
        case .double(let number): return number.isFinite ? "\(number)" : quoted("\(number)")
        case .bytes(let bytes):
            let digits = Array("0123456789abcdef")
            return quoted(bytes.reduce(into: "") { $0 += "\(digits[Int($1 >> 4)])\(digits[Int($1 & 15)])" })
        case .array(let values): return "[" + values.map(json).joined(separator: ", ") + "]"
        case .map(let map):
            return "{" + map.entries.map { quoted($0.name) + ": " + json($0.value) }.joined(separator: ", ") + "}"
        }
    }

    private static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            case "\0"..<" ":
                let digits = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.utf8.count) + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
