import Fallom

/// Scores sessions that another app records: `score-sessions CONFIG NAME SESSION=VALUE…`. A line for each says which model the
/// session is given here, which is the one that it is given there.
enum SessionScoring {
    static func run(_ config: String, _ name: String, _ scores: some Collection<String>) async throws {
        let fallom = try FallomClient()
        for score in scores {
            let parts = score.split(separator: "=").map(String.init)
            guard parts.count == 2, let value = Double(parts[1]) else {
                print("not a score: \(score)")
                continue
            }
            let session = fallom.session(configKey: config, sessionID: parts[0])
            print("\(parts[0]) \(try await session.getModel(fallback: "none"))")
            session.score(name, value, comment: "said by the app")
        }
        await fallom.shutdown()
    }
}
