/// Who a span belongs to, as the span itself and its resource say it.
///
/// The *effective* session, customer and config key may come from an ancestor, the resource or another span of the
/// trace, and may change when a late span arrives; a store computes them (D4).
public struct SpanIdentity: Hashable, Sendable {
    /// One of the three facts, as far as one span knows it.
    public struct Fact: Hashable, Sendable {
        /// What the span itself says: record field, `fallom.*` attribute, `X-Fallom-*` header, other keys in order.
        public var own: String?
        /// What the span's resource says.
        public var resource: String?

        /// Makes a fact.
        public init(own: String? = nil, resource: String? = nil) {
            self.own = own
            self.resource = resource
        }
    }

    /// The chat session.
    public var session: Fact
    /// The customer or user.
    public var customer: Fact
    /// The app, named by its config key.
    public var config: Fact

    /// Makes an identity.
    public init(session: Fact = Fact(), customer: Fact = Fact(), config: Fact = Fact()) {
        self.session = session
        self.customer = customer
        self.config = config
    }
}

extension SpanIdentity {
    /// The longest value in bytes that a resource or a header may give to all its spans: each of them has a row with it.
    /// What is longer is no id or key, and stays in the payload alone.
    public static let longestShared = 1024

    /// The same without values of the resource that are longer than ``longestShared``.
    public var withoutLongShared: SpanIdentity {
        func short(_ text: String?) -> String? { text.flatMap { $0.utf8.count <= Self.longestShared ? $0 : nil } }
        var identity = self
        identity.session.resource = short(session.resource)
        identity.customer.resource = short(customer.resource)
        identity.config.resource = short(config.resource)
        return identity
    }
}
