package import Assignment
import OrderedJSON
package import Prompts

/// A prompt A/B test that is being changed.
package typealias ABTestDraft = RecordDraft<PromptABTest>

extension ABTestDraft {
    /// A first version: the prompt's current version against the one before it, half and half.
    package init?(new key: String, prompt: VersionCatalog<PromptRecord>.Versions?) {
        let empty = JSONValue.object([
            "key": .string(key), "version": .number(0), "variants": .array([JSONValue]()),
        ])
        guard let base = try? PromptABTest(record: empty) else { return nil }
        let current = prompt?.currentVersion
        let before = prompt?.ascending.last { $0 != current }
        let versions = [before, current].compactMap { $0 }
        let variants = versions.map { version in
            Self.variant(prompt?.key ?? "", version, weight: versions.count == 2 ? 50 : 100)
        }
        self.init(base, record: empty.setting("variants", .array(variants)))
    }

    private static func variant(_ key: String, _ version: Int?, weight: Int) -> JSONValue {
        .object([
            "prompt_key": .string(key), "prompt_version": version.map { .number($0) } ?? .null,
            "weight": .number(weight),
        ])
    }

    package mutating func setPrompt(ofVariant index: Int, to pin: PromptPin) {
        changeVariant(index) {
            $0.setting("prompt_key", .string(pin.key))
                .setting("prompt_version", pin.version.map { .number($0) } ?? .null)
        }
    }

    package mutating func addVariant(_ pin: PromptPin) {
        let variants = record["variants"]?.array ?? []
        change(
            to: record.setting("variants", .array(variants + [Self.variant(pin.key, pin.version, weight: 0)])))
    }

    package mutating func removeVariant(_ index: Int) {
        guard var variants = record["variants"]?.array, variants.indices.contains(index) else { return }
        variants.remove(at: index)
        change(to: record.setting("variants", .array(variants)))
    }
}

/// A prompt and perhaps one of its versions, as a person types it: `onboarding@7`, or `onboarding` for whichever version
/// is current.
package struct PromptPin: Hashable {
    package let key: String
    package let version: Int?

    /// Why a text names no prompt.
    package struct Mistake: Error {
        package let message: String
    }

    package init(_ text: String, in prompts: VersionCatalog<PromptRecord>) throws(Mistake) {
        let parts = text.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
        let key = String(parts.first ?? "")
        guard let versions = prompts[key] else {
            let known = prompts.keys.prefix(6).joined(separator: ", ")
            throw Mistake(message: key.isEmpty ? "which prompt? \(known)" : "no prompt '\(key)'; there is \(known)")
        }
        self.key = key
        guard parts.count == 2 else {
            version = nil
            return
        }
        guard let number = Int(parts[1]), versions.records[number] != nil else {
            let known = versions.ascending.suffix(8).map(String.init).joined(separator: ", ")
            throw Mistake(message: "no version '\(parts[1])' of \(key); there is \(known)")
        }
        version = number
    }

    package init(key: String, version: Int?) {
        self.key = key
        self.version = version
    }
}
