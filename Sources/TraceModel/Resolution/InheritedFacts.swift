/// Session, customer and config key as a span's own words and those of the spans around it give them (D4).
struct InheritedFacts: Sendable {
    var session: String?
    var customer: String?
    var config: String?

    /// Nothing is said.
    init() {}

    /// What a span says, and where it says nothing what is said above it.
    init(_ own: borrowing SpanIdentity, above: InheritedFacts?) {
        session = own.session.own ?? above?.session
        customer = own.customer.own ?? above?.customer
        config = own.config.own ?? above?.config
    }

    /// What all spans of a trace fall back to: what the first to arrive says that says it, or whose resource does.
    init(saidFirstIn nodes: [TraceNode]) {
        self.init()
        let inOrder = zip(nodes, nodes.dropFirst()).allSatisfy { $0.sequence < $1.sequence }
        for node in inOrder ? nodes : nodes.sorted(by: { $0.sequence < $1.sequence }) { fill(from: node.identity) }
    }

    /// Takes what a span or its resource says of what nobody has said yet.
    mutating func fill(from identity: SpanIdentity) {
        if session == nil { session = identity.session.said }
        if customer == nil { customer = identity.customer.said }
        if config == nil { config = identity.config.said }
    }

    /// Whether all that the identity says was said before by somebody.
    func covers(_ identity: SpanIdentity) -> Bool {
        (session != nil || identity.session.said == nil) && (customer != nil || identity.customer.said == nil)
            && (config != nil || identity.config.said == nil)
    }
}

extension SpanIdentity.Fact {
    /// What the span says, else what its resource says.
    var said: String? { own ?? resource }
}
