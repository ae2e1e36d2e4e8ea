import ClickHouseStore
import Testing

@Suite struct StoreSchemaTests {
    private func statements(_ layout: StoreSchema.Layout) throws -> [String] {
        let schema = StoreSchema(try ClickHouseAddress("clickhouse://ch/traces"), layout)
        return schema.beginning + schema.steps.flatMap(\.statements)
    }

    @Test func `every statement may be run again`() throws {
        for layout in [StoreSchema.Layout(), .init(cluster: "c", isReplicated: true, days: 30)] {
            for statement in try statements(layout) { #expect(statement.contains("IF NOT EXISTS"), "\(statement)") }
        }
    }

    @Test func `a cluster has tables of each shard and tables that lead to all`() throws {
        let all = try statements(.init(cluster: "main", isReplicated: true, days: 30)).joined(separator: "\n")
        #expect(all.contains("CREATE TABLE IF NOT EXISTS `traces`.fallom_spans_local ON CLUSTER `main`"))
        #expect(
            all.contains(
                "ReplicatedReplacingMergeTree('/clickhouse/tables/{shard}/traces/fallom_spans_local', '{replica}', version, gone)"
            ))
        #expect(all.contains("ENGINE = Distributed(`main`, `traces`, fallom_spans_local, sipHash64(trace_id))"))
        #expect(all.contains("INTERVAL 30 DAY"))
        #expect(!all.contains("non_replicated_deduplication_window"))
    }
}
