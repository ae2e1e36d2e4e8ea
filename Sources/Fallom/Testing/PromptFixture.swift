import OrderedJSON
import Prompts

/// A managed prompt that a test says, for ``FallomClient/testing(assignments:prompts:abTests:exchanges:captureContent:change:)``.
public struct PromptFixture: Hashable, Sendable {
    /// Its key.
    public var key: String
    /// Its version.
    public var version: Int
    /// The template of its instructions, placeholders as `{{name}}`.
    public var system: String
    /// The template of its user message.
    public var user: String

    /// Makes a prompt.
    public init(_ key: String, version: Int = 1, system: String = "", user: String = "") {
        self.key = key
        self.version = version
        self.system = system
        self.user = user
    }

    /// The record as the service gives it.
    var record: JSONValue {
        PromptRecord(key: key, version: version, systemPrompt: system, userTemplate: user).record
    }
}

/// An A/B test of prompts that a test says.
public struct PromptABFixture: Hashable, Sendable {
    /// One of the prompts.
    public struct Variant: Hashable, Sendable {
        /// The prompt's key.
        public var prompt: String
        /// Its version; `nil` for the current one.
        public var version: Int?
        /// How much of the traffic it takes, in percent.
        public var weight: Double

        /// Makes a variant.
        public init(_ prompt: String, version: Int? = nil, weight: Double) {
            self.prompt = prompt
            self.version = version
            self.weight = weight
        }
    }

    /// Its key.
    public var key: String
    /// Its version.
    public var version: Int
    /// The variants in their order.
    public var variants: [Variant]

    /// Makes a test.
    public init(_ key: String, version: Int = 1, variants: [Variant]) {
        self.key = key
        self.version = version
        self.variants = variants
    }

    /// The record as the service gives it.
    var record: JSONValue {
        let variants = self.variants.map { variant -> JSONValue in
            let made: JSONValue = ["prompt_key": .string(variant.prompt), "weight": .number(variant.weight)]
            return variant.version.map { made.setting("prompt_version", .number($0)) } ?? made
        }
        return ["key": .string(key), "version": .number(version), "variants": .array(variants)]
    }
}
