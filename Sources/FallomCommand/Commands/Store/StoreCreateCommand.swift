import ArgumentParser
import ClickHouseStore

/// `fallom store create clickhouse://…`: the tables of a team's store.
struct StoreCreateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create", abstract: "Make the tables of a store in a ClickHouse, or bring them up to date.",
        discussion: """
            May be run again at any time: what is there stays. The password is FALLOM_CLICKHOUSE_PASSWORD. docs/clickhouse.md \
            shows how collectors and consoles use it.
            """)

    @OptionGroup var shared: ReadingOptions

    @Argument(help: "clickhouse://USER@HOST:8123/DATABASE; clickhouses:// for TLS.")
    var address: String

    @Option(
        help: ArgumentHelp(
            "Make them on all servers of this cluster, with a table that leads to all.", valueName: "name"))
    var cluster: String?

    @Flag(help: "Keep each shard on several servers.")
    var replicated = false

    @Option(help: ArgumentHelp("Let spans go after so many days.", valueName: "n"))
    var days: Int?

    @Flag(help: "Print the statements and do nothing.")
    var print = false

    func validate() throws {
        if let days, !(1...36_500).contains(days) { throw ValidationError("--days must be between 1 and 36500") }
        if let cluster, cluster.contains(where: { !$0.isLetter && !$0.isNumber && !"_-.".contains($0) }) {
            throw ValidationError("'\(cluster)' is no name of a cluster")
        }
    }

    func run() async throws {
        var settings = try shared.settings()
        settings.store = address
        guard let place = try settings.clickHouse else {
            throw CommandFailure.usage(
                "'\(address)' is no address of a ClickHouse",
                hint: "A store in a file is made by whoever writes to it first.")
        }
        let layout = StoreSchema.Layout(cluster: cluster, isReplicated: replicated, days: days)
        let output = StandardOutput()
        if print {
            let schema = StoreSchema(place, layout)
            for statement in schema.beginning + schema.steps.flatMap(\.statements) {
                try output.line(statement + ";\n")
            }
        } else {
            let taken = try await ClickHouseStore.create(
                at: place, layout, configuration: StoreAccess.clickHouse(settings))
            for step in taken { try output.line("\(place): \(step)") }
            if taken.isEmpty { try output.line("\(place): is up to date") }
        }
        try output.flush()
    }
}
