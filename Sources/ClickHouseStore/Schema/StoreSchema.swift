internal import TraceModel

/// Our tables, as steps that are only ever added: a released step never changes, and `fallom_migrations` names those a
/// database has seen. Why they are so is said in docs/clickhouse.md §2.
public struct StoreSchema: Sendable {
    /// How the tables lie on a cluster.
    public struct Layout: Hashable, Sendable {
        /// The cluster's name; `nil` for one server.
        public var cluster: String?
        /// Whether each shard is replicated.
        public var isReplicated: Bool
        /// After how many days spans go; `nil` for never.
        public var days: Int?

        /// Makes one.
        public init(cluster: String? = nil, isReplicated: Bool = false, days: Int? = nil) {
            self.cluster = cluster
            self.isReplicated = isReplicated
            self.days = days
        }
    }

    /// One step.
    public struct Step: Sendable {
        /// Its number, from 1.
        public var version: Int
        /// Its name.
        public var name: String
        /// What it does, one statement each.
        public var statements: [String]
    }

    private let database: String
    private let layout: Layout

    /// The steps for a database.
    public init(_ address: ClickHouseAddress, _ layout: Layout = Layout()) {
        database = address.database
        self.layout = layout
    }

    /// The version this program writes and reads.
    public static let version = 2

    /// What must be there before the first step.
    public var beginning: [String] {
        [
            "CREATE DATABASE IF NOT EXISTS `\(database)`\(onCluster)",
            table(
                "fallom_migrations", "version UInt32, name String, applied DateTime DEFAULT now()",
                engine: "ReplacingMergeTree", key: "version", distributesBy: nil),
        ]
    }

    /// The steps, oldest first.
    public var steps: [Step] {
        [
            Step(version: 1, name: "spans and what goes with them", statements: version1),
            Step(version: 2, name: "sessions by their letter case, and runs", statements: version2),
        ]
    }

    /// Marks a step as done.
    func done(_ step: Step) -> String {
        "INSERT INTO `\(database)`.fallom_migrations (version, name) VALUES (\(step.version), \(SQLText.literal(step.name)))"
    }

    private var onCluster: String { layout.cluster.map { " ON CLUSTER `\($0)`" } ?? "" }

    // MARK: Version 2

    /// `session_hash` leads to sessions in whatever letter case; how many there are is told by this one. Calls of runs are
    /// left out of most questions.
    private var version2: [String] {
        let tables = layout.cluster == nil ? ["fallom_spans"] : ["fallom_spans_local", "fallom_spans"]
        return tables.map { name in
            """
            ALTER TABLE `\(database)`.\(name)\(onCluster)
            ADD COLUMN IF NOT EXISTS session_no UInt64 MATERIALIZED cityHash64(session_id),
            ADD COLUMN IF NOT EXISTS is_run UInt8 MATERIALIZED startsWith(session_id, \(SQLText.literal(RunMark.prefix)))
            """
        }
    }

    // MARK: Version 1

    private var version1: [String] {
        spans + times
            + tables(
                "fallom_contents",
                """
                trace_id String, span_id String, time Nullable(Int64), event_name String, payload String CODEC(ZSTD(1)),
                no Int64, first UInt64, trace_hash UInt64 MATERIALIZED sipHash64(lower(trace_id)),
                digest UInt64 MATERIALIZED sipHash64(ifNull(toString(time), '-'), event_name, payload)
                """, engine: "ReplacingMergeTree(first)", key: "trace_hash, trace_id, span_id, digest",
                distributesBy: "trace_id")
            + tables(
                "fallom_assignments",
                """
                session_id String, config_key String, config_version Int64, assigned_model String, time Int64, no Int64
                """, engine: "ReplacingMergeTree", key: "config_key, session_id, no", distributesBy: "session_id")
            + tables(
                "fallom_positions",
                """
                host String, device UInt64, inode UInt64, byte_offset Int64, path String, stamp UInt64
                """, engine: "ReplacingMergeTree(stamp)", key: "host, device, inode", distributesBy: "host")
            + tables(
                "fallom_scores",
                """
                kind UInt8, trace_id String, target_id String, name String, judge String, number Nullable(Float64),
                bits Nullable(Int64), word Nullable(String), comment Nullable(String), time Int64, no UInt64,
                version UInt128, gone UInt8
                """, engine: "ReplacingMergeTree(version, gone)", key: "target_id, trace_id, kind, name, judge",
                distributesBy: "target_id")
            + tables(
                "fallom_kept",
                """
                session_id String, pinned UInt8, note Nullable(String), labels Array(String), time Int64, stamp UInt64,
                gone UInt8
                """, engine: "ReplacingMergeTree(stamp, gone)", key: "session_id", distributesBy: "session_id")
            + tables(
                "fallom_commits", "collector UInt64, commits Int64, last_sequence Int64, stamp Int64",
                engine: "ReplacingMergeTree(commits)", key: "collector", distributesBy: "collector")
    }

