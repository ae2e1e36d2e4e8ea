internal import GRDB

/// The store's tables. Steps are only ever added: a released step never changes, and `PRAGMA user_version` counts the
/// steps a file has seen.
enum Schema {
    /// `PRAGMA application_id`: tells a store from other SQLite files ("Flm1").
    static let applicationID: Int64 = 0x466C_6D31

    /// The steps, oldest first.
    static let steps: [String] = [
        version1, version2, version3, version4, version5, version6, version7, version8, version9, version10,
        version11,
    ]

    /// The version this program writes.
    static var version: Int { steps.count }

    /// Ids are interned: a trace and a session have a number, so that the indexes of `span` are small and grow at their
    /// ends. `span` holds what is searched and shown; bytes as they came are in `body`, many spans to a row, deflated
    /// together. `stale` names sessions whose figures in `session` are older than their spans.
    private static let version1 = """
        CREATE TABLE state (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            revision INTEGER NOT NULL,
            last_sequence INTEGER NOT NULL,
            spans INTEGER NOT NULL
        );
        INSERT INTO state VALUES (1, 0, 0, 0);

        CREATE TABLE trace (no INTEGER PRIMARY KEY, trace_id TEXT NOT NULL UNIQUE);

        CREATE TABLE session (
            no INTEGER PRIMARY KEY,
            session_id TEXT NOT NULL UNIQUE,
            config_key TEXT, customer_id TEXT,
            started_at INTEGER, last_at INTEGER,
            spans INTEGER, llm_calls INTEGER, errors INTEGER, running INTEGER,
            models BLOB,
            prompt_tokens INTEGER, completion_tokens INTEGER, total_tokens INTEGER,
            cost INTEGER, cost_estimated INTEGER,
            latency_p50 INTEGER, latency_p95 INTEGER, latency_max INTEGER,
            ttft_p50 INTEGER, ttft_p95 INTEGER
        );
        CREATE INDEX session_by_last_at ON session (last_at DESC) WHERE spans IS NOT NULL;
        CREATE INDEX session_by_started_at ON session (started_at DESC) WHERE spans IS NOT NULL;
        CREATE INDEX session_by_llm_calls ON session (llm_calls DESC) WHERE spans IS NOT NULL;
        CREATE INDEX session_by_spans ON session (spans DESC) WHERE spans IS NOT NULL;
        CREATE INDEX session_by_total_tokens ON session (total_tokens DESC) WHERE spans IS NOT NULL;
        CREATE INDEX session_by_errors ON session (errors DESC) WHERE errors > 0;
        CREATE INDEX session_by_cost ON session (cost DESC) WHERE cost IS NOT NULL;
        CREATE INDEX session_by_latency_p50 ON session (latency_p50 DESC) WHERE latency_p50 IS NOT NULL;
        CREATE INDEX session_by_latency_p95 ON session (latency_p95 DESC) WHERE latency_p95 IS NOT NULL;
        CREATE INDEX session_by_ttft_p95 ON session (ttft_p95 DESC) WHERE ttft_p95 IS NOT NULL;

        CREATE TABLE stale (session_no INTEGER PRIMARY KEY);

        CREATE TABLE span (
            sequence INTEGER PRIMARY KEY,
            trace_no INTEGER NOT NULL, span_id TEXT NOT NULL, parent_id TEXT,
            session_no INTEGER NOT NULL, customer_id TEXT, config_key TEXT,
            is_counted INTEGER NOT NULL, depth INTEGER NOT NULL,
            kind INTEGER NOT NULL, status INTEGER NOT NULL, dialect INTEGER NOT NULL, is_streaming INTEGER NOT NULL,
            start INTEGER NOT NULL, end INTEGER, duration INTEGER, ttft INTEGER,
            prompt_tokens INTEGER, completion_tokens INTEGER, total_tokens INTEGER,
            cached_tokens INTEGER, cache_write_tokens INTEGER, reasoning_tokens INTEGER,
            cost INTEGER, cost_estimated INTEGER,
            name TEXT NOT NULL, provider TEXT, request_model TEXT, response_model TEXT, response_id TEXT,
            finish_reason TEXT, error_message TEXT,
            prompt_key TEXT, prompt_version TEXT, prompt_test TEXT, prompt_variant INTEGER,
            tags BLOB, tool_calls BLOB, metadata BLOB, identity BLOB,
            body_no INTEGER NOT NULL, body_index INTEGER NOT NULL
        );
        CREATE UNIQUE INDEX span_by_key ON span (trace_no, span_id);
        CREATE INDEX span_by_session ON span (session_no, start);
        CREATE INDEX span_by_start ON span (start);
        CREATE INDEX span_by_error ON span (sequence) WHERE status = 1;

        CREATE TABLE body (no INTEGER PRIMARY KEY, encoding INTEGER NOT NULL, size INTEGER NOT NULL, bytes BLOB NOT NULL);
        CREATE TABLE body_use (body_no INTEGER PRIMARY KEY, spans INTEGER NOT NULL);

        CREATE TABLE content (
            no INTEGER PRIMARY KEY,
            trace_no INTEGER NOT NULL, span_id TEXT NOT NULL,
            time INTEGER, event_name TEXT NOT NULL, payload BLOB NOT NULL,
            digest INTEGER NOT NULL, received INTEGER NOT NULL
        );
        CREATE UNIQUE INDEX content_by_span ON content (trace_no, span_id, digest);

        CREATE TABLE assignment (
            no INTEGER PRIMARY KEY,
            session_id TEXT NOT NULL, config_key TEXT NOT NULL, config_version INTEGER NOT NULL,
            assigned_model TEXT NOT NULL, time INTEGER NOT NULL
        );
        CREATE INDEX assignment_by_session ON assignment (session_id);

        CREATE TABLE position (
            device INTEGER NOT NULL, inode INTEGER NOT NULL, byte_offset INTEGER NOT NULL, path TEXT NOT NULL,
            PRIMARY KEY (device, inode)
        ) WITHOUT ROWID;
        """

