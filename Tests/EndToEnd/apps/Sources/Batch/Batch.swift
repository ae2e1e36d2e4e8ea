import Fallom  // fallom
import Foundation

/// A batch: each line of standard input is a row, asked with its number as the session, 32 at once. Lines that are there for
/// tracing end in `// fallom`.
@main
enum Batch {
    static func main() async throws {
        let client = OpenAIClient(apiKey: "good-key")
        try await FallomClient.run { fallom in  // fallom
            let answered = try await withThrowingTaskGroup(of: String.self) { group in
                var rows = 0
                var answered = 0
                while let row = readLine() {
                    rows += 1
                    if rows > 32, try await group.next() != nil { answered += 1 }
                    let session = fallom.session(configKey: "batch", sessionID: "row-\(rows)")  // fallom
                    let traced = session.wrapOpenAI(client)  // fallom
                    group.addTask {
                        let request = ChatRequest(model: "gpt-4o-mini", messages: [.user(row)])
                        return try await traced.chat.completions.create(request).text
                    }
                }
                for try await _ in group { answered += 1 }
                return answered
            }
            await fallom.flush()
            print("\(answered) rows, dropped \(fallom.counters.dropped)")
        }  // fallom
    }
}