    /// Whether a column that filters look at holds letters beyond ASCII.
    private var foreign: String {
        let texts = FilterColumn.allCases.map { column in
            column.isList ? "arrayStringConcat(\(column.name))" : "ifNull(toString(\(column.name)), '')"
        }
        let all = "concat(\(texts.joined(separator: ", ")))"
        return "length(\(all)) != lengthUTF8(\(all))"
    }

    /// Sorted by the hour of the start, trace and span: what is asked for is near each other, and a record that comes
    /// again lies on its earlier one.
    private var spans: [String] {
        let columns = """
            hour Int32 CODEC(Delta, ZSTD(1)), sequence Int64 CODEC(Delta, ZSTD(1)), version UInt128 CODEC(ZSTD(1)), gone UInt8,
            stamp Int64 CODEC(Delta, ZSTD(1)), collector UInt64,
            trace_id String CODEC(ZSTD(1)), span_id String CODEC(ZSTD(1)), parent_id Nullable(String) CODEC(ZSTD(1)),
            session_id String CODEC(ZSTD(1)), customer_id Nullable(String) CODEC(ZSTD(1)), config_key Nullable(String) CODEC(ZSTD(1)),
            counts UInt8, depth UInt32,
            own_session Nullable(String) CODEC(ZSTD(1)), resource_session Nullable(String) CODEC(ZSTD(1)),
            own_customer Nullable(String) CODEC(ZSTD(1)), resource_customer Nullable(String) CODEC(ZSTD(1)),
            own_config Nullable(String) CODEC(ZSTD(1)), resource_config Nullable(String) CODEC(ZSTD(1)),
            kind LowCardinality(String), status LowCardinality(String), dialect LowCardinality(String), is_streaming UInt8,
            start Int64 CODEC(Delta, ZSTD(1)), end Nullable(Int64) CODEC(ZSTD(1)), finish Nullable(Int64) CODEC(ZSTD(1)),
            duration Nullable(Int64) CODEC(ZSTD(1)), ttft Nullable(Int64) CODEC(ZSTD(1)),
            prompt_tokens Nullable(Int64) CODEC(ZSTD(1)), completion_tokens Nullable(Int64) CODEC(ZSTD(1)),
            total_tokens Nullable(Int64) CODEC(ZSTD(1)), cached_tokens Nullable(Int64) CODEC(ZSTD(1)),
            cache_write_tokens Nullable(Int64) CODEC(ZSTD(1)), cache_write_hour_tokens Nullable(Int64) CODEC(ZSTD(1)),
            reasoning_tokens Nullable(Int64) CODEC(ZSTD(1)), cost Nullable(Int64) CODEC(ZSTD(1)), cost_estimated UInt8,
            name LowCardinality(String), provider LowCardinality(Nullable(String)),
            request_model LowCardinality(Nullable(String)), response_model LowCardinality(Nullable(String)),
            response_id Nullable(String) CODEC(ZSTD(1)), finish_reason LowCardinality(Nullable(String)),
            error_message Nullable(String) CODEC(ZSTD(1)), prompt_key LowCardinality(Nullable(String)),
            prompt_version LowCardinality(Nullable(String)), prompt_test LowCardinality(Nullable(String)),
            prompt_variant Nullable(Int64), tags Array(String), tool_calls Array(String),
            metadata String CODEC(ZSTD(1)), context Nullable(String) CODEC(ZSTD(1)),
            payload_format UInt8, payload String CODEC(ZSTD(3)), surroundings String CODEC(ZSTD(3)),
            resource String CODEC(ZSTD(3)), runs String CODEC(ZSTD(1)), is_opaque UInt8,
            trace_hash UInt64 MATERIALIZED sipHash64(lower(trace_id)), span_hash UInt64 MATERIALIZED sipHash64(trace_id, '-', span_id),
            session_hash UInt64 MATERIALIZED sipHash64(lower(session_id)),
            is_foreign UInt8 MATERIALIZED \(foreign),
            INDEX by_sequence sequence TYPE minmax GRANULARITY 1, INDEX by_stamp stamp TYPE minmax GRANULARITY 1,
            INDEX by_session session_hash TYPE bloom_filter(0.01) GRANULARITY 1
            """
        return tables(
            "fallom_spans", columns, engine: "ReplacingMergeTree(version, gone)", key: "hour, trace_hash, span_hash",
            partition: "if(hour BETWEEN 262968 AND 1139544, intDiv(hour, 168), 0)", ttl: "hour",
            distributesBy: "trace_id")
    }

