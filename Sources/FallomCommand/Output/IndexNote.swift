import Display
import TraceModel

/// Says how many texts the index does not hold yet, where a search had to look into them.
enum IndexNote {
    static func tell(_ filter: SpanFilter, _ store: any TraceReader) async {
        guard filter.needsPayload, let overview = try? await store.overview(), overview.unindexed > 0 else { return }
        StandardError.line(
            "the texts of \(Figure.count(overview.unindexed, "span")) are not indexed yet and were looked into; "
                + "'fallom serve' and the console index them")
    }
}
