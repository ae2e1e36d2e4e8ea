/// Which names say that their value is a secret: `password`, `client_secret`, `x-api-key`, `http.request.header.cookie`.
enum SecretName {
    /// How much the name alone says.
    enum Secrecy: Sendable {
        /// Whatever the value is, it is a secret.
        case certain
        /// The value is one if it looks like one: a `token` may also be a word of a model's answer.
        case likely
        /// As certain, and the name is that of a header, whose value may begin with a scheme or be a list.
        case header
    }

    /// What the name says about its value; `nil` when it is no secret's name.
    ///
    /// A name is read word by word (`clientSecret`, `client_secret`, `CLIENT-SECRET` are the same two words). What follows
    /// tells a secret from what is said about one: `token_count`, `password_policy`, `secretName`.
    static func secrecy(_ name: UnsafeRawBufferPointer) -> Secrecy? {
        var words = NameWords(name)
        var previous = ""
        var found: Secrecy?
        while let word = words.next() {
            if found != nil, aspects.contains(word) { found = nil }
            if let secrecy = secrecy(of: word, after: previous) { found = secrecy }
            previous = word
        }
        return found
    }

    private static func secrecy(of word: String, after previous: String) -> Secrecy? {
        if word.hasSuffix("token") { return tokenSecrecy(word, after: previous) }
        if word.hasSuffix("key") { return isSecretKey(word, after: previous) ? .certain : nil }
        if word.hasSuffix("authorization") || word.hasSuffix("cookie") || word == "cookies" { return .header }
        for ending in certainEndings where word.hasSuffix(ending) { return .certain }
        return word == "pwd" ? .likely : nil
    }

    private static let certainEndings = [
        "password", "passwd", "passwords", "passphrase", "secret", "secrets",
    ]

    private static func tokenSecrecy(_ word: String, after previous: String) -> Secrecy? {
        let kind = word.utf8.count > 5 ? String(word.dropLast(5)) : previous
        if languageTokens.contains(kind) || languageTokens.contains(previous) { return nil }
        return credentialTokens.contains(kind) ? .certain : .likely
    }

    /// Tokens that are pieces of text, places in a list, or words of a grammar.
    private static let languageTokens: Set<String> = [
        "first", "last", "max", "min", "maximum", "minimum", "per", "prompt", "completion", "input", "output", "total",
        "cached", "cache", "reasoning", "thinking", "stop", "eos", "bos", "pad", "unk", "sep", "cls", "mask", "special",
        "next", "page", "continuation", "sync", "start", "end", "begin", "new", "bad", "image", "audio", "text",
        "video",
        "num", "generated", "sampled", "top", "each", "time", "suppress", "forced", "decoder", "draft", "accepted",
        "rejected", "logit", "cost", "usd", "price", "billed", "cancellation", "syntax", "current", "previous", "nth",
    ]

    /// Tokens that open something.
    private static let credentialTokens: Set<String> = [
        "access", "auth", "refresh", "id", "bearer", "session", "api", "bot", "csrf", "xsrf", "personal", "user",
        "client", "security", "device", "jwt", "oauth", "github", "gitlab", "slack", "hf", "app", "service", "admin",
        "login", "reset", "verification", "invite", "webhook", "npm", "private", "deploy", "identity", "registry",
    ]

    private static func isSecretKey(_ word: String, after previous: String) -> Bool {
        let kind = word.utf8.count > 3 ? String(word.dropLast(3)) : previous
        for ending in secretKeys where kind.hasSuffix(ending) { return true }
        return false
    }

    private static let secretKeys = [
        "api", "access", "private", "secret", "account", "subscription", "functions", "signing", "encryption", "master",
        "auth",
    ]

    /// What, after a secret's name, makes it the name of something about the secret.
    private static let aspects: Set<String> = [
        "name", "names", "url", "uri", "endpoint", "type", "types", "count", "counts", "length", "len", "limit",
        "limits",
        "policy", "strength", "required", "enabled", "arn", "version", "path", "file", "field", "fields", "label",
        "expires", "expiry", "expiration", "expired", "at", "in", "ttl", "age", "usage", "budget", "details", "rate",
        "price", "cost", "per", "size", "manager", "provider", "detected", "present", "valid", "invalid", "error",
        "status", "changed", "updated", "created", "rotated", "format", "index", "position", "logprob", "logprobs",
        "bytes", "prompt", "masked", "redacted", "consent", "banner", "domain", "scanner", "source", "hint", "help",
        "placeholder", "description", "title", "message", "ids", "mode", "rule", "rules", "issuer", "audience", "scope",
    ]
}

/// The words of a name, in lower case: split where letters and digits end, and before a capital that begins a word.
private struct NameWords {
    private let name: UnsafeRawBufferPointer
    private var position = 0

    init(_ name: UnsafeRawBufferPointer) {
        self.name = name
    }

    mutating func next() -> String? {
        while position < name.count, !isPart(name[position]) { position += 1 }
        guard position < name.count else { return nil }
        let start = position
        position += 1
        while position < name.count, isPart(name[position]), !beginsWord(position) { position += 1 }
        return String(decoding: name[start..<position].lazy.map(\.lowered), as: UTF8.self)
    }

    private func isPart(_ byte: UInt8) -> Bool { byte.isAlphanumeric || byte >= 0x80 }

    /// Whether a capital begins a word: after a small letter, or as the last of several before a small one (`APIKey`).
    private func beginsWord(_ at: Int) -> Bool {
        guard name[at].isUpperCase else { return false }
        if !name[at - 1].isUpperCase { return true }
        return at + 1 < name.count && name[at + 1].isLowerCase
    }
}
