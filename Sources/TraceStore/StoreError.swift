/// What went wrong with a store, where, and what to do about it.
public struct StoreError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The kind of trouble: what a program decides by.
    public enum Code: String, Hashable, Sendable, CaseIterable {
        /// The file or its folder cannot be opened or created.
        case cannotOpen = "cannot_open"
        /// The store can be read and not written.
        case notWritable = "not_writable"
        /// There is no space left. The batch at hand was not committed; later ones work again when space returns.
        case diskFull = "disk_full"
        /// The file is damaged, or is no store at all.
        case corrupt
        /// The store was written by a later version of this program.
        case newerVersion = "newer_version"
        /// Another process held the write lock for too long.
        case busy
        /// The disk failed.
        case inputOutput = "input_output"
        /// The store was closed.
        case closed
        /// Anything else SQLite said.
        case other
    }

    /// The kind of trouble.
    public var code: Code
    /// The store's file.
    public var path: String
    /// What happened, a sentence without a full stop.
    public var message: String
    /// What to do next, a sentence without a full stop.
    public var advice: String

    /// Makes an error.
    public init(code: Code, path: String, message: String, advice: String) {
        self.code = code
        self.path = path
        self.message = message
        self.advice = advice
    }

    /// One line for people: file, what happened, what to do.
    public var description: String { "\(path): \(message); \(advice)" }
}
