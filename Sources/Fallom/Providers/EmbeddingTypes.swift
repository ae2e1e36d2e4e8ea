import OrderedJSON
import ProviderCalls

/// A request of OpenAI's embeddings, and of what is compatible with them.
public struct EmbeddingRequest: TraceableJSON, Hashable {
    /// The request's JSON.
    public var json: JSON

    /// Takes the request's JSON.
    public init(_ json: JSON) { self.json = json }

    /// Makes a request.
    ///
    /// - Parameters:
    ///   - input: the texts.
    ///   - dimensions: how many numbers each is to have, where the model lets one choose.
    ///   - parameters: everything else by its name in the API.
    public init(
        model: String, input: [String], dimensions: Int? = nil, parameters: [String: (any JSONConvertible)?] = [:]
    ) {
        var made = ObjectBuilder()
        made.add("model", model)
        made.add("input", input.jsonValue)
        made.add("dimensions", dimensions.map { .number($0) })
        json = JSON(made.object.setting(parameters))
    }

    /// The request itself.
    public var traceableJSON: JSON? { json }
}

/// A request of Google's embeddings, `batchEmbedContents`.
public struct GoogleEmbeddingRequest: TraceableJSON, Hashable {
    /// The request's JSON. The client puts the model's name into each of its requests.
    public var json: JSON

    /// Takes the request's JSON.
    public init(_ json: JSON) { self.json = json }

    /// Makes a request.
    ///
    /// - Parameters:
    ///   - input: the texts.
    ///   - dimensions: how many numbers each is to have.
    ///   - taskType: what they are for, as in `RETRIEVAL_QUERY`.
    public init(input: [String], dimensions: Int? = nil, taskType: String? = nil) {
        let requests = input.map { text -> JSONValue in
            var made = ObjectBuilder()
            made.add("content", ["parts": [["text": .string(text)]]])
            made.add("outputDimensionality", dimensions.map { .number($0) })
            made.add("taskType", taskType)
            return made.object
        }
        json = JSON(["requests": .array(requests)] as JSONValue)
    }

    /// The request itself.
    public var traceableJSON: JSON? { json }
}

/// Embeddings, OpenAI's or Google's.
public struct EmbeddingAnswer: TraceableJSON, Hashable {
    /// The answer as it came.
    public var json: JSON

    /// Takes an answer.
    public init(_ json: JSON) { self.json = json }

    /// The answer itself.
    public var traceableJSON: JSON? { json }

    /// The numbers of each text, in the order of the texts.
    public var vectors: [[Float]] {
        func numbers(_ vector: JSONValue?) -> [Float] { (vector?.array ?? []).map { Float($0.double ?? .nan) } }
        let json = json.value
        if let data = json["data"]?.array {
            let ordered = data.enumerated().sorted {
                ($0.element["index"]?.int ?? $0.offset) < ($1.element["index"]?.int ?? $1.offset)
            }
            return ordered.map { numbers($0.element["embedding"]) }
        }
        return (json["embeddings"]?.array ?? []).map { numbers($0["values"]) }
    }

    /// The model that answered, where the provider says so.
    public var model: String? { json["model"]?.string }

    /// Tokens and cost, as far as the provider tells.
    public var usage: ModelUsage {
        ModelUsage(CallDialect.openAIEmbeddings.capture(request: nil, response: json.value))
    }
}
