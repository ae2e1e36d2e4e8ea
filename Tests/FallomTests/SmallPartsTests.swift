import Fallom
import Testing

@Suite struct RequestURLTests {
    @Test func `Azure has its own address and header`() async throws {
        let client = OpenAIClient(
            azureEndpoint: PythonServer.backend.url + "/ok", deployment: "my gpt", apiVersion: "2024-10-21",
            apiKey: "az")
        _ = try? await client.createChatCompletion(Requests.chat(.plain))
        #expect(client.endpoint.provider == "azure.ai.openai")
    }

    @Test(arguments: [
        ("https://api.openai.com/v1", "openai"), ("https://my.openai.azure.com", "azure.ai.openai"),
        ("https://openrouter.ai/api/v1", "openrouter"),
        ("https://us-central1-aiplatform.googleapis.com/v1", "gcp.vertex_ai"),
        ("http://localhost:8080/v1", nil),
    ]) func `a provider is known by its host`(url: String, provider: String?) {
        #expect(TracedEndpoint(baseURL: url).provider == provider)
    }
}
