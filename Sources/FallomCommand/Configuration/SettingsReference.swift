/// The entries of the settings' file: what messages list and the manual explains.
enum SettingsReference {
    /// One entry.
    struct Entry: Sendable {
        /// Its name.
        var name: String
        /// What stands after the colon.
        var value: String
        /// What it does.
        var about: String
    }

    static let entries: [Entry] = [
        Entry(
            name: "theme", value: "NAME",
            about: "The colours of the console; auto, the default, is dark or light as the terminal is."),
        Entry(
            name: "plain", value: "true|false",
            about:
                "Write the console as lines, one a change, without pictures: for screen readers; --plain does so once."),
        Entry(
            name: "store", value: "FILE|URL",
            about: "The store of spans: a file, or clickhouse://USER@HOST:8123/DATABASE."),
        Entry(name: "workspace", value: "DIR", about: "The folder of configs and prompts."),
        Entry(name: "http", value: "HOST:PORT", about: "Where to listen for HTTP; 127.0.0.1:4318."),
        Entry(name: "grpc", value: "HOST:PORT", about: "Where to listen for OTLP over gRPC; 127.0.0.1:4317."),
        Entry(name: "cors", value: "[ORIGIN, …]", about: "Origins of web pages that may send spans."),
        Entry(
            name: "forward", value: "URL",
            about: "An OTLP receiver that each span is sent on to: http(s)://… or grpc://HOST:PORT."),
        Entry(name: "udp", value: "HOST:PORT", about: "Where to listen for UDP, on loopback only; 127.0.0.1:4319."),
        Entry(name: "listen", value: "true|false", about: "Whether to listen at all."),
        Entry(
            name: "listen_key", value: "TEXT",
            about:
                "The bearer key senders must show on an address other than loopback; `FALLOM_LISTEN_KEY` goes before it."
        ),
        Entry(name: "mask", value: "[PATTERN, …]", about: "What is masked beside the secrets that are known."),
        Entry(
            name: "proxy", value: "{upstreams: {NAME: URL}}",
            about: "Where the proxy passes calls on to; a name here goes before the one built in."),
        Entry(
            name: "providers", value: "{NAME: {url: URL, key_env: VARIABLE, api: openai|anthropic|google}}",
            about:
                "How a provider is asked when a call is tried again; `key: TEXT` holds the key itself. The usual ones are known."
        ),
        Entry(name: "prices", value: "FILE", about: "Prices in the place of prices.yaml beside the settings."),
        Entry(
            name: "keys", value: "MAP, or {map: MAP, COMMAND: KEYS, …}",
            about:
                "The keys of the console. MAP is default, vim or emacs; COMMAND a name `fallom keys` lists; KEYS as `C-d`, `M-x`, `F5` or `g g`, a list of such, or none."
        ),
        Entry(
            name: "columns", value: "{TABLE: [COLUMN, …]}",
            about:
                "The columns of the tables `live` and `sessions`, from the left; `C` on the screen chooses and writes them."
        ),
        Entry(
            name: "splits", value: "{SCREEN: N}",
            about:
                "Where the line between the panes of `live`, `session` and `span` lies, 15 to 85 hundredths; `<`, `>` and dragging it move it and write this."
        ),
        Entry(
            name: "bell", value: "{errors: true|false, dollars_a_day: N}",
            about:
                "Ring the terminal's bell when a span that comes in has failed, and once a day when that day's calls cost more than so many dollars."
        ),
        Entry(
            name: "filters", value: "{NAME: FILTER}",
            about: "Filters kept under a name: `:save NAME` writes them, `:filters` lists them."),
        Entry(
            name: "clickhouse", value: "{password: TEXT, spool_megabytes: N}",
            about:
                "The password for a store in a ClickHouse (`FALLOM_CLICKHOUSE_PASSWORD` goes before it), and how much is kept on the disk while it is away."
        ),
        Entry(
            name: "retention", value: "{days: N, megabytes: N}",
            about: "How much is kept; whole sessions leave, oldest first."),
    ]

    /// The names, as messages list them.
    static var names: String { entries.map(\.name).joined(separator: ", ") }

    static let example = """
        theme: nord
        http: 127.0.0.1:4318
        cors: [https://app.example]
        keys:
          map: vim
          live.prompt: [p, P]
          tab.sessions: g s
        columns: {sessions: [session, last, duration, words, cost]}
        filters: {slow: "latency>5s -kind:agent"}
        retention:
          days: 30
          megabytes: 2000
        """
}
