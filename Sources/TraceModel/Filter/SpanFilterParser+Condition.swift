extension SpanFilterParser {
    /// The fields a person can name, in the order in which help lists them.
    public static let fieldNames: [String] = examples.map(\.field)

    /// Each field with an example of its use.
    public static let examples: [(field: String, example: String)] = [
        ("model", "model:gpt-4o*"), ("status", "status:error"), ("latency", "latency>2s"), ("ttft", "ttft>=500ms"),
        ("speed", "speed<30"), ("tokens", "tokens>2k"), ("cost", "cost>0.01"), ("kind", "kind:tool"),
        ("session", "session:conv-1*"),
        ("customer", "customer:vip-*"), ("config", "config:summarizer"), ("variant", "variant:1"),
        ("prompt", "prompt:onboarding@3"), ("tag", "tag:prod"), ("name", "name:search*"),
        ("provider", "provider:openai"),
        ("trace", "trace:4bf92f*"), ("content", "content:refund"), ("input", "input:\"where is\""),
        ("output", "output:sorry"), ("error", "error:timeout"), ("finish", "finish:length"), ("role", "role:tool"),
        ("user", "user:u-7"), ("is", "is:pinned"), ("has", "has:note"), ("label", "label:refund"),
        ("note", "note:\"asked twice\""), ("score", "score:helpful"), ("score.", "score.helpful>0.5"),
        ("run", "run:support-v8"), ("since", "since:15m"), ("until", "until:2026-11-28T14:00"),
        ("attr.", "attr.http.method:POST"),
    ]

    /// Fields whose names are like a word that is none, the nearest first.
    public static func fields(near word: String) -> [String] {
        fieldNames.enumerated()
            .map { (name: $1, distance: $1.hasPrefix(word) && !word.isEmpty ? 0 : editDistance($1, word), place: $0) }
            .filter { $0.distance <= max(1, min(2, word.count / 2)) }
            .sorted { ($0.distance, $0.place) < ($1.distance, $1.place) }.map(\.name)
    }

    /// Reads `field:value`, `field>value` or a bare word.
    func condition(_ text: String, at token: FilterToken) throws(FilterMistake) -> SpanFilter {
        guard let split = Split(text) else { return .words(text) }
        let value = Value(
            text: split.value, column: token.column + split.valueOffset,
            length: max(1, token.length - split.valueOffset))
        if value.text.isEmpty {
            throw value.mistake("\(split.field) has no value", hint: "type one after the \(split.sign)")
        }
        if let field = SpanFilter.NumberField(rawValue: split.field) {
            return try .number(field, comparison(split, value), quantity(value, of: field))
        }
        if let score = try score(split, value) { return score }
        guard split.sign == ":" else {
            guard Self.fieldNames.contains(split.field) || split.field.hasPrefix("attr.") else {
                throw unknownField(split, token)
            }
            throw FilterMistake(
                column: token.column + split.field.count, length: split.sign.count,
                reason: "\(split.field) is text and cannot be compared with \(split.sign)",
                hint: "use \(split.field):\(split.value)")
        }
        return try textCondition(split, value, token)
    }

    /// Fields whose value is told as it is.
    private static let plainFields: [String: SpanFilter.TextField] = [
        "model": .model, "session": .session, "customer": .customer, "config": .config, "variant": .variant,
        "tag": .tag,
        "name": .name, "provider": .provider, "trace": .trace, "finish": .finish, "role": .role, "user": .user,
        "run": .run, "label": .label,
    ]

    /// Fields of long text, which is looked through for the pattern, wherever it stands.
    private static let longFields: [String: SpanFilter.TextField] = [
        "content": .content, "input": .input, "output": .output, "error": .error, "note": .note,
    ]

    private func textCondition(
        _ split: Split, _ value: Value, _ token: FilterToken
    ) throws(FilterMistake) -> SpanFilter {
        let pattern = SpanFilter.TextPattern(value.text)
        if let field = Self.plainFields[split.field] { return .text(field, pattern) }
        if let field = Self.longFields[split.field] { return .text(field, .init("*\(value.text)*")) }
        switch split.field {
        case "status": return .text(.status, try usual("status", value))
        case "kind": return .text(.kind, try usual("kind", value))
        case "is":
            let mark = try usual("is", value)
            return mark.pattern.lowercased() == "run" ? .text(.run, .init("*")) : .text(.mark, mark)
        case "has": return .text(.mark, try usual("has", value))
        case "prompt": return try prompt(value)
        case "since": return .since(try moment(value))
        case "until": return .not(.since(try moment(value)))
        case let field where field.hasPrefix("attr.") && field.count > 5:
            return .text(.attribute(String(field.dropFirst(5))), pattern)
        default: throw unknownField(split, token)
        }
    }

    private func comparison(_ split: Split, _ value: Value) throws(FilterMistake) -> SpanFilter.Comparison {
        if split.sign == ":" { return .equal }
        guard let comparison = SpanFilter.Comparison(rawValue: split.sign) else {
            throw value.mistake("\(split.sign) is no comparison", hint: "use one of = < <= > >=")
        }
        return comparison
    }

    /// `score:helpful` is any score of that name; `score.helpful>0.5` and `score.helpful:good` ask what it says.
    private func score(_ split: Split, _ value: Value) throws(FilterMistake) -> SpanFilter? {
        if split.field == "score", split.sign == ":" { return .score(.init(value.text), .any) }
        if split.field == "score" {
            throw value.mistake("the score's name is missing", hint: "use score.helpful\(split.sign)\(value.text)")
        }
        guard split.field.hasPrefix("score."), split.field.count > 6 else { return nil }
        let name = SpanFilter.TextPattern(String(split.field.dropFirst(6)))
        let comparison = try comparison(split, value)
        guard case .number(let number) = Score.Value(value.text) else {
            guard comparison == .equal else {
                throw value.mistake(
                    "\"\(value.text)\" is no number", hint: "use \(split.field):\(value.text) or \(split.field)>0.5")
            }
            return .score(name, .word(.init(value.text)))
        }
        return .score(name, .number(comparison, number))
    }

    /// `onboarding@3` is a key and a version; `onboarding` any version.
    private func prompt(_ value: Value) throws(FilterMistake) -> SpanFilter {
        guard let at = value.text.lastIndex(of: "@") else { return .text(.promptKey, .init(value.text)) }
        let version = String(value.text[value.text.index(after: at)...])
        let key = String(value.text[..<at])
        guard !version.isEmpty else {
            throw value.mistake("the version after @ is missing", hint: "use prompt:\(key)@3 or prompt:\(key)")
        }
        let ofVersion = SpanFilter.text(.promptVersion, .init(version))
        return key.isEmpty ? ofVersion : .and([.text(.promptKey, .init(key)), ofVersion])
    }

    private func unknownField(_ split: Split, _ token: FilterToken) -> FilterMistake {
        let near = Self.fields(near: split.field).prefix(3).map { $0 + split.sign }
        let guess = near.isEmpty ? "" : "did you mean \(near.joined(separator: ", "))? "
        return FilterMistake(
            column: token.column, length: split.field.count, reason: "there is no field \"\(split.field)\"",
            hint: guess + "to search for the text itself put it in quotes. Fields: "
                + Self.fieldNames.map { $0 == "attr." ? "attr.NAME" : $0 }.joined(separator: ", "))
    }

    /// A word cut at its first sign of comparison.
    private struct Split {
        let field: String
        let sign: String
        let value: String
        var valueOffset: Int { field.count + sign.count }

        /// `nil` when the word holds no sign, or begins with one.
        init?(_ text: String) {
            guard let at = text.firstIndex(where: { ":<>=".contains($0) }), at > text.startIndex else { return nil }
            field = String(text[..<at])
            var rest = text[at...]
            var sign = String(rest.removeFirst())
            if sign == ":", let next = rest.first, "<>=".contains(next) {
                sign = String(rest.removeFirst())
            }
            if sign == "<" || sign == ">", rest.first == "=" {
                sign.append(rest.removeFirst())
            }
            self.sign = sign
            value = String(rest)
        }
    }

    /// A value with its place, so that a mistake in it points at it.
    struct Value {
        let text: String
        let column: Int
        let length: Int

        func mistake(_ reason: String, hint: String) -> FilterMistake {
            FilterMistake(column: column, length: length, reason: reason, hint: hint)
        }
    }
}

/// The number of single-character changes from one word to the other.
private func editDistance(_ left: String, _ right: String) -> Int {
    let right = Array(right)
    var row = Array(0...right.count)
    for (index, character) in left.enumerated() {
        var diagonal = row[0]
        row[0] = index + 1
        for column in right.indices {
            let substituted = diagonal + (right[column] == character ? 0 : 1)
            diagonal = row[column + 1]
            row[column + 1] = min(substituted, row[column] + 1, row[column + 1] + 1)
        }
    }
    return row[right.count]
}
