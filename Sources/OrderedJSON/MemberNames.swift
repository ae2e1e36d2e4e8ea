extension String {
    /// Whether both have the same bytes: names are compared so, and most differ in length.
    func hasBytes(of other: String) -> Bool {
        let (own, others) = (utf8, other.utf8)
        return own.count == others.count && own.elementsEqual(others)
    }
}
