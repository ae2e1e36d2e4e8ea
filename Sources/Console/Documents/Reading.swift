/// How a person reads what was said.
struct Reading: Hashable, Sendable {
    /// Texts as they were written, instead of rendered.
    var isRaw = false
    /// Everything in full: what stood in the call before, and what is long.
    var isUnfolded = false
    /// Something is looked for: what is long is laid out to its end, so that it is found.
    var isSearched = false

    /// Whether long texts, reasoning and large JSON are shown to their end.
    var isLong: Bool { isUnfolded || isSearched }

    /// The same for the beginning of a text.
    var short: Reading { Reading(isRaw: isRaw) }
}
