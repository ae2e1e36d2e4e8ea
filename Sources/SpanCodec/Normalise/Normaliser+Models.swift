import OrderedJSON
import TraceModel

extension Normaliser {
    /// Models, provider and response id (§2.3, D6, D7). The status must be known: a record's own model is no answer
    /// when the call failed.
    mutating func models(into span: inout Span) {
        let names = facts.vocabulary.models
        let own = recordModel()
        let shared = facts.firstString(names.requestRest) ?? genkitModel(names)
        span.requestModel = facts.firstString(names.requestFirst) ?? raw.requestModel ?? shared ?? own
        span.responseModel = facts.firstString(names.responseFirst) ?? raw.responseModel
        if span.responseModel == nil {
            span.responseModel = (span.status == .error ? nil : own) ?? facts.firstString(names.responseRest)
        }
        if span.requestModel == nil, facts.has(names.invocationParameters) {
            span.requestModel = invocationParameter("model").flatMap { $0.string }
        }
        span.responseID = facts.firstString(names.responseID) ?? raw.responseID
        span.provider = provider(names)
    }

    /// The record's `model`, which may be `unknown`.
    private mutating func recordModel() -> String? {
        guard let text = facts.filledText(record[.model]), !text.equals("unknown") else { return nil }
        return String(decoding: text, as: UTF8.self)
    }

    /// Genkit names a model's action like the model.
    private mutating func genkitModel(_ names: ModelNames) -> String? {
        let subtype = facts.vocabulary.kinds.genkitSubtype
        guard facts.has(names.genkitName),
            said(subtype, KindWords.genkit) == .llm || said(subtype, KindWords.genkit) == .embedding
        else { return nil }
        return facts.string(facts.value(names.genkitName))
    }

    /// A member of OpenInference's `llm.invocation_parameters`.
    mutating func invocationParameter(_ name: String) -> JSONValue? {
        guard let text = facts.filledText(facts.value(facts.vocabulary.models.invocationParameters)) else { return nil }
        return (try? JSONValue(parsing: text, maxDepth: 128, allowsLoneSurrogates: true))?[name]
    }

    private mutating func provider(_ names: ModelNames) -> String? {
        if facts.present.intersects(names.provider.set) {
            for id in names.provider.order where facts.has(id) {
                if let word = facts.bareString(facts.value(id)), let provider = ProviderName.canonical(word) {
                    return provider
                }
            }
        }
        if let url = facts.firstString(names.providerURL) { return ProviderName.ofURL(url) }
        guard let model = genkitModel(names), let slash = model.firstIndex(of: "/") else { return nil }
        return ProviderName.canonical(String(model[..<slash]))
    }
}

/// Folds a vendor's name to the one the conventions use.
enum ProviderName {
    private static let aliases: [String: String] = [
        "az.ai.openai": "azure.ai.openai", "az.ai.inference": "azure.ai.inference", "azure": "azure.ai.openai",
        "azure-openai": "azure.ai.openai", "azure_openai": "azure.ai.openai", "xai": "x_ai", "grok": "x_ai",
        "vertex_ai": "gcp.vertex_ai", "vertexai": "gcp.vertex_ai", "vertex": "gcp.vertex_ai",
        "google.vertex": "gcp.vertex_ai", "google-vertex": "gcp.vertex_ai", "google_vertexai": "gcp.vertex_ai",
        "gemini": "gcp.gemini", "google.generative-ai": "gcp.gemini", "google_genai": "gcp.gemini",
        "googleai": "gcp.gemini", "google-genai": "gcp.gemini",
        "google": "gcp.gen_ai", "mistralai": "mistral_ai", "mistral": "mistral_ai", "aws": "aws.bedrock",
        "bedrock": "aws.bedrock", "amazon-bedrock": "aws.bedrock", "amazon_bedrock": "aws.bedrock",
        "watsonx": "ibm.watsonx.ai", "moonshot": "moonshot_ai", "moonshotai": "moonshot_ai",
    ]
    private static let canonicalNames: Set<String> = [
        "openai", "anthropic", "cohere", "aws.bedrock", "azure.ai.openai", "azure.ai.inference", "gcp.gemini",
        "gcp.vertex_ai", "gcp.gen_ai", "ibm.watsonx.ai", "perplexity", "x_ai", "deepseek", "groq", "mistral_ai",
        "moonshot_ai",
    ]
    /// Frameworks that name themselves where the vendor belongs.
    private static let frameworks: Set<String> = [
        "gcp.vertex.agent", "mastra", "langchain", "crewai", "strands-agents", "strands", "spring_ai",
    ]

    /// The canonical name; `nil` for a framework, and the word itself, lower-cased, when no rule knows it.
    static func canonical(_ word: String) -> String? {
        // The spellings that nearly every span has need no look-up.
        if word == "openai" || word == "anthropic" { return word }
        let lower = word.lowercased()
        if frameworks.contains(lower) || lower.isEmpty { return nil }
        if let alias = aliases[lower] { return alias }
        if canonicalNames.contains(lower) { return lower }
        // The AI SDK says `openai.chat`, `google.vertex.chat`, `amazon-bedrock`: what follows the vendor is cut off.
        for prefix in ["google.vertex", "google.generative-ai"] where lower.hasPrefix(prefix) { return aliases[prefix] }
        guard let dot = lower.firstIndex(of: ".") else { return lower }
        let head = String(lower[..<dot])
        return head.isEmpty ? lower : aliases[head] ?? head
    }

    /// The vendor whose public API that URL belongs to.
    static func ofURL(_ url: String) -> String? {
        let hosts = [
            ("openrouter.ai", "openrouter"), ("api.openai.com", "openai"), ("openai.azure.com", "azure.ai.openai"),
            ("api.anthropic.com", "anthropic"), ("generativelanguage.googleapis.com", "gcp.gemini"),
            ("aiplatform.googleapis.com", "gcp.vertex_ai"), ("api.mistral.ai", "mistral_ai"),
            ("api.groq.com", "groq"), ("api.x.ai", "x_ai"), ("api.deepseek.com", "deepseek"),
            ("api.perplexity.ai", "perplexity"), ("api.cohere", "cohere"), ("bedrock", "aws.bedrock"),
        ]
        var url = url
        return url.withUTF8 { bytes in
            let bytes = UnsafeRawBufferPointer(bytes)
            return hosts.first { host in host.0.utf8.count <= bytes.count && contains(bytes, host.0) }?.1
        }
    }

    private static func contains(_ bytes: UnsafeRawBufferPointer, _ needle: String) -> Bool {
        let needle = Array(needle.utf8)
        guard needle.count <= bytes.count else { return false }
        return (0...bytes.count - needle.count).contains { start in
            needle.indices.allSatisfy { bytes[start + $0] == needle[$0] }
        }
    }
}
