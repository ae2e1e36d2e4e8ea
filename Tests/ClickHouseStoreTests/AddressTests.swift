import ClickHouseStore
import Testing

@Suite struct AddressTests {
    @Test(arguments: [
        ("clickhouse://ann@ch.example:9123/traces", "clickhouse://ann@ch.example:9123/traces"),
        ("clickhouse://ch.example", "clickhouse://default@ch.example:8123/default"),
        ("clickhouses://ann@ch.example/x", "clickhouses://ann@ch.example:8443/x"),
        ("clickhouse://[::1]:8123/x", "clickhouse://default@[::1]:8123/x"),
        ("clickhouse://ch/x?table=otel_traces", "clickhouse://default@ch:8123/x?table=otel_traces"),
    ]) func `an address is read and written`(text: String, full: String) throws {
        #expect(try ClickHouseAddress(text).description == full)
    }

    @Test(arguments: [
        "clickhouse://", "clickhouse://ann:secret@ch/x", "clickhouse://ch:99999/x", "clickhouse://ch/a b",
        "clickhouse://ch/x?password=1", "clickhouse://ch/x'y", "postgres://ch/x", "clickhouse://ch/x?table=a;b",
    ]) func `what is none is refused, and no secret is repeated`(text: String) throws {
        let mistake = try #require(throws: ClickHouseAddress.Mistake.self) { try ClickHouseAddress(text) }
        #expect(!mistake.message.contains("secret") && !mistake.advice.contains("secret"))
    }
}
