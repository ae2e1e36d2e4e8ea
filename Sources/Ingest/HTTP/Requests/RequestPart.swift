internal import NIOCore

/// A piece of a request, the same from either protocol.
enum RequestPart: Hashable, Sendable {
    case head(RequestHead)
    case body(ByteBuffer)
    case end
}

/// Told to the wire: nothing is to be read now, but the client's hanging up is to be told.
struct WatchClient: Sendable {}

/// Told from the wire: some of a head has come, and the rest has not.
struct HeadBegan: Sendable {}
