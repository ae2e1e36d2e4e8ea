import Display
import Glibc
import TraceModel
import TraceStore

/// Whether the store can be opened, and what it holds.
struct StoreCheck {
    let settings: Settings

    func findings() async -> [Finding] {
        guard TextFile.exists(settings.store) else { return [missing] }
        do {
            let store = try StoreAccess.reader(settings)
            let overview = try await store.overview()
            var status = stat()
            stat(settings.store, &status)
            // What is not checkpointed yet lies beside it.
            var log = stat()
            let logBytes = stat(settings.store + "-wal", &log) == 0 ? Int64(log.st_size) : 0
            let text =
                "\(settings.store): \(Figure.count(overview.spans)) spans in "
                + "\(Figure.count(overview.sessions)) sessions, \(Figure.bytes(status.st_size + Int(logBytes)))"
            let isPrivate = status.st_mode & 0o077 == 0
            if access(settings.store, W_OK) != 0 {
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

    /// Not there yet: whether it can be made.
    private var missing: Finding {
        var folder = settings.store
        repeat {
            folder = String(folder[..<(folder.lastIndex(of: "/") ?? folder.startIndex)])
        } while !folder.isEmpty && !TextFile.exists(folder)
        if access(folder.isEmpty ? "/" : folder, W_OK) == 0 {
            return Finding("store", .good, "\(settings.store) will be made by the first console")
        }
        return Finding(
            "store", .bad, "\(settings.store) cannot be made: \(folder.isEmpty ? "/" : folder) cannot be written",
            advice: "Choose a place of yours with --store FILE.")
    }
}
