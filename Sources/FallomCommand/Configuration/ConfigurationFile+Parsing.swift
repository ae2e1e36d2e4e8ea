import Console
import Experiments
import Proxy
import SpanCodec
import TraceModel
import Yams

extension ConfigurationFile {
    /// Reads the text of a configuration file. An entry that is not known is a mistake: a misspelt one would be
    /// ignored in silence otherwise.
    ///
    /// - Throws: ``ConfigurationMistake``.
    init(yaml text: String, path: String) throws {
        self.init()
        guard let root = try YAMLReader.compose(text, path: path) else { return }
        let reader = YAMLReader(path: path)
        for (name, node) in try reader.entries(of: root) {
            switch name {
            case "theme": theme = try reader.text(node, name)
            case "plain": plain = try reader.flag(node, name)
            case "store": store = try reader.text(node, name)
            case "workspace": workspace = try reader.text(node, name)
            case "http": http = try reader.endpoint(node, name)
            case "grpc": grpc = try reader.endpoint(node, name)
            case "cors": origins = try reader.texts(node, name)
            case "forward": forward = try reader.forward(node)
            case "udp": udp = try reader.endpoint(node, name)
            case "listen": listen = try reader.flag(node, name)
            case "listen_key": listenKey = try reader.text(node, name)
            case "proxy": upstreams = try reader.upstreams(node)
            case "prices": prices = try reader.text(node, name)
            case "providers": providers = try reader.providers(node)
            case "mask": mask = try reader.patterns(node)
            case "keys": keys = try reader.keys(node)
            case "columns": columns = try reader.columns(node)
            case "splits": splits = try reader.splits(node)
            case "bell": bell = try reader.bell(node)
            case "filters": filters = try reader.filters(node)
            case "clickhouse": (clickHousePassword, spoolMegabytes) = try reader.clickHouse(node)
            case "retention": retention = try reader.retention(node)
            default:
                throw reader.mistake(node.key, "unknown entry '\(name)'; known are \(SettingsReference.names)")
            }
        }
    }
}

/// Reads typed values out of YAML nodes; every mistake carries its place.
struct YAMLReader {
    let path: String

    /// A value beside its key: errors about the name point at the key.
    struct Entry {
        var key: Node
        var value: Node
    }

    /// The document's root node; `nil` for an empty document.
    static func compose(_ text: String, path: String) throws -> Node? {
        // Told here: the parser takes two milliseconds to get ready.
        guard !text.allSatisfy(\.isWhitespace) else { return nil }
        do {
            guard let node = try Yams.compose(yaml: text) else { return nil }
            if case .scalar(let scalar) = node, scalar.string.isEmpty { return nil }
            return node
        } catch let error as YamlError {
            throw mistake(error, path: path)
        }
    }

    func entries(of node: Node) throws -> [(String, Entry)] {
        guard case .mapping(let mapping) = node else {
            throw ConfigurationMistake(
                path: path, line: node.mark?.line ?? 1, column: node.mark?.column ?? 1,
                message: "expected 'name: value' lines")
        }
        return try mapping.map { key, value in
            guard case .scalar(let scalar) = key else {
                throw ConfigurationMistake(
                    path: path, line: key.mark?.line ?? 1, column: key.mark?.column ?? 1,
                    message: "a name must be plain text")
            }
            return (scalar.string, Entry(key: key, value: value))
        }
    }

    func text(_ entry: Entry, _ name: String) throws -> String {
        guard case .scalar(let scalar) = entry.value, !scalar.string.isEmpty else {
            throw mistake(entry.value, "\(name) must be text")
        }
        return scalar.string
    }

    /// One text, or a list of them.
    func texts(_ entry: Entry, _ name: String) throws -> [String] {
        guard case .sequence(let list) = entry.value else { return [try text(entry, name)] }
        return try list.map { try text(Entry(key: entry.key, value: $0), name) }
    }

    func flag(_ entry: Entry, _ name: String) throws -> Bool {
        guard let value = entry.value.bool else { throw mistake(entry.value, "\(name) must be true or false") }
        return value
    }

    func positive(_ entry: Entry, _ name: String) throws -> Int {
        guard let value = entry.value.int, value > 0 else {
            throw mistake(entry.value, "\(name) must be a whole number above zero")
        }
        return value
    }

    func endpoint(_ entry: Entry, _ name: String) throws -> ListenAddress {
        guard let endpoint = ListenAddress(try text(entry, name)) else {
            throw mistake(entry.value, "\(name) must be HOST:PORT, like 127.0.0.1:4318")
        }
        return endpoint
    }

    func retention(_ entry: Entry) throws -> ConfigurationFile.Retention {
        var retention = ConfigurationFile.Retention()
        for (name, inner) in try entries(of: entry.value) {
            switch name {
            case "days": retention.days = try positive(inner, "retention.days")
            case "megabytes": retention.megabytes = try positive(inner, "retention.megabytes")
            default: throw mistake(inner.key, "unknown entry 'retention.\(name)'; known are days, megabytes")
            }
        }
        return retention
    }

