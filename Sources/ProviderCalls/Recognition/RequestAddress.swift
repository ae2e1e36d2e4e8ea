/// The parts of a request's URL that tell whose API it asks.
struct RequestAddress: Sendable {
    /// `https://host:port`
    let origin: Substring
    /// Lower-cased, without port and user.
    let host: String
    /// The path's pieces, as they stand.
    let path: [Substring]

    init(_ url: String) {
        let url = url.prefix { $0 != "?" && $0 != "#" }
        let scheme = url.firstIndex(of: ":").map { url.index(after: $0) } ?? url.startIndex
        let start = url[scheme...].drop { $0 == "/" }.startIndex
        let end = url[start...].firstIndex(of: "/") ?? url.endIndex
        let authority = url[start..<end]
        let afterUser = authority.lastIndex(of: "@").map { authority[authority.index(after: $0)...] } ?? authority
        origin = url[..<start] + afterUser
        let port = afterUser.lastIndex(of: ":").map { afterUser[..<$0] } ?? afterUser
        host = port.lowercased()
        isOllamaPort = afterUser.hasSuffix(":11434")
        path = url[end...].split(separator: "/", omittingEmptySubsequences: true)
    }

    /// Whether it is the port that Ollama listens on unless told otherwise.
    let isOllamaPort: Bool

    /// Whether the path ends in those pieces.
    func ends(with pieces: String...) -> Bool { path.suffix(pieces.count).elementsEqual(pieces, by: ==) }

    /// The piece behind the last one of that name.
    func piece(after name: String) -> Substring? {
        guard let place = path.lastIndex(where: { $0 == name }), place + 1 < path.count else { return nil }
        return path[place + 1]
    }

    /// The address without its last pieces.
    func base(dropping count: Int) -> String {
        ([origin] + path.dropLast(count)).joined(separator: "/")
    }

    /// Who answers at that host; `nil` where the name does not tell.
    var provider: String? { ProviderHosts.provider(host: host) }
}