    /// In which hours a trace and a session have spans, kept by the server as rows come in.
    private var times: [String] {
        [("traces", "trace_hash"), ("sessions", "session_hash")].flatMap { name, hash in
            [
                table(
                    local("fallom_\(name)"), "\(hash) UInt64, hour Int32", engine: "ReplacingMergeTree",
                    key: "\(hash), hour",
                    granularity: 1024, distributesBy: nil),
                """
                CREATE MATERIALIZED VIEW IF NOT EXISTS `\(database)`.fallom_\(name)_view\(onCluster)
                TO `\(database)`.\(local("fallom_\(name)"))
                AS SELECT DISTINCT \(hash), hour FROM `\(database)`.\(local("fallom_spans"))
                """,
            ] + distributed("fallom_\(name)", by: hash)
        }
    }

    // MARK: Forms

    /// On a cluster the rows lie in a table of each shard, and one of all leads to them.
    private func local(_ name: String) -> String { layout.cluster == nil ? name : name + "_local" }

    private func tables(
        _ name: String, _ columns: String, engine: String, key: String, partition: String? = nil, ttl: String? = nil,
        distributesBy shard: String
    ) -> [String] {
        [
            table(
                local(name), columns, engine: engine, key: key, partition: partition, ttl: ttl, distributesBy: shard)
        ] + distributed(name, by: shard)
    }

    private func distributed(_ name: String, by shard: String) -> [String] {
        guard let cluster = layout.cluster else { return [] }
        return [
            """
            CREATE TABLE IF NOT EXISTS `\(database)`.\(name)\(onCluster) AS `\(database)`.\(local(name))
            ENGINE = Distributed(`\(cluster)`, `\(database)`, \(local(name)), sipHash64(\(shard)))
            """
        ]
    }

    private func table(
        _ name: String, _ columns: String, engine: String, key: String, partition: String? = nil, ttl: String? = nil,
        granularity: Int = 8192, distributesBy shard: String?
    ) -> String {
        var text = "CREATE TABLE IF NOT EXISTS `\(database)`.\(name)\(onCluster) (\n\(columns)\n)\n"
        text += "ENGINE = \(self.engine(engine, name))\n"
        if let partition { text += "PARTITION BY \(partition)\n" }
        text += "ORDER BY (\(key))\n"
        if let ttl, let days = layout.days {
            text += "TTL toDateTime(least(greatest(\(ttl), 0), 1193046) * 3600) + INTERVAL \(days) DAY\n"
        }
        let window = layout.isReplicated ? "" : ", non_replicated_deduplication_window = 1000"
        return text + "SETTINGS index_granularity = \(granularity)\(window)"
    }

    private func engine(_ engine: String, _ name: String) -> String {
        guard layout.isReplicated else { return engine }
        let place = "'/clickhouse/tables/{shard}/\(database)/\(name)', '{replica}'"
        guard let open = engine.firstIndex(of: "(") else { return "Replicated\(engine)(\(place))" }
        return "Replicated\(engine[...open])\(place), \(engine[engine.index(after: open)...])"
    }
}
