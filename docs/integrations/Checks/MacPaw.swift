// What MacPawClient needs of MacPaw/OpenAI, declared by us with its names and types, so that it compiles here. In an app the library
// itself is imported.

/// Where the client sends to.
struct Configuration: Sendable {
    var token: String?
    var host = "api.openai.com"
    var port = 443
    var scheme = "https"
    var basePath = "/v1"
}

struct ChatQuery: Codable, Sendable {
    struct Message: Codable, Sendable {
        var role: String
        var content: String
    }
    var messages: [Message]
    var model: String
}

struct ChatResult: Codable, Sendable {
    struct Choice: Codable, Sendable {
        struct Message: Codable, Sendable {
            var role: String
            var content: String?
        }
        var index: Int?
        var message: Message
        var finish_reason: String?
    }
    var id: String
    var model: String
    var choices: [Choice]
    var usage: Usage?
}

struct Usage: Codable, Sendable {
    struct Details: Codable, Sendable {
        var cached_tokens: Int?
        var reasoning_tokens: Int?
    }
    var prompt_tokens: Int
    var completion_tokens: Int
    var total_tokens: Int
    var prompt_tokens_details: Details?
    var completion_tokens_details: Details?
}

struct ChatStreamResult: Codable, Sendable {
    struct Choice: Codable, Sendable {
        struct Delta: Codable, Sendable { var content: String? }
        var index: Int
        var delta: Delta
        var finish_reason: String?
    }
    var id: String?
    var model: String?
    var choices: [Choice]
    var usage: Usage?
}
