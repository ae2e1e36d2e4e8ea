import Calls
import Fallom  // fallom
import Foundation

/// An app on MacPaw's client (declared by us, see the files beside this one). Lines that are there for tracing end in `// fallom`.
@main
enum App {
    static func main() async throws {
        let fallom = try FallomClient()  // fallom
        for call in try Call.all() {
            guard let url = URL(string: call.baseURL) else { continue }
            let session = fallom.session(configKey: "apps", sessionID: call.name)  // fallom
            let client = session.wrapOpenAI(MacPawClient(openAI(at: url)))  // fallom
            let query = ChatQuery(messages: [.init(role: "user", content: call.prompt)], model: call.model)
            do {
                if call.streams {
                    var text = ""
                    for try await piece in try await client.chat.completions.stream(query) {
                        text += piece.choices.first?.delta.content ?? ""
                    }
                    print(text)
                } else {
                    print(try await client.chat.completions.create(query).choices.first?.message.content ?? "")
                }
            } catch {
                print("\(call.name): \(error)")
            }
        }
        await fallom.shutdown()  // fallom
    }

    private static func openAI(at url: URL) -> OpenAI {
        OpenAI(
            configuration: Configuration(
                token: "good-key", host: url.host ?? "", port: url.port ?? 80, scheme: url.scheme ?? "http",
                basePath: url.path))
    }
}
