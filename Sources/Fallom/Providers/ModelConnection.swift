import ProviderCalls

/// Connections to model APIs.
protocol ModelConnection: Sendable {
    /// Posts JSON; returns when the answer has begun, and reads it from then on.
    ///
    /// - Parameters:
    ///   - head: until the answer begins.
    ///   - idle: how long nothing may come of the rest.
    func open(
        _ body: [UInt8], _ url: String, _ headers: [(name: String, value: String)], head: Duration, idle: Duration,
        _ time: TimeSource
    ) async throws -> OpenedAnswer
}

/// An answer that began.
struct OpenedAnswer: Sendable {
    let status: Int
    let headers: [(name: String, value: String)]
    let ahead: ReadAhead<[UInt8]>

    func header(_ name: String) -> String? { headers.first { $0.name.lowercased() == name }?.value }
}

/// What an answer's pieces that wait for the app may weigh.
enum AnswerRoom {
    /// What a megabyte of an answer in usual pieces takes.
    static let bytes = 1 << 20
    static func weight(_ piece: [UInt8]) -> Int { piece.count + 64 }
}
