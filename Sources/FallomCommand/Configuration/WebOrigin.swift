/// The origin of a web page as a browser says it: `scheme://host` or `scheme://host:port`, without a path.
enum WebOrigin {
    /// Whether text is one. `*` and `null` are not: they would let anybody's page in.
    static func isValid(_ text: String) -> Bool {
        let parts = text.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
        guard parts.count == 3, parts[1].isEmpty, !parts[2].isEmpty, parts[0].hasSuffix(":"), parts[0].count > 1 else {
            return false
        }
        return text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && !"*?#@".utf8.contains($0) }
    }
}
