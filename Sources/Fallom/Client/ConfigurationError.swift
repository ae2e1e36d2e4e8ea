/// Why a ``FallomClient`` cannot be made.
public struct ConfigurationError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What kind of mistake it is. More may be added.
    public struct Code: Hashable, Sendable {
        let name: String

        /// An address cannot be read, or its scheme is not one of those supported.
        public static let malformedURL = Code(name: "malformed URL")
        /// Spans are to go to another machine and there is no key.
        public static let missingAPIKey = Code(name: "missing API key")
        /// A key that cannot be part of an HTTP header.
        public static let malformedAPIKey = Code(name: "malformed API key")
        /// A value that means neither yes nor no.
        public static let malformedFlag = Code(name: "malformed flag")
        /// A file or socket for spans cannot be opened.
        public static let destination = Code(name: "destination")
    }

    /// The kind.
    public let code: Code
    /// The option or the environment variable it is about.
    public let option: String
    /// What is wrong and what to do. Never holds a key.
    public let message: String

    init(_ code: Code, option: String, _ message: String) {
        self.code = code
        self.option = option
        self.message = message
    }

    /// Option and message.
    public var description: String { "\(option): \(message)" }
}
