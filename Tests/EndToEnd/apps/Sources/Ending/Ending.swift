import Fallom
import Foundation

/// Makes one span and ends in the way that its argument says.
@main
enum Ending {
    struct Failure: Error {}

    static func main() async throws {
        let way = CommandLine.arguments.dropFirst().first ?? "return"
        func span(_ fallom: FallomClient) {
            fallom.session(configKey: "ending", sessionID: "ending-\(way)").startSpan("last").end()
        }
        switch way {
        case "run": try await FallomClient.run { span($0) }
        case "run-throw":
            try await FallomClient.run { fallom in
                span(fallom)
                throw Failure()
            }
        case "shutdown":
            let fallom = try FallomClient()
            span(fallom)
            await fallom.shutdown()
        case "exit":
            let fallom = try FallomClient()
            span(fallom)
            exit(0)
        case "let-go":
            do { span(try FallomClient()) }
        default:
            let fallom = try FallomClient()
            span(fallom)
        }
    }
}
