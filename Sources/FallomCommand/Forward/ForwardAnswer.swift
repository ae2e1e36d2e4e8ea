/// What a receiver said to spans that were sent on.
enum ForwardAnswer: Hashable, Sendable {
    /// It has them.
    case taken
    /// It cannot take them now; why, and after how many seconds to ask again where it says.
    case later(String, seconds: Int?)
    /// They are too many, or one of them is no span to it.
    case refused(String)

    /// Reads an answer by HTTP. What a person has to put right (a key, a path) is waited for: nothing is lost meanwhile.
    init(_ response: WebClient.Response) {
        switch response.status {
        case 200..<300: self = .taken
        case 400, 413, 422: self = .refused("status \(response.status)")
        default: self = .later("status \(response.status)", seconds: response.retryAfter)
        }
    }

    /// Reads a status of gRPC.
    init(grpcStatus: Int, message: String) {
        let words = "gRPC status \(grpcStatus)" + (message.isEmpty ? "" : ": \(message)")
        switch grpcStatus {
        case 0: self = .taken
        case 3, 8, 11: self = .refused(words)
        default: self = .later(words, seconds: nil)
        }
    }
}
