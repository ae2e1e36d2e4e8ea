package import OrderedJSON

extension FallomClient {
    /// Sends OTLP requests to where this client's spans go.
    package struct OTLPSender: Sendable {
        let url: String
        let apiKey: String?
        let transport: any HTTPTransport
        let timeout: Duration
        let log: DebugLog

        /// Sends one request; whether it was taken.
        package func send(_ body: JSONValue, headers: [(name: String, value: String)]) async -> Bool {
            var all = [(name: "Content-Type", value: "application/json")] + headers
            if let apiKey { all.append((name: "Authorization", value: "Bearer " + apiKey)) }
            do {
                let call = HTTPCall("POST", url, headers: all, body: body.compactBytes)
                let reply = try await transport.send(call, within: timeout, bodyLimit: 1 << 20)
                if (200..<300).contains(reply.status) { return true }
                tell(ServiceTrouble(status: reply.status, of: "POST " + url, variable: "FALLOM_TRACES_URL"))
            } catch {
                tell(ServiceTrouble(error, of: "POST " + url, limit: timeout))
            }
            return false
        }

        private func tell(_ trouble: ServiceTrouble) {
            log.warning(cause: "otlp \(trouble.cause)") { count in "\(trouble); \(count) requests of spans are lost" }
        }
    }

    /// A sender for the first HTTP service that spans go to.
    package func otlpSender() throws(ConfigurationError) -> OTLPSender {
        guard let otlp else {
            throw ConfigurationError(.destination, option: "tracesURL", "no http:// or https:// address is among them")
        }
        return otlp
    }
}
