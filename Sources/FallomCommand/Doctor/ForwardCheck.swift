import Display
import SystemCalls
import TraceModel
import TraceStore

/// How far the store's spans were sent on, to each receiver that they were ever sent on to.
struct ForwardCheck {
    let settings: Settings

    func findings() async -> [Finding] {
        let sent = ForwardProgress.all(store: settings.store)
        guard !sent.isEmpty, Files.exists(settings.store), let store = try? StoreAccess.reader(settings),
            let last = try? await store.overview().lastSequence
        else { return [] }
        return sent.map { finding($0.target, $0.progress, last: last) }
    }

    private func finding(_ target: String, _ progress: ForwardProgress, last: Int64) -> Finding {
        let running = progress.running.isEmpty ? "" : "; \(Figure.count(progress.running.count)) wait for their end"
        guard progress.sequence < last else { return Finding("forward", .good, "\(target) has all" + running) }
        // Both stand in files, which may say anything.
        let behind = Int(clamping: last.subtractingReportingOverflow(progress.sequence).partialValue)
        return Finding(
            "forward", .warning, "\(target) is \(Figure.count(behind, "span")) behind" + running,
            advice:
                "They are sent while a fallom listens with --forward \(target); M-h in its console says what hinders it."
        )
    }
}
