import ClickHouseStore
import Proxy
import SpanCodec
import SystemCalls

/// What a command works with: the command line over the configuration file over the defaults.
struct Settings: Hashable, Sendable {
    /// The store's file, absolute, or the address of a ClickHouse.
    var store: String
    /// The workspace's folder, absolute; it need not exist.
    var workspace: String
    /// Where to listen for HTTP.
    var http: ListenAddress
    /// Where to listen too, for OTLP over gRPC.
    var grpc: ListenAddress
    /// Origins of web pages that may send spans.
    var origins: [String]
    /// To whom what comes in is sent on.
    var forward: ForwardTarget?
    /// Where to listen for UDP.
    var udp: ListenAddress
    /// Whether to listen at all.
    var listens: Bool
    /// The key that senders must show; needed on any address but loopback.
    var listenKey: String?
    /// Where senders on this machine put spans that fit no datagram; `nil` for the place both sides agree on.
    var spillFolder: String?
    /// The theme's name; `nil` for the default.
    var theme: String?
    /// Whether the console is written as lines.
    var isPlain = false
    /// Files of prices that come before the table in the binary, the first tried first; they need not exist, but for one that
    /// the settings name.
    var priceFiles: [String]
    var namedPriceFile: String?
    /// How much is kept.
    var retention: ConfigurationFile.Retention
    /// How much the spool in front of a ClickHouse may hold.
    var spoolMegabytes = 1000
    /// The password for a store in a ClickHouse.
    var clickHousePassword: String?
    /// Whom calls are passed on to beside the built-in ones, or in their place.
    var upstreams: [ProxyUpstream] = []
    /// What is masked beside the secrets that are known.
    var mask: [SecretPattern] = []
    /// How providers are asked beside those that are known, or otherwise than they are.
    var providers: [ProviderSetting] = []
    /// The configuration file, and whether it was there.
    var configurationPath: String
    /// Whether the configuration file exists.
    var hasConfigurationFile: Bool

    /// Reads the configuration file and merges.
    ///
    /// - Throws: ``CommandFailure`` when the file cannot be read, has a mistake, or a value makes no sense.
    static func resolve(
        _ files: StorageOptions, _ listening: ListeningOptions, environment: ProcessEnvironment
    ) throws -> Settings {
        let paths = StandardPaths(environment)
        let path = files.config.map(environment.absolute) ?? paths.configurationFile
        let text = try TextFile.read(path, mustExist: files.config != nil)
        let file: ConfigurationFile
        do {
            file = try ConfigurationFile(yaml: text ?? "", path: path)
        } catch let mistake as ConfigurationMistake {
            throw mistake.failure
        }
        let workspace = workspace(files.workspace ?? file.workspace, paths: paths, environment: environment)
        let settings = Settings(
            store: try Self.store(files.store ?? file.store ?? paths.store, environment),
            workspace: workspace,
            http: listening.http ?? file.http ?? .standardHTTP,
            grpc: listening.grpc ?? file.grpc ?? .standardGRPC,
            origins: listening.cors.isEmpty ? file.origins : listening.cors,
            forward: listening.forward ?? file.forward,
            udp: listening.udp ?? file.udp ?? .standardUDP,
            listens: listening.noListen ? false : file.listen ?? true,
            listenKey: environment["FALLOM_LISTEN_KEY"] ?? file.listenKey,
            theme: listening.theme ?? file.theme,
            isPlain: file.plain,
            priceFiles: [
                workspace + "/prices.yaml", file.prices.map(environment.absolute) ?? paths.pricesFile,
                paths.importedPricesFile,
            ],
            namedPriceFile: file.prices.map(environment.absolute),
            retention: file.retention,
            spoolMegabytes: file.spoolMegabytes ?? 1000,
            clickHousePassword: environment["FALLOM_CLICKHOUSE_PASSWORD"] ?? file.clickHousePassword,
            upstreams: file.upstreams,
            mask: file.mask,
            providers: file.providers,
            configurationPath: path,
            hasConfigurationFile: text != nil)
        try settings.check()
        return settings
    }

    /// Reads what comes in.
    var decoder: SpanDecoder { SpanDecoder(scanner: scanner) }

    /// Finds what is masked.
    var scanner: SecretScanner { mask.isEmpty ? .standard : SecretScanner(patterns: mask) }

    /// A file's path is made absolute; an address is none.
    ///
    /// - Throws: ``CommandFailure`` for an address of something that is no store: as a path it would become a folder.
    static func store(_ chosen: String, _ environment: ProcessEnvironment) throws(CommandFailure) -> String {
        if ClickHouseAddress.isMeant(by: chosen) { return chosen }
        let scheme = chosen.firstRange(of: "://").map { chosen[..<$0.lowerBound] }
        guard scheme?.allSatisfy({ $0.isLetter || $0.isNumber || "+.-".contains($0) }) != true else {
            throw .usage(
                "'\(chosen)' is no store: an address begins with clickhouse:// or clickhouses://",
                hint: "Write clickhouse://USER@HOST:8123/DATABASE, or the path of a file.")
        }
        return environment.absolute(chosen)
    }

    private static func workspace(_ chosen: String?, paths: StandardPaths, environment: ProcessEnvironment) -> String {
        if let chosen { return environment.absolute(chosen) }
        return Files.isFolder(paths.localWorkspace) ? paths.localWorkspace : paths.configurationFolder
    }

    private func check() throws {
        for origin in origins where !WebOrigin.isValid(origin) {
            throw CommandFailure.usage(
                "'\(origin)' is not the origin of a web page",
                hint: "An origin is a scheme, a host and a port where it is not the usual one: https://app.example")
        }
        guard listens else { return }
        if !udp.isLoopback {
            throw CommandFailure.usage(
                "UDP carries no key, so it listens on loopback only, not on \(udp)",
                hint: "Use --udp 127.0.0.1:\(udp.port), and HTTP with a key for senders on other machines.")
        }
        for endpoint in [http, grpc] where !endpoint.isLoopback && listenKey == nil {
            throw CommandFailure.usage(
                "listening on \(endpoint) needs a key, as other machines can reach it",
                hint: "Set FALLOM_LISTEN_KEY (senders show it as 'Authorization: Bearer …'), or listen on 127.0.0.1.")
        }
    }
}
