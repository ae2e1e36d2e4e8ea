internal import NIOHPACK

extension RequestHead {
    /// Takes over a header block that swift-nio decoded and validated (RFC 9113 §8).
    init(_ block: HPACKHeaders, endsStream: Bool) throws(RequestFailure) {
        self.init(
            method: block.first(name: ":method") ?? "", path: "", query: nil, version: .http2, fields: [],
            framing: .none, keepsAlive: true, expectsContinue: false)
        for (name, value, _) in block where !name.hasPrefix(":") { fields.append(Field(name: name, value: value)) }
        try takeAuthority(block.first(name: ":authority"))
        guard method != "CONNECT", let target = block.first(name: ":path") else {
            throw RequestFailure(400, "the request has no path")
        }
        try take(target: target)
        let length = try announcedLength()
        if !endsStream { framing = length.map { .length($0) } ?? .streamed }
        if endsStream, method == "POST" { framing = .length(0) }
        try takeExpectation()
    }

    /// The authority is the host; a `Host` header beside it must say the same.
    private mutating func takeAuthority(_ authority: String?) throws(RequestFailure) {
        let hosts = fields.filter { $0.name == "host" }
        guard hosts.allSatisfy({ $0.value == authority ?? hosts[0].value }) else {
            throw RequestFailure(400, "the request names two hosts")
        }
        guard let authority, hosts.isEmpty else { return }
        fields.append(Field(name: "host", value: authority))
    }
}
