public import Ingest

/// `/proxy/NAME/…`: calls of model APIs that are passed on to the provider as they are, and read along (docs/proxy.md).
///
/// Only to upstreams that are named, and for whoever the server lets in: it is no open proxy.
public struct ProxyRoute: RequestRoute {
    private let upstreams: [String: ProxyUpstream]
    private let key: String?
    private let client: UpstreamClient
    private let desk: CallDesk

    /// Makes the route; what passes is recorded by way of `intake`.
    public init(_ options: ProxyOptions, into intake: RecordIntake) {
        upstreams = options.upstreams
        key = options.key
        client = UpstreamClient()
        desk = CallDesk(options, into: intake)
    }

    /// Takes what is under `/proxy/`.
    public func admit(_ head: RequestHead) throws(RequestFailure) -> Admission? {
        guard head.path.hasPrefix("/proxy/") || head.path == "/proxy" else { return nil }
        let path = head.path.dropFirst("/proxy/".count)
        let name = path.prefix { $0 != "/" }
        guard let upstream = upstreams[String(name)] else {
            let known = upstreams.keys.sorted().joined(separator: ", ")
            throw RequestFailure(
                404,
                "calls go to /proxy/NAME/…, where NAME is one of \(known), or another that the settings name under "
                    + "proxy: upstreams")
        }
        // Whoever asks for a web socket goes on by plain requests where it is told no (Codex).
        if head["upgrade"]?.lowercased() == "websocket" {
            throw RequestFailure(426, "web sockets are not passed on; the same call can be made by a plain request")
        }
        guard let target = upstream.target(path.dropFirst(name.count), query: head.query) else {
            throw RequestFailure(400, "this path is no place of the upstream \(name)")
        }
        return Admission(
            body: .streamed,
            responder: PassingCall(upstream: upstream, target: target, ownKey: key, client: client, desk: desk))
    }
}
