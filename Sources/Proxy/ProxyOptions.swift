public import TraceModel

/// How calls are passed on and recorded.
public struct ProxyOptions: Sendable {
    /// To whom, by the name in the path.
    public var upstreams: [String: ProxyUpstream]
    /// The key that clients of this server show, if they must: it is not the provider's, and goes no further.
    public var key: String?
    /// The session of calls that say nothing of theirs; `nil` for one for each connection.
    public var session: String?
    /// What each record says of the run it belongs to, in `fallom.run`; `nil` for nothing.
    public var run: String?
    /// The moment.
    public var now: @Sendable () -> Timestamp
    /// Nanoseconds of a clock that never goes back.
    public var monotonicNanoseconds: @Sendable () -> Int64
    /// Random bits for ids.
    public var randomBits: @Sendable () -> UInt64

    /// Makes options: the built-in upstreams, and these in addition or in the place of those with their name.
    public init(
        upstreams: [ProxyUpstream] = [], key: String? = nil, session: String? = nil, run: String? = nil,
        now: @escaping @Sendable () -> Timestamp, monotonicNanoseconds: @escaping @Sendable () -> Int64,
        randomBits: @escaping @Sendable () -> UInt64
    ) {
        self.upstreams = Dictionary(
            (ProxyUpstream.builtIn + upstreams).map { ($0.name, $0) }, uniquingKeysWith: { $1 })
        self.key = key
        self.session = session
        self.run = run
        self.now = now
        self.monotonicNanoseconds = monotonicNanoseconds
        self.randomBits = randomBits
    }
}