    /// What a session's model was asked for with, so that a replay over many sessions reads one row for each: the context
    /// of a span; of a session the first context and the first metadata there are, and its config keys where it has more
    /// than the one in `config_key`. What an earlier program stored has no context; its sessions are replayed with
    /// customer and metadata.
    private static let version2 = """
        ALTER TABLE span ADD COLUMN context BLOB;
        ALTER TABLE session ADD COLUMN context BLOB;
        ALTER TABLE session ADD COLUMN metadata BLOB;
        ALTER TABLE session ADD COLUMN configs BLOB;
        UPDATE session SET metadata = (
            SELECT metadata FROM span WHERE session_no = session.no AND span.metadata IS NOT NULL
            ORDER BY start, sequence LIMIT 1);
        INSERT OR IGNORE INTO stale
            SELECT session_no FROM span GROUP BY session_no HAVING count(DISTINCT config_key) > 1;
        """

    /// Cost and calls count by rules of their own, in new bits of `is_counted` (``StoredCodes/code(of:)``): 2 where a span
    /// says what it cost and no span below it does, 4 for an LLM span inside another's request. Between the two lie spans
    /// of any kind but agent, tool, retrieval, embedding, reranker, guardrail and evaluator.
    private static let version3 = """
        WITH RECURSIVE above (trace_no, id) AS (
            SELECT trace_no, parent_id FROM span WHERE cost > 0 AND NOT cost_estimated AND parent_id IS NOT NULL
            UNION
            SELECT span.trace_no, span.parent_id FROM above
                JOIN span ON span.trace_no = above.trace_no AND span.span_id = above.id
                WHERE span.parent_id IS NOT NULL)
        UPDATE span SET is_counted = is_counted | 2 WHERE cost > 0 AND NOT cost_estimated
            AND is_counted = EXISTS (SELECT 1 FROM above WHERE above.trace_no = span.trace_no AND above.id = span_id);

        WITH RECURSIVE around (sequence, trace_no, id) AS (
            SELECT sequence, trace_no, parent_id FROM span WHERE kind = 1 AND parent_id IS NOT NULL
            UNION
            SELECT around.sequence, span.trace_no, span.parent_id FROM around
                JOIN span ON span.trace_no = around.trace_no AND span.span_id = around.id
                WHERE span.kind NOT IN (1, 2, 3, 4, 6, 7, 8, 9) AND span.parent_id IS NOT NULL)
        UPDATE span SET is_counted = is_counted | 4 WHERE sequence IN (
            SELECT around.sequence FROM around
                JOIN span AS call ON call.trace_no = around.trace_no AND call.span_id = around.id
                WHERE call.kind = 1 AND call.sequence <> around.sequence);

        INSERT OR IGNORE INTO stale SELECT session_no FROM span WHERE is_counted > 1;
        """

