internal import Ingest
internal import NIOHTTP1
internal import ProviderCalls

/// Which headers go on, and how.
enum PassedHeaders {
    /// Those of one connection (RFC 9110 §7.6.1), and those that frame the message, which the next connection does anew.
    private static let ofConnection: Set<String> = [
        "connection", "proxy-connection", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade",
        "proxy-authenticate", "proxy-authorization", "content-length",
    ]

    /// A request's headers as the provider gets them.
    ///
    /// - Parameter ownKey: the key of this server: it is not shown to others.
    static func up(_ head: RequestHead, ownKey: String?) -> HTTPHeaders {
        let dropped = ofConnection.union(named(head.fields.lazy.map { ($0.name, $0.value) }))
        let isCall = ProviderRequest.mayBeCall(method: head.method, url: head.path)
        var headers = HTTPHeaders()
        for field in head.fields {
            let isOurs = field.name == "host" || field.name == "expect" || field.name.hasPrefix("x-fallom-")
            guard !isOurs, !dropped.contains(field.name) else { continue }
            let value = bytes(field.value, head.version)
            if let ownKey, field.name == "authorization", head.isBearer(field.value, of: ownKey) { continue }
            if isCall, field.name == "accept-encoding" {
                headers.add(name: field.name, value: readable(value))
            } else {
                headers.add(name: field.name, value: value)
            }
        }
        return headers
    }

    /// An answer's headers as the app gets them, but for those that frame it.
    static func down(_ headers: HTTPHeaders) -> [Answer.Header] {
        let dropped = ofConnection.union(named(headers.lazy.map { ($0.name, $0.value) }))
        return headers.filter { !dropped.contains($0.name.lowercased()) }
            .map { Answer.Header(name: $0.name, value: $0.value) }
    }

    /// The names that `Connection` lists.
    private static func named(_ headers: some Sequence<(String, String)>) -> Set<String> {
        var names: Set<String> = []
        for (name, value) in headers where name.lowercased() == "connection" {
            for word in value.split(separator: ",") {
                names.insert(word.filter { $0 != " " && $0 != "\t" }.lowercased())
            }
        }
        return names
    }

    /// The codings of an answer to a call that can be read along: an app takes any of those it names.
    private static func readable(_ codings: String) -> String {
        let kept = codings.split(separator: ",").filter { coding in
            let name = coding.prefix { $0 != ";" }.filter { $0 != " " }.lowercased()
            return name != "br" && name != "zstd" && name != "*"
        }
        guard kept.count < codings.split(separator: ",").count else { return codings }
        return kept.isEmpty ? "identity" : kept.joined(separator: ",").trimmingPrefix { $0 == " " }.description
    }

    /// A value's bytes as they came, where they are UTF-8: by HTTP/1 they were read as Latin-1.
    private static func bytes(_ value: String, _ version: RequestHead.Version) -> String {
        guard version != .http2, value.utf8.contains(where: { $0 >= 0x80 }) else { return value }
        let bytes = value.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) }
        return String(validating: bytes, as: UTF8.self) ?? value
    }
}
