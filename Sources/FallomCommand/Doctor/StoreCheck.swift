import ClickHouseStore
import Display
import SystemCalls
import TraceModel
import TraceStore

/// Whether the store can be opened, and what it holds.
struct StoreCheck {
    let settings: Settings

    func findings() async -> [Finding] {
        if ClickHouseAddress.isMeant(by: settings.store) { return await server() }
        guard Files.exists(settings.store) else { return [missing] }
        do {
            let store = try StoreAccess.reader(settings)
            let overview = try await store.overview()
            let facts = FileFacts(at: settings.store)
            // What is not checkpointed yet lies beside it.
            let bytes = (facts?.size ?? 0) + (FileFacts(at: settings.store + "-wal")?.size ?? 0)
            let text =
                "\(settings.store): \(Figure.count(overview.spans)) spans in "
                + "\(Figure.count(overview.sessions)) sessions, \(Figure.bytes(Int(bytes)))"
                + Self.lag(try await store.textIndexState())
            let isPrivate = facts?.isOpenToOthers == false
            if !Files.isWritable(settings.store) {
                return [
                    Finding("store", .warning, "\(text); it cannot be written", advice: "Check its owner and mode.")
                ]
            }
            return [
                isPrivate
                    ? Finding("store", .good, text)
                    : Finding(
                        "store", .warning, "\(text); others may read it", advice: "chmod 600 '\(settings.store)'")
            ]
        } catch let error as StoreError {
            return [Finding("store", .bad, "\(error.path): \(error.message)", advice: error.advice)]
        } catch {
            return [Finding("store", .bad, CommandFailure(explaining: error).message)]
        }
    }

    /// A ClickHouse: whether it answers, and what it holds.
    private func server() async -> [Finding] {
        do {
            let store = try await StoreAccess.writing(settings)
            let overview = try await store.overview()
            let text =
                "\(store.path): \(Figure.count(overview.spans)) spans in \(Figure.count(overview.sessions)) sessions"
            try await store.close()
            return [Finding("store", .good, store.isReadOnly ? text + "; this user may only read" : text)]
        } catch {
            let failure = CommandFailure(explaining: error)
            return [Finding("store", .bad, failure.message, advice: failure.hint)]
        }
    }

    /// What a search must look into, where that is more than the index ever leaves to it.
    private static func lag(_ index: TextIndexState) -> String {
        index.isCaughtUp
            ? "" : "; \(Figure.count(index.pending)) spans are not in the index of texts yet: whoever listens adds them"
    }

    /// Not there yet: whether it can be made.
    private var missing: Finding {
        var folder = settings.store
        repeat {
            folder = String(folder[..<(folder.lastIndex(of: "/") ?? folder.startIndex)])
        } while !folder.isEmpty && !Files.exists(folder)
        if Files.isWritable(folder.isEmpty ? "/" : folder) {
            return Finding("store", .good, "\(settings.store) will be made by the first console")
        }
        return Finding(
            "store", .bad, "\(settings.store) cannot be made: \(folder.isEmpty ? "/" : folder) cannot be written",
            advice: "Choose a place of yours with --store FILE.")
    }
}
