import Console
import Proxy
import SpanCodec

/// What the configuration file says. Every entry is optional.
struct ConfigurationFile: Hashable, Sendable {
    /// `theme`: a name.
    var theme: String?
    /// `plain`: whether the console is written as lines.
    var plain = false
    /// `store`: a file.
    var store: String?
    /// `workspace`: a folder.
    var workspace: String?
    /// `http`: `HOST:PORT`.
    var http: ListenAddress?
    /// `grpc`: `HOST:PORT`.
    var grpc: ListenAddress?
    /// `cors`: an origin, or a list of them.
    var origins: [String] = []
    /// `forward`: a URL.
    var forward: ForwardTarget?
    /// `udp`: `HOST:PORT`.
    var udp: ListenAddress?
    /// `listen`: whether to listen at all.
    var listen: Bool?
    /// `listen_key`: the bearer key that senders must show on an address other than loopback.
    var listenKey: String?
    /// `prices`: a file of prices in the place of the one beside this file.
    var prices: String?
    /// `proxy: {upstreams: {NAME: URL}}`: whom calls are passed on to beside the built-in ones, or in their place.
    var upstreams: [ProxyUpstream] = []
    /// `mask`: patterns of what is masked beside the secrets that are known.
    var mask: [SecretPattern] = []
    /// `providers: {NAME: {url, key, key_env, api}}`: whom calls are tried at.
    var providers: [ProviderSetting] = []
    /// `keys`: a map, and keys of one's own; the table's own where nothing is said.
    var keys: KeyMap?
    /// `columns: {TABLE: [COLUMN, …]}`: the columns of tables on the screen.
    var columns: [String: [String]] = [:]
    /// `splits: {SCREEN: N}`: where the lines between parts of screens lie, in hundredths.
    var splits: [String: Int] = [:]
    /// `bell: {errors: BOOL, dollars_a_day: N}`: when the terminal's bell is rung.
    var bell = ConsoleSettings.Bell()
    /// `filters: {NAME: FILTER}`: filters kept under names.
    var filters: [SavedFilter] = []
    /// `clickhouse: {password: …}`: for a store in a ClickHouse.
    var clickHousePassword: String?
    /// `clickhouse: {spool_megabytes: N}`: how much is kept on the disk while it is away.
    var spoolMegabytes: Int?
    /// `retention`.
    var retention = Retention()

    /// How much is kept; whole sessions leave, oldest first.
    struct Retention: Hashable, Sendable {
        /// `days`: sessions older than this leave.
        var days: Int?
        /// `megabytes`: the store is kept below this.
        var megabytes: Int?
    }
}

/// A mistake in a YAML file, with its place.
struct ConfigurationMistake: Error, Hashable {
    /// The file.
    var path: String
    /// From 1.
    var line: Int
    /// From 1, in characters.
    var column: Int
    /// What is wrong and what would be right.
    var message: String
    /// More mistakes of the same file, found with this one.
    var others: [ConfigurationMistake] = []

    private var text: String { "\(path):\(line):\(column): \(message)" }

    /// As a failure of the command.
    var failure: CommandFailure {
        CommandFailure(
            ([self] + others).map(\.text).joined(separator: "\n"),
            hint: "Correct the file, or start with --config /dev/null.")
    }
}
