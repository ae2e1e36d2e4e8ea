/// The names under which providers are told in traces, beside those of the price table itself: the semantic conventions'
/// `gen_ai.provider.name` and `gen_ai.system` of all versions, the AI SDK's, OpenInference's and LiteLLM's.
public enum ProviderNames {
    private static let ids: [String: String] = [
        "anthropic_vertex": "anthropic", "vertex_anthropic": "anthropic", "claude": "anthropic",
        "aws.bedrock": "aws", "aws_bedrock": "aws", "bedrock": "aws", "bedrock_converse": "aws",
        "amazon-bedrock": "aws", "amazon_bedrock": "aws", "amazon": "aws",
        "az.ai.inference": "azure", "az.ai.openai": "azure", "azure.ai.inference": "azure", "azure.ai.openai": "azure",
        "azure_openai": "azure", "azure-openai": "azure", "azure_ai": "azure", "azure.openai": "azure",
        "cohere_chat": "cohere", "deep_seek": "deepseek", "fireworks_ai": "fireworks", "fireworks-ai": "fireworks",
        "gcp.gemini": "google", "gcp.gen_ai": "google", "gcp.vertex_ai": "google", "gemini": "google",
        "google_genai": "google", "google-genai": "google", "google.generative-ai": "google", "google-vertex": "google",
        "google.vertex": "google", "vertex_ai": "google", "vertexai": "google", "vertex": "google",
        "google_vertexai": "google", "google_ai": "google",
        "meta_llama": "meta", "mistral_ai": "mistral", "mistralai": "mistral",
        "moonshot_ai": "moonshotai", "moonshot": "moonshotai", "kimi": "moonshotai",
        "openai_responses": "openai", "openai-responses": "openai", "text-completion-openai": "openai",
        "open_router": "openrouter", "together": "together", "together-ai": "together", "together_ai": "together",
        "togetherai": "together", "perplexity_ai": "perplexity",
        "x_ai": "x-ai", "xai": "x-ai", "x.ai": "x-ai", "grok": "x-ai", "z_ai": "zai", "z.ai": "zai", "z-ai": "zai",
    ]

    /// Servers of the user's own machines: their models have no price, whatever they are called.
    private static let local: Set<String> = [
        "ollama", "ollama_chat", "lmstudio", "lm_studio", "lm-studio", "vllm", "hosted_vllm", "llama.cpp", "llama_cpp",
        "llamacpp", "llamafile", "localai", "local", "sglang", "mlx", "text-generation-inference", "tgi", "docker",
    ]

    /// The table's id for such a name, in small letters; the part before a dot counts where the whole is not known
    /// (`openai.chat`, `anthropic.messages`).
    static func id(of name: String) -> String? {
        if let id = ids[name] { return id }
        guard let dot = name.firstIndex(of: ".") else { return nil }
        return ids[String(name[..<dot])]
    }

    /// Whether the provider is a server of one's own.
    static func isLocal(_ name: String) -> Bool {
        local.contains(name.lowercased())
    }
}
