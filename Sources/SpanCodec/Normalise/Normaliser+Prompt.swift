import OrderedJSON
import TraceModel

extension Normaliser {
    /// Prompt, A/B test and variant (§2.9).
    mutating func prompt(into span: inout Span) {
        let names = facts.vocabulary.prompts
        span.promptKey =
            facts.string(record[.promptKey]) ?? facts.firstString(names.key) ?? headers.promptKey
            // The `prompt.id` of a coding agent is a turn's.
            ?? (span.dialect.isCodingAgent ? nil : facts.firstString(names.keyRest))
        span.promptVersion =
            facts.string(record[.promptVersion]) ?? facts.firstString(names.version) ?? headers.promptVersion
            ?? facts.firstString(names.versionRest)
        if facts.has(names.langfusePrompt), span.promptKey == nil || span.promptVersion == nil {
            let prompt = langfusePrompt()
            span.promptKey = span.promptKey ?? prompt?["name"]?.string
            span.promptVersion = span.promptVersion ?? prompt?["version"].flatMap { $0.string ?? $0.number?.text }
        }
        span.promptABTestKey =
            facts.string(record[.promptABTestKey]) ?? facts.firstString(names.abTest) ?? headers.promptABTestKey
        span.promptVariantIndex =
            facts.int(record[.promptVariantIndex]) ?? facts.firstCount(names.variant) ?? headers.promptVariantIndex
    }

    private mutating func langfusePrompt() -> JSONValue? {
        guard let text = facts.filledText(facts.value(facts.vocabulary.prompts.langfusePrompt)) else { return nil }
        return try? JSONValue(parsing: text, maxDepth: 64, allowsLoneSurrogates: true)
    }

    /// Tags, sorted by UTF-8 bytes, each once (D18).
    mutating func tags() -> [String] {
        let names = facts.vocabulary.prompts
        var found: [String] = []
        if record[.tags].kind != .null {
            found = tags(in: record[.tags])
        } else if facts.present.intersects(names.tags.set) {
            for id in names.tags.order where facts.has(id) && found.isEmpty { found = tags(in: facts.value(id)) }
        }
        if found.isEmpty, facts.has(names.plainTags) {
            let value = facts.value(names.plainTags)
            if value.kind != .text && value.kind != .escapedText { found = tags(in: value) }
        }
        guard found.count > 1 else { return found }
        found.sort { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        var last = 0
        for index in 1..<found.count where !found[index].utf8.elementsEqual(found[last].utf8) {
            last += 1
            found[last] = found[index]
        }
        return Array(found[...last])
    }

    /// A list, a list as JSON text, words between commas, or one word.
    private mutating func tags(in value: WireValue) -> [String] {
        if value.kind == .json { return jsonTags(facts.bytes(value)) }
        if let text = facts.filledText(value) {
            if text[0] == UInt8(ascii: "[") {
                let tags = jsonTags(text)
                if !tags.isEmpty { return tags }
            }
            return String(decoding: text, as: UTF8.self).split(separator: ",").map { Self.trimmed($0) }
                .filter { !$0.isEmpty }
        }
        guard case .array(let elements) = AttributeReader.value(value, base: facts.base) else { return [] }
        return elements.compactMap { element in
            if case .string(let tag) = element, !tag.isEmpty { tag } else { nil }
        }
    }

    private func jsonTags(_ json: UnsafeRawBufferPointer) -> [String] {
        var scanner = JSONScanner(json, maxDepth: 128, allowsLoneSurrogates: true)
        var tags: [String] = []
        do {
            guard try scanner.peek() == .array, try scanner.beginArray() else { return [] }
            repeat {
                if try scanner.peek() == .string {
                    let text = try scanner.string()
                    if !text.isEmpty { tags.append(text.string) }
                } else {
                    try scanner.skipValue()
                }
            } while try scanner.nextElement()
        } catch {}  // Not JSON after all: what was read stands.
        return tags
    }

    private static func trimmed(_ text: Substring) -> String {
        var text = text
        while text.first == " " { text.removeFirst() }
        while text.last == " " { text.removeLast() }
        return String(text)
    }

    /// Free metadata: the record's map, else every key of the dialects' metadata.
    mutating func metadata() -> AttributeMap {
        if record[.metadata].kind == .json,
            case .map(let map) = AttributeReader.value(record[.metadata], base: facts.base)
        {
            return map
        }
        let plain = facts.vocabulary.prompts.metadata
        guard facts.has(plain) || !facts.metadata.isEmpty else { return AttributeMap() }
        var map = AttributeMap()
        if facts.has(plain) { map = metadataMap(facts.value(plain)) }
        for index in facts.metadata.indices {
            let entry = facts.metadata[index]
            let value = AttributeReader.value(entry.value, base: facts.base)
            map.entries.append(.init(String(decoding: entry.name, as: UTF8.self), value))
        }
        return map
    }

    /// The texts of `fallom.context`, which is a map or JSON text of one (docs/codebase.md); targeting sees nothing but texts.
    mutating func assignmentContext() -> AttributeMap? {
        let name = facts.vocabulary.prompts.context
        guard facts.has(name), let map = map(facts.value(name)) else { return nil }
        return AttributeMap(
            map.entries.filter { entry in
                if case .string = entry.value { true } else { false }
            })
    }

    private mutating func metadataMap(_ value: WireValue) -> AttributeMap { map(value) ?? AttributeMap() }

    /// A map, or JSON text of one.
    private mutating func map(_ value: WireValue) -> AttributeMap? {
        if let text = facts.filledText(value) {
            guard let json = try? JSONValue(parsing: text, maxDepth: 128, allowsLoneSurrogates: true),
                case .map(let map) = AttributeReader.value(json)
            else { return nil }
            return map
        }
        guard case .map(let map) = AttributeReader.value(value, base: facts.base) else { return nil }
        return map
    }
}
