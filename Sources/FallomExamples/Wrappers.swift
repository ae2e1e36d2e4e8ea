import AsyncHTTPClient
import Fallom
import FallomAsyncHTTPClient
import NIOCore
import NIOHTTP1
import OrderedJSON

let openAIExample = Example(name: "openai") { _, session, providers in
    let openAI = session.wrapOpenAI(providers.openAI)
    let answer = try await openAI.chat.completions.create(
        ChatRequest(model: "gpt-4o-mini", messages: [.user("Say hello in one word.")]))
    return answer.text
}

let openAIStreamExample = Example(name: "openai-stream") { _, session, providers in
    let openAI = session.wrapOpenAI(providers.openAI)
    var text = ""
    let chunks = try await openAI.chat.completions.stream(
        ChatRequest(
            model: "gpt-4o-mini", messages: [.user("Count to five.")],
            parameters: ["stream_options": ["include_usage": true]]))
    for try await chunk in chunks { text += chunk.text ?? "" }
    return text
}

let responsesExample = Example(name: "responses") { _, session, providers in
    let openAI = session.wrapOpenAI(providers.openAI)
    return try await openAI.responses.create(ResponseRequest(model: "gpt-4o-mini", input: "Say hello.")).text
}

let azureExample = Example(name: "azure") { _, session, providers in
    let openAI = session.wrapOpenAI(providers.azure)
    let answer = try await openAI.chat.completions.create(
        ChatRequest(model: "gpt-4o-mini", messages: [.user("Say hello.")]))
    return answer.text
}

let anthropicExample = Example(name: "anthropic") { _, session, providers in
    let anthropic = session.wrapAnthropic(providers.anthropic)
    let answer = try await anthropic.messages.create(
        MessagesRequest(model: "claude-3-5-sonnet-20241022", maxTokens: 100, messages: [("user", "Say hello.")]))
    return answer.text
}

let googleExample = Example(name: "google") { _, session, providers in
    let model = session.wrapGoogleAI(providers.google.generativeModel("gemini-2.0-flash"))
    return try await model.generateContent("Say hello.").text
}

let weather = Tool(
    "get_weather", description: "The weather of a city.",
    parameters: ["type": "object", "properties": ["city": ["type": "string"]], "required": ["city"]]
) { arguments in ["city": arguments["city"] ?? "?", "degrees": 21] }

let toolsExample = Example(name: "tools") { _, session, providers in
    let ai = session.wrapAISDK()
    let result = try await ai.generateText(
        model: providers.openAI.languageModel("gpt-4o-mini"), prompt: "How warm is it in Paris?", tools: [weather],
        maxSteps: 4)
    return "\(result.text) (\(result.steps.count) steps)"
}

let textStreamExample = Example(name: "text-stream") { _, session, providers in
    let ai = session.wrapAISDK()
    let stream = try await ai.streamText(
        model: providers.anthropic.languageModel("claude-3-5-sonnet-20241022"), prompt: "Two words.")
    var text = ""
    for try await piece in stream.text { text += piece }
    return text
}

struct Verdict: Codable, Sendable { var score: Double }

let verdictSchema = NamedSchema(
    name: "verdict",
    schema: ["type": "object", "properties": ["score": ["type": "number"]], "required": ["score"]])

let objectExample = Example(name: "object") { _, session, providers in
    let result = try await session.wrapAISDK().generateObject(
        Verdict.self, model: providers.openAI.languageModel("gpt-4o-mini"),
        prompt: "Judge this sentence from 0 to 1. [json]", schema: verdictSchema)
    return "\(result.object.score)"
}

let objectStreamExample = Example(name: "object-stream") { _, session, providers in
    let states = try await session.wrapAISDK().streamObject(
        model: providers.openAI.languageModel("gpt-4o-mini"), prompt: "Judge this sentence from 0 to 1. [json]",
        schema: verdictSchema)
    var last: JSON = .null
    for try await state in states { last = state }
    return last.compactText
}

let modelExample = Example(name: "trace-model") { _, session, providers in
    let model = session.traceModel(providers.google.languageModel("gemini-2.0-flash"))
    return try await model.generate(ModelCall(messages: [.user("Say hello.")])).text
}

struct WeatherAgent: Agent {
    let session: Session
    let model: any LanguageModel
    var name: String { "weather" }

    func generate(_ input: String) async throws -> TextResult {
        try await session.wrapAISDK().generateText(model: model, prompt: input, tools: [weather], maxSteps: 4)
    }
}

let agentExample = Example(name: "agent") { _, session, providers in
    let agent = session.wrapMastraAgent(
        WeatherAgent(session: session, model: providers.openAI.languageModel("gpt-4o-mini")))
    return try await agent.generate("Do I need a coat in Paris?").text
}

let spanExample = Example(name: "span") { _, session, _ in
    let fetch = session.wrapTraced("fetch", kind: .retrieval) { (query: String) in [query, "a document"] }
    return try await session.span("answer", attributes: ["rag.topK": 2]) { span throws(any Error) in
        let documents = try await fetch("coats")
        span.set("documents", .number(documents.count))
        return documents.joined(separator: ", ")
    }
}

let assignmentExample = Example(name: "assignment") { fallom, session, _ in
    let model = try await session.getModel(fallback: "gpt-4o-mini", context: ["plan": "enterprise"])
    let reason = try await fallom.models.assignment("examples", sessionID: "s", fallback: model).reason
    return "\(model) (\(reason))"
}

let promptExample = Example(name: "prompt") { _, session, providers in
    let prompt = try await session.getPrompt("onboarding", variables: ["userName": "John", "company": "Acme"])
    let answer = try await session.wrapOpenAI(providers.openAI).chat.completions.create(
        ChatRequest(model: "gpt-4o-mini", messages: [.system(prompt.system), .user(prompt.user)]))
    return answer.text
}

/// A call made by hand: the client is the one line that changes.
let httpExample = Example(name: "http") { _, session, providers in
    let client = session.traced(HTTPClient.shared)
    var request = HTTPClientRequest(url: providers.chatURL)
    request.method = .POST
    request.headers.add(name: "Content-Type", value: "application/json")
    request.headers.add(name: "Authorization", value: "Bearer \(providers.openAIKey)")
    let body: JSON = ["model": "gpt-4o-mini", "messages": [["role": "user", "content": "Say hello."]]]
    request.body = .bytes(ByteBuffer(bytes: body.compactBytes))
    let response = try await client.execute(request, timeout: .seconds(60))
    let answer = try await response.body.collect(upTo: 1 << 20)
    return String(buffer: answer)
}