    /// The columns of tables; names that are none are mistakes.
    func columns(_ entry: Entry) throws -> [String: [String]] {
        var columns: [String: [String]] = [:]
        for (name, inner) in try entries(of: entry.value) {
            guard let table = ColumnTable.all.first(where: { $0.name == name }) else {
                let known = ColumnTable.all.map(\.name).joined(separator: ", ")
                throw mistake(inner.key, "there is no table '\(name)'; known are \(known)")
            }
            let known = table.columns.map(\.name)
            columns[name] = try texts(inner, "columns.\(name)")
            for column in columns[name] ?? [] where !known.contains(column) {
                throw mistake(
                    inner.value, "\(name) has no column '\(column)'; it has \(known.joined(separator: ", "))")
            }
        }
        return columns
    }

    func filters(_ entry: Entry) throws -> [SavedFilter] {
        try entries(of: entry.value).map { name, inner in
            let filter = try text(inner, "filters.\(name)")
            do throws(FilterMistake) {
                _ = try SpanFilterParser(now: Timestamp(unixNanoseconds: 0)).parse(filter)
            } catch {
                throw mistake(inner.value, "filters.\(name): \(error.reason); \(error.hint)")
            }
            return SavedFilter(name: name, text: filter)
        }
    }

    func clickHouse(_ entry: Entry) throws -> (password: String?, spoolMegabytes: Int?) {
        var password: String?
        var megabytes: Int?
        for (name, inner) in try entries(of: entry.value) {
            switch name {
            case "password": password = try text(inner, "clickhouse.password")
            case "spool_megabytes": megabytes = try positive(inner, "clickhouse.spool_megabytes")
            default:
                throw mistake(inner.key, "unknown entry 'clickhouse.\(name)'; known are password, spool_megabytes")
            }
        }
        return (password, megabytes)
    }

    func forward(_ entry: Entry) throws -> ForwardTarget {
        guard let target = ForwardTarget(try text(entry, "forward")) else {
            throw mistake(entry.value, "forward must be http(s)://HOST[:PORT][/PATH] or grpc://HOST:PORT")
        }
        return target
    }

    /// The base URLs that calls are passed on to, by their names.
    func upstreams(_ entry: Entry) throws -> [ProxyUpstream] {
        var upstreams: [ProxyUpstream] = []
        for (name, inner) in try entries(of: entry.value) {
            guard name == "upstreams" else {
                throw mistake(inner.key, "unknown entry 'proxy.\(name)'; known is upstreams")
            }
            for (name, inner) in try entries(of: inner.value) {
                guard let upstream = ProxyUpstream(name: name, url: try text(inner, "proxy.upstreams.\(name)")) else {
                    throw mistake(
                        inner.value,
                        "proxy.upstreams.\(name) must be a plain name and a base URL, like https://api.example.com/v1")
                }
                upstreams.append(upstream)
            }
        }
        return upstreams
    }

    /// Whom calls are tried at, by their names.
    func providers(_ entry: Entry) throws -> [ProviderSetting] {
        try entries(of: entry.value).map { name, inner in
            var provider = ProviderSetting(name: name)
            for (field, inner) in try entries(of: inner.value) {
                let value = try text(inner, "providers.\(name).\(field)")
                switch field {
                case "url": provider.url = value
                case "key": provider.key = value
                case "key_env": provider.keyVariable = value
                case "api":
                    guard let api = RecordedRequest.Shape(rawValue: value) else {
                        throw mistake(inner.value, "providers.\(name).api must be openai, anthropic or google")
                    }
                    provider.api = api
                default:
                    throw mistake(
                        inner.key, "unknown entry 'providers.\(name).\(field)'; known are url, key, key_env, api")
                }
            }
            if let url = provider.url, ProxyUpstream(name: "a", url: url) == nil {
                throw mistake(inner.value, "providers.\(name).url must be a base URL, like https://api.example.com/v1")
            }
            return provider
        }
    }

    /// A list of patterns; each mistake is named where it stands.
    func patterns(_ entry: Entry) throws -> [SecretPattern] {
        guard case .sequence(let sequence) = entry.value else {
            throw mistake(entry.value, "mask must be a list of patterns, each on a line that begins with '- '")
        }
        return try sequence.map { node in
            guard case .scalar(let scalar) = node else { throw mistake(node, "a pattern must be text") }
            do throws(SecretPattern.Mistake) {
                return try SecretPattern(scalar.string)
            } catch {
                throw mistake(node, "no pattern, at its letter \(error.offset + 1): \(error.reason)")
            }
        }
    }

    func mistake(_ node: Node, _ message: String) -> ConfigurationMistake {
        ConfigurationMistake(path: path, line: node.mark?.line ?? 1, column: node.mark?.column ?? 1, message: message)
    }

    private static func mistake(_ error: YamlError, path: String) -> ConfigurationMistake {
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            ConfigurationMistake(path: path, line: mark.line, column: mark.column, message: problem)
        default:
            ConfigurationMistake(path: path, line: 1, column: 1, message: "cannot be read as YAML")
        }
    }
}
