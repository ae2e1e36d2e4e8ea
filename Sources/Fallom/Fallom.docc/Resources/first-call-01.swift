import Fallom

@main
struct App {
    static func main() async throws {
        let fallom = try FallomClient()
        print(fallom.counters)
    }
}
