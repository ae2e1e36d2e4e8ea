import Assignment
import Experiments
import Prompts
import TraceModel
import WorkspaceModel

/// What a run is ordered with, as a form: which calls, how many, for how much, in which variants.
struct RunForm: Sendable {
    /// A row.
    enum Row: Hashable, Sendable {
        case filter, limit, budget, concurrency
        case variant(Int)
        case newVariant

        var label: String {
            switch self {
            case .filter: "calls"
            case .limit: "at most"
            case .budget: "budget $"
            case .concurrency: "at once"
            case .variant(let index): "variant \(index + 1)"
            case .newVariant: "+ variant"
            }
        }
    }

    private(set) var filterText: String
    private(set) var filter: SpanFilter
    private(set) var limit = 50
    private(set) var budget: Int64? = 1_000_000_000
    private(set) var concurrency = 4
    private(set) var variants: [CallVariant]

    init(filterText: String, filter: SpanFilter, variants: [CallVariant]) {
        self.filterText = filterText
        self.filter = filter
        self.variants = variants
    }

    var rows: [Row] { [.filter, .limit, .budget, .concurrency] + variants.indices.map(Row.variant) + [.newVariant] }

    func text(_ row: Row) -> String {
        switch row {
        case .filter: filterText
        case .limit: "\(limit)"
        case .budget: budget.map { Self.dollars($0) } ?? ""
        case .concurrency: "\(concurrency)"
        case .variant(let index): variants.indices.contains(index) ? VariantText.text(variants[index]) : ""
        case .newVariant: ""
        }
    }

    /// What is shown where nothing is typed.
    func hint(_ row: Row) -> String {
        switch row {
        case .filter: "all calls of models"
        case .budget: "no limit"
        case .newVariant, .variant: "model=…, prompt=KEY@VERSION or KEY@draft, temperature=…, tools=off"
        default: ""
        }
    }

    /// So many cents as are meant, without noughts behind.
    private static func dollars(_ nano: Int64) -> String {
        var text = String(nano % 1_000_000_000 + 1_000_000_000).dropFirst()
        while text.last == "0" { text.removeLast() }
        return "\(nano / 1_000_000_000)" + (text.isEmpty ? "" : "." + text)
    }

    /// Takes what was typed; says what is wrong with it.
    mutating func set(_ row: Row, _ text: String, now: Timestamp, _ texts: VariantText) -> String? {
        switch row {
        case .filter:
            do {
                filter = try SpanFilterParser(now: now).parse(text)
                filterText = text
            } catch {
                return "column \(error.column + 1): \(error.reason)"
            }
        case .limit:
            guard let number = Int(text), (1...100_000).contains(number) else { return "a number from 1" }
            limit = number
        case .concurrency:
            guard let number = Int(text), (1...256).contains(number) else { return "a number from 1 to 256" }
            concurrency = number
        case .budget:
            guard !text.isEmpty else {
                budget = nil
                return nil
            }
            guard let number = Double(text), number > 0, number < 1e6 else {
                return "dollars, like 0.50; nothing for no limit"
            }
            budget = Int64((number * 1e9).rounded())
        case .variant(let index):
            guard variants.indices.contains(index) else { return nil }
            if text.isEmpty { variants.remove(at: index) } else { return take(text, texts) { $0.variants[index] = $1 } }
        case .newVariant:
            if !text.isEmpty { return take(text, texts) { $0.variants.append($1) } }
        }
        return nil
    }

    private mutating func take(
        _ text: String, _ texts: VariantText, _ put: (inout RunForm, CallVariant) -> Void
    ) -> String? {
        do throws(VariantText.Mistake) {
            put(&self, try texts.variant(text))
            return nil
        } catch {
            return error.description
        }
    }

    func order(named name: String) -> RunOrder {
        RunOrder(
            name: name, filter: filter, filterText: filterText, limit: limit, variants: variants, budget: budget,
            concurrency: concurrency)
    }
}

extension CallVariant.Prompt {
    /// The newest of a prompt's drafts; `nil` where none is being written.
    init?(latestDraftOf key: String, in drafts: [Draft]) {
        let own = drafts.filter { $0.kind == .prompt && UTF8Key($0.key) == UTF8Key(key) }
        guard let draft = own.max(by: { $0.savedAt < $1.savedAt }) else { return nil }
        self.init(key: key, label: "draft", system: draft[part: "system"] ?? "", user: draft[part: "user"] ?? "")
    }
}

extension VariantText {
    /// Variants with the prompts of the workspace and the drafts that are being written.
    init(_ workspace: WorkspaceSnapshot, _ drafts: [Draft]) {
        self.init { key, label throws(Mistake) in
            if label == "draft" {
                guard let draft = CallVariant.Prompt(latestDraftOf: key, in: drafts) else {
                    throw Mistake("there is no draft of \(key)")
                }
                return draft
            }
            guard let versions = workspace.prompts[key] else { throw Mistake("there is no prompt \(key)") }
            let version = label.flatMap { Int($0) }
            guard label == nil || version != nil, let record = version.map({ versions.records[$0] }) ?? versions.current
            else { throw Mistake("\(key) has no version \(label ?? "that is current")") }
            return CallVariant.Prompt(record)
        }
    }
}
