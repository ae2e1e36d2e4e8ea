extension RequestHead {
    /// Whether the request shows that key. A call on its way to a provider has the provider's key where ours would stand,
    /// and ours in a header of its own.
    func shows(_ key: String) -> Bool {
        if let own = self["x-fallom-key"] { return isKey(own, key) }
        return self["authorization"].map { isBearer($0, of: key) } ?? false
    }

    /// Whether a value of `Authorization` in this request shows that key, however the scheme is written: what opens the
    /// door here is nobody else's to see.
    public func isBearer(_ value: String, of key: String) -> Bool {
        guard value.utf8.count > 7, value.prefix(7).lowercased() == "bearer " else { return false }
        return isKey(String(value.dropFirst(7)), key)
    }

    private func isKey(_ given: String, _ key: String) -> Bool { ConstantTime.equal(wireBytes(given), Array(key.utf8)) }

    /// A header's value as it came: by HTTP/1 it was read as Latin-1, by HTTP/2 as UTF-8.
    private func wireBytes(_ value: String) -> [UInt8] {
        switch version {
        case .http10, .http11: value.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) }
        case .http2: Array(value.utf8)
        }
    }
}
