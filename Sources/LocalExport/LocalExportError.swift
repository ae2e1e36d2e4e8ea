/// Why a local exporter could not be made.
public struct LocalExportError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What kind of failure it is. More may be added.
    public struct Code: Hashable, Sendable {
        let name: String

        /// The address is not one of this machine's own.
        public static let notLoopback = Code(name: "not loopback")
        /// The address cannot be read.
        public static let invalidAddress = Code(name: "invalid address")
        /// The system refused a socket.
        public static let socket = Code(name: "socket")
        /// The path cannot be used.
        public static let path = Code(name: "path")
    }

    /// The kind.
    public let code: Code
    /// What happened, where, and what to do.
    public let description: String

    init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
    }
}
