import OrderedJSON

/// A service of Fallom's cloud that lists records: where it is (docs/assignment.md §3) and the key for it.
struct CloudService: Hashable, Sendable {
    /// The address without a slash at its end.
    let base: String
    private let key: String

    /// Which service.
    enum Module: Sendable {
        case configs, prompts

        fileprivate var variable: String {
            switch self {
            case .configs: "FALLOM_CONFIGS_URL"
            case .prompts: "FALLOM_PROMPTS_URL"
            }
        }

        fileprivate var standard: String {
            switch self {
            case .configs: "https://configs.fallom.com"
            case .prompts: "https://prompts.fallom.com"
            }
        }
    }

    /// - Parameter url: where it is; without one the module's variable, then `FALLOM_BASE_URL`, then the cloud.
    /// - Throws: ``CommandFailure`` without a key, or when the address is none the key may be sent to.
    init(_ module: Module, url: String?, environment: ProcessEnvironment) throws {
        var base = url ?? environment[module.variable] ?? environment["FALLOM_BASE_URL"] ?? module.standard
        while base.hasSuffix("/") { base.removeLast() }
        self.base = base
        guard let key = environment["FALLOM_API_KEY"] else {
            throw CommandFailure("there is no key for \(base)", hint: "Set FALLOM_API_KEY to your project's key.")
        }
        guard key.unicodeScalars.allSatisfy({ (0x21...0x7E).contains($0.value) }) else {
            throw CommandFailure(
                "FALLOM_API_KEY holds what no key does: a space, a line break or a letter beyond ASCII")
        }
        self.key = key
        try Self.check(base)
    }

    /// A key goes over plain HTTP to this machine alone.
    private static func check(_ base: String) throws {
        if base.hasPrefix("https://") { return }
        guard base.hasPrefix("http://") else {
            throw CommandFailure("'\(base)' is no address of a service", hint: "It begins with https://.")
        }
        let host = base.dropFirst(7).prefix { $0 != "/" && $0 != "?" }
        let isLoopback = ["127.0.0.1", "localhost", "[::1]"].contains { host == $0 || host.hasPrefix("\($0):") }
        guard isLoopback else {
            throw CommandFailure(
                "'\(base)' would get the key unencrypted", hint: "Use https://, or http:// on this machine.")
        }
    }

    /// The list at that path: an object that holds it under that name.
    ///
    /// - Throws: ``CommandFailure`` with what the service said.
    func list(_ path: String, named name: String) async throws -> JSONValue {
        let url = "\(base)/\(path)"
        let response = try await get(url)
        switch response.status {
        case 200: break
        case 401, 403:
            throw CommandFailure("\(url) refused the key (status \(response.status))", hint: "Check FALLOM_API_KEY.")
        default: throw CommandFailure("\(url) answered with status \(response.status)")
        }
        let json: JSONValue
        do {
            json = try JSONValue(parsing: response.body)
        } catch {
            throw CommandFailure("\(url) answered with something that is no JSON: \(error)")
        }
        return try APIList.read(json, from: url, named: name)
    }

    private func get(_ url: String) async throws -> WebClient.Response {
        let shown = "Bearer \(key)"
        do throws(WebClient.Failure) {
            return try await WebClient().send(
                "GET", url, headers: [("Authorization", shown), ("Accept", "application/json")])
        } catch {
            throw CommandFailure(
                "no answer from \(url): \(error)", hint: "Is the address right, and the network up?")
        }
    }
}
