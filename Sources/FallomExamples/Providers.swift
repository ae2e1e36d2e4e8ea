import Fallom

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Clients of the three APIs: real ones where their key is in the environment, else towards `FAKE_LLM_URL`.
struct Providers: Sendable {
    let openAI: OpenAIClient
    let azure: OpenAIClient
    /// For calls made by hand.
    let chatURL: String
    let openAIKey: String
    let anthropic: AnthropicClient
    let google: GoogleAIClient

    init() {
        func variable(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }
        let double = variable("FAKE_LLM_URL") ?? "http://127.0.0.1:18801"
        openAIKey = variable("OPENAI_API_KEY") ?? "none"
        let base = variable("OPENAI_API_KEY") == nil ? double + "/v1" : "https://api.openai.com/v1"
        chatURL = base + "/chat/completions"
        azure = OpenAIClient(
            azureEndpoint: variable("AZURE_OPENAI_ENDPOINT") ?? double,
            deployment: variable("AZURE_OPENAI_DEPLOYMENT") ?? "gpt-4o-mini",
            apiVersion: variable("OPENAI_API_VERSION") ?? "2024-10-21",
            apiKey: variable("AZURE_OPENAI_API_KEY") ?? "none"
        )
        openAI =
            variable("OPENAI_API_KEY").map { OpenAIClient(apiKey: $0) }
            ?? OpenAIClient(apiKey: "none", baseURL: double + "/v1")
        anthropic =
            variable("ANTHROPIC_API_KEY").map { AnthropicClient(apiKey: $0) }
            ?? AnthropicClient(apiKey: "none", baseURL: double)
        google =
            variable("GOOGLE_API_KEY").map { GoogleAIClient(apiKey: $0) }
            ?? GoogleAIClient(apiKey: "none", baseURL: double + "/v1beta")
    }
}
