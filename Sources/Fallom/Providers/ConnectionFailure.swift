extension ProviderError {
    /// What an error of the connection is to the app: named by kind and address. The connection's own may hold header values,
    /// and are kept as the cause only where they cannot.
    ///
    /// - Parameters:
    ///   - url: the address asked, without user and query.
    ///   - moment: what had come by then.
    init(connection error: any Error, url: String, _ moment: Moment, limit: Duration) {
        let place = Self.place(url)
        let said: (kind: Kind, message: String)
        if let error = error as? ReadAhead<[UInt8]>.Stalled {
            said = (.timeout, "nothing came from \(place) for \(error.limit)")
        } else {
            said =
                Self.described(error, place, moment, limit)
                ?? (.connection, "the connection to \(place) broke \(moment.rawValue)")
        }
        self.init(kind: said.kind, message: said.message, url: url, cause: error)
    }

    /// How far a call had come when its connection failed.
    enum Moment: String {
        case beforeAnswer = "before the answer began"
        case insideAnswer = "in the middle of the answer"
    }

    /// Host and port of a URL.
    private static func place(_ url: String) -> String {
        let rest = url.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: true).dropFirst()
        return rest.first.map { String($0) } ?? url
    }

    /// A URL without user and query: what may be said of it.
    static func safe(_ url: String) -> String {
        let path = url.prefix { $0 != "?" && $0 != "#" }
        guard let scheme = path.firstRange(of: "//") else {
            return String(path[(path.lastIndex(of: "@").map { path.index(after: $0) } ?? path.startIndex)...])
        }
        let authority = path[scheme.upperBound...].prefix { $0 != "/" }
        guard let at = authority.lastIndex(of: "@") else { return String(path) }
        return String(path[..<scheme.upperBound] + path[path.index(after: at)...])
    }
}