    /// Large surroundings lie apart from the bodies that need them, each once, found again by their digest.
    private static let version4 = """
        CREATE TABLE surroundings (
            no INTEGER PRIMARY KEY,
            digest INTEGER NOT NULL, encoding INTEGER NOT NULL, size INTEGER NOT NULL, bytes BLOB NOT NULL
        );
        CREATE INDEX surroundings_by_digest ON surroundings (digest);

        CREATE TABLE body_surroundings (
            body_no INTEGER NOT NULL, place INTEGER NOT NULL, surroundings_no INTEGER NOT NULL,
            PRIMARY KEY (body_no, place)
        ) WITHOUT ROWID;
        CREATE INDEX body_surroundings_by_surroundings ON body_surroundings (surroundings_no);
        """

    /// The index of texts (docs/search.md): which segments of 4,096 sequences are in it, their grams in pieces, and blocks
    /// of 64 sequences whose spans say something else since then. Cache writes for an hour, which cost more. New bodies
    /// are zstd frames.
    private static let version5 = """
        CREATE TABLE text_segment (no INTEGER PRIMARY KEY, revision INTEGER NOT NULL);
        CREATE TABLE text_piece (no INTEGER PRIMARY KEY, bytes BLOB NOT NULL);
        CREATE TABLE text_stale (block INTEGER PRIMARY KEY, revision INTEGER NOT NULL);
        ALTER TABLE span ADD COLUMN cache_write_hour_tokens INTEGER;
        """

    /// What people keep of sessions: told by the session's id, which stays while its number may change.
    private static let version6 = """
        CREATE TABLE kept (
            session_id TEXT PRIMARY KEY, pinned INTEGER NOT NULL, note TEXT, time INTEGER NOT NULL
        ) WITHOUT ROWID;
        CREATE TABLE kept_label (
            session_id TEXT NOT NULL, label TEXT NOT NULL, PRIMARY KEY (session_id, label)
        ) WITHOUT ROWID;
        """

    /// The customers of a session where it has more than the one in `customer_id`, so that a filter by customer is answered
    /// from the rows of sessions.
    private static let version7 = """
        ALTER TABLE session ADD COLUMN customers BLOB;
        INSERT OR IGNORE INTO stale
            SELECT session_no FROM span WHERE customer_id IS NOT NULL
            GROUP BY session_no HAVING count(DISTINCT customer_id) > 1;
        """

    /// Scores: kind 0 of a session, whose trace is empty, 1 of a span. They are told by ids, since they may come before what
    /// they are about. `number` is what a word stands for, too, where it stands for one.
    private static let version8 = """
        CREATE TABLE score (
            no INTEGER PRIMARY KEY,
            kind INTEGER NOT NULL, trace_id TEXT NOT NULL, target_id TEXT NOT NULL,
            name TEXT NOT NULL, judge TEXT NOT NULL,
            number REAL, word TEXT, comment TEXT, time INTEGER NOT NULL
        );
        CREATE UNIQUE INDEX score_by_target ON score (target_id, trace_id, kind, name, judge);
        CREATE INDEX score_of_span ON score (no) WHERE kind = 1;
        """

    /// Traces of which many rows say something else than their trace does since that revision: they are brought in line a
    /// few at a time.
    private static let version9 = """
        CREATE TABLE unsettled (trace_no INTEGER PRIMARY KEY, revision INTEGER NOT NULL);
        """

    /// The index of failed spans says enough of them to sort them and to know their sessions without their rows.
    private static let version10 = """
        DROP INDEX span_by_error;
        CREATE INDEX span_by_error ON span (sequence, start, session_no, status, end, duration) WHERE status = 1;
        """

    /// The index of starts says enough of a span to pass over it by config, latency, tokens or cost without its row, and
    /// sessions are found by customer and by config.
    private static let version11 = """
        DROP INDEX span_by_start;
        CREATE INDEX span_by_start ON span (start, sequence, session_no, config_key, duration, total_tokens, cost);
        CREATE INDEX session_by_customer ON session (customer_id);
        CREATE INDEX session_by_config ON session (config_key);
        CREATE INDEX session_of_customers ON session (no) WHERE customers IS NOT NULL;
        CREATE INDEX session_of_configs ON session (no) WHERE configs IS NOT NULL;
        """
}
