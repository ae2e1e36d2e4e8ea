import Display
import OrderedJSON

/// What the process that listens here says of what it took: what it lost, and what it passed over by name.
struct ReceiverCheck {
    let settings: Settings

    /// How many names are told.
    private static let mostNames = 12

    func findings() async -> [Finding] {
        guard settings.listens, let sources = await sources() else { return [] }
        var findings: [Finding] = []
        let lost = Self.counts(sources, ["rejected", "dropped"])
        if !lost.isEmpty {
            findings.append(
                Finding("lost", .warning, Self.words(lost), advice: "M-h in the console says more of each."))
        }
        let passedOver = Self.counts(sources, ["passed_over"])
        findings.append(
            passedOver.isEmpty
                ? Finding("passed over", .good, "every event and metric that came makes a span, or none came")
                : Finding(
                    "passed over", .warning, Self.words(passedOver),
                    advice: "These make no span; nothing is lost of calls that are shown."))
        return findings
    }

    /// The ways in, as whoever listens at our address has them; `nil` where nobody answers as a fallom does.
    private func sources() async -> [JSONValue]? {
        let headers = settings.listenKey.map { [(name: "Authorization", value: "Bearer \($0)")] } ?? []
        let answer = try? await WebClient().send("GET", settings.http.url + "/health", headers: headers, seconds: 3)
        guard let answer, answer.status == 200, let json = try? JSONValue(parsing: answer.body, maxDepth: 16) else {
            return nil
        }
        return json["sources"]?.array
    }

    /// Names and counts of all sources together, most first.
    private static func counts(_ sources: [JSONValue], _ members: [String]) -> [(name: String, count: Int)] {
        var counts: [String: Int] = [:]
        for source in sources {
            for member in members.flatMap({ source[$0]?.object ?? [] }) {
                counts[member.name, default: 0] += member.value.int ?? 0
            }
        }
        return counts.map { (name: $0.key, count: $0.value) }.sorted { ($1.count, $0.name) < ($0.count, $1.name) }
    }

    private static func words(_ counts: [(name: String, count: Int)]) -> String {
        let named = counts.prefix(mostNames).map { "\(Figure.count($0.count)) \($0.name)" }
        let rest = counts.dropFirst(mostNames).reduce(0) { $0 + $1.count }
        return (named + (rest > 0 ? ["\(Figure.count(rest)) others"] : [])).joined(separator: ", ")
    }
}
