/// Who answers at which host.
package enum ProviderHosts {
    private static let hosts: [(suffix: String, provider: String)] = [
        ("api.openai.com", "openai"), ("openai.azure.com", "azure.ai.openai"),
        ("cognitiveservices.azure.com", "azure.ai.openai"), ("services.ai.azure.com", "azure.ai.inference"),
        ("models.ai.azure.com", "azure.ai.inference"), ("api.anthropic.com", "anthropic"),
        ("generativelanguage.googleapis.com", "gcp.gemini"), ("aiplatform.googleapis.com", "gcp.vertex_ai"),
        ("openrouter.ai", "openrouter"), ("api.deepseek.com", "deepseek"), ("api.groq.com", "groq"),
        ("api.mistral.ai", "mistral_ai"), ("api.x.ai", "x_ai"), ("api.perplexity.ai", "perplexity"),
        ("api.moonshot.ai", "moonshot_ai"), ("api.moonshot.cn", "moonshot_ai"), ("api.cohere.com", "cohere"),
        ("api.cohere.ai", "cohere"), ("api.together.xyz", "together"), ("api.together.ai", "together"),
        ("api.fireworks.ai", "fireworks"), ("api.cerebras.ai", "cerebras"), ("api.sambanova.ai", "sambanova"),
        ("api.deepinfra.com", "deepinfra"), ("router.huggingface.co", "huggingface"), ("ollama.com", "ollama"),
        ("dashscope.aliyuncs.com", "dashscope"), ("dashscope-intl.aliyuncs.com", "dashscope"),
        ("open.bigmodel.cn", "zhipu"), ("api.z.ai", "zhipu"), ("integrate.api.nvidia.com", "nvidia"),
        ("ai-gateway.vercel.sh", "vercel"), ("models.github.ai", "github"), ("api.githubcopilot.com", "github"),
        ("chatgpt.com", "openai"),
    ]

    /// The provider whose API answers at that host; `nil` where the name does not tell.
    package static func provider(host: String) -> String? {
        let known = hosts.first { entry in
            host == entry.suffix || host.hasSuffix("." + entry.suffix) || host.hasSuffix("-" + entry.suffix)
        }
        if let known { return known.provider }
        if host.hasPrefix("bedrock"), host.hasSuffix(".amazonaws.com") || host.hasSuffix(".amazonaws.com.cn") {
            return "aws.bedrock"
        }
        // A service of one's own is often named by what runs there.
        let labels = host.split(whereSeparator: { $0 == "." || $0 == "-" || $0 == "_" })
        return ["ollama", "vllm", "litellm", "openrouter", "llamacpp", "lmstudio", "sglang"].first {
            labels.contains(Substring($0))
        }
    }
}
