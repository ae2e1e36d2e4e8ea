import Assignment
import Experiments
import Prompts
import TraceModel
import WorkspaceModel

/// What is asked differently, as a form: a row for each thing, with what can be chosen.
struct TryForm: Sendable {
    /// A row.
    enum Field: Int, CaseIterable, Hashable, Sendable {
        case prompt, model, provider, temperature, tools

        var label: String {
            switch self {
            case .prompt: "prompt"
            case .model: "model"
            case .provider: "provider"
            case .temperature: "temperature"
            case .tools: "tools"
            }
        }

        /// Whether anything can be typed there.
        var isTyped: Bool { self == .model || self == .provider || self == .temperature }
    }

    private(set) var variant = CallVariant()
    private(set) var prompts: [CallVariant.Prompt] = []
    private(set) var models: [String] = []
    private static let providers = ["openai", "anthropic", "google", "openrouter", "ollama"]
    private static let temperatures = [0, 0.2, 0.5, 0.7, 1]

    init(_ variant: CallVariant = CallVariant()) {
        self.variant = variant
    }

    /// What can be chosen: the versions of the call's prompt, its draft first, or all prompts where it names none; the
    /// models that configs give out.
    mutating func offer(_ span: Span, _ workspace: WorkspaceSnapshot, _ drafts: [Draft]) {
        let keys = span.promptKey.map { [$0] } ?? workspace.prompts.keys
        prompts = keys.flatMap { key -> [CallVariant.Prompt] in
            let saved = workspace.prompts[key]
            let versions =
                span.promptKey == nil ? [saved?.currentVersion].compactMap(\.self) : saved?.ascending.reversed() ?? []
            return [CallVariant.Prompt(latestDraftOf: key, in: drafts)].compactMap(\.self)
                + versions.compactMap { saved?.records[$0] }.map { CallVariant.Prompt($0) }
        }
        // A draft that was changed meanwhile is what is tried.
        if let chosen = variant.prompt, chosen.label == "draft" {
            variant.prompt = prompts.first { $0.key == chosen.key && $0.label == "draft" } ?? chosen
        }
        var names: [String] = []
        for key in workspace.configs.keys {
            for variant in workspace.configs[key]?.current?.variants ?? [] {
                if let model = variant.model, !names.contains(model) { names.append(model) }
            }
        }
        models = names.filter { $0 != span.requestModel }
    }

    /// Goes to the choice before or after.
    mutating func step(_ field: Field, _ step: Int) {
        switch field {
        case .prompt: variant.prompt = Self.next(variant.prompt, in: prompts, step)
        case .model: variant.model = Self.next(variant.model, in: models, step)
        case .provider: variant.provider = Self.next(variant.provider, in: Self.providers, step)
        case .temperature: variant.temperature = Self.next(variant.temperature, in: Self.temperatures, step)
        case .tools:
            let all = CallVariant.Tools.allCases
            let index = all.firstIndex(of: variant.tools) ?? 0
            variant.tools = all[(index + step + all.count) % all.count]
        }
    }

    /// The choice beside a value, `nil` (as recorded) among them.
    private static func next<Value: Equatable>(_ value: Value?, in values: [Value], _ step: Int) -> Value? {
        let all: [Value?] = [nil] + values
        let index = all.firstIndex { $0 == value } ?? 0
        return all[(index + step + all.count) % all.count]
    }

    /// Takes what was typed; an empty text is as recorded. Says what is wrong with it.
    mutating func set(_ field: Field, _ text: String) -> String? {
        let value = text.isEmpty ? nil : text
        switch field {
        case .model: variant.model = value
        case .provider: variant.provider = value
        case .temperature:
            guard let value else {
                variant.temperature = nil
                return nil
            }
            guard let number = Double(value), (0...2).contains(number) else {
                return "0 to 2, or nothing for as recorded"
            }
            variant.temperature = number
        case .prompt, .tools: break
        }
        return nil
    }

    /// What is chosen, for people; `nil` for what is as recorded.
    func text(_ field: Field) -> String? {
        switch field {
        case .prompt: variant.prompt.map { "\($0.key)@\($0.label)" }
        case .model: variant.model
        case .provider: variant.provider
        case .temperature: variant.temperature.map { $0 == $0.rounded() ? String(Int($0)) : "\($0)" }
        case .tools: variant.tools == .offered ? nil : variant.tools.rawValue
        }
    }

    /// What was recorded, for people.
    static func recorded(_ field: Field, _ span: Span) -> String {
        switch field {
        case .prompt: span.promptKey.map { $0 + (span.promptVersion.map { "@" + $0 } ?? "") } ?? "the text as sent"
        case .model: span.requestModel ?? span.responseModel ?? "unknown"
        case .provider: span.provider ?? "by the model"
        case .temperature: "as recorded"
        case .tools: "offered"
        }
    }
}
