import OrderedJSON
import Prompts

/// A variant as it is typed: `model=gpt-4o-mini,prompt=support@8,temperature=0.2,tools=off,provider=openai,var.tone=warm`.
public struct VariantText: Sendable {
    /// What is wrong with a text.
    public struct Mistake: Error, Hashable, CustomStringConvertible {
        /// For people.
        public let description: String

        /// Makes one.
        public init(_ description: String) {
            self.description = description
        }
    }

    /// How one is written.
    public static let form =
        "model=NAME,prompt=KEY@VERSION,temperature=N,provider=NAME,tools=off|answered,var.NAME=TEXT"

    private let prompt: @Sendable (String, String?) throws(Mistake) -> CallVariant.Prompt

    /// - Parameter prompt: gives a prompt by its key and its version, `draft`, or `nil` for the current one.
    public init(prompt: @escaping @Sendable (String, String?) throws(Mistake) -> CallVariant.Prompt) {
        self.prompt = prompt
    }

    /// Reads one.
    public func variant(_ text: String) throws(Mistake) -> CallVariant {
        var variant = CallVariant()
        for part in text.split(separator: ",") {
            guard let sign = part.firstIndex(of: "=") else { throw Mistake("'\(part)' has no '='") }
            let value = String(part[part.index(after: sign)...])
            try set(String(part[..<sign].filter { $0 != " " }), value, in: &variant)
        }
        return variant
    }

    private func set(_ name: String, _ value: String, in variant: inout CallVariant) throws(Mistake) {
        guard !value.isEmpty else { throw Mistake("\(name) has no value") }
        switch name {
        case "model": variant.model = value
        case "provider": variant.provider = value
        case "prompt": variant.prompt = try prompt(named: value)
        case "temperature":
            guard let number = Double(value), (0...2).contains(number) else {
                throw Mistake("temperature must be 0 to 2, not '\(value)'")
            }
            variant.temperature = number
        case "tools":
            guard let tools = CallVariant.Tools(rawValue: value) else {
                throw Mistake("tools must be offered, off or answered, not '\(value)'")
            }
            variant.tools = tools
        case let name where name.hasPrefix("var.") && name.count > 4:
            variant.variables[String(name.dropFirst(4))] = .string(value)
        default: throw Mistake("a variant has no '\(name)'")
        }
    }

    /// `KEY`, `KEY@VERSION` or `KEY@draft`.
    public func prompt(named text: String) throws(Mistake) -> CallVariant.Prompt {
        guard let at = text.lastIndex(of: "@") else { return try prompt(text, nil) }
        return try prompt(String(text[..<at]), String(text[text.index(after: at)...]))
    }

    /// How a variant is written; templates by their key.
    public static func text(_ variant: CallVariant) -> String {
        var parts: [String] = []
        if let model = variant.model { parts.append("model=" + model) }
        if let provider = variant.provider { parts.append("provider=" + provider) }
        if let prompt = variant.prompt { parts.append("prompt=\(prompt.key)@\(prompt.label)") }
        if let temperature = variant.temperature { parts.append("temperature=\(temperature)") }
        if variant.tools != .offered { parts.append("tools=" + variant.tools.rawValue) }
        parts += variant.variables.entries.map { "var.\($0.name)=" + ($0.value.string ?? $0.value.compactText) }
        return parts.joined(separator: ",")
    }
}
