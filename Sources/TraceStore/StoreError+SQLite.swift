internal import GRDB

extension StoreError {
    /// What a failure of SQLite, of GRDB or of a task means for a store.
    init(_ error: any Error, path: String) {
        if let error = error as? StoreError {
            self = error
            return
        }
        guard let error = error as? DatabaseError else {
            self.init(
                code: error is CancellationError ? .closed : .other, path: path,
                message: error is CancellationError ? "the operation was cancelled" : "\(error)",
                advice: "nothing was committed; try again")
            return
        }
        let detail = error.message ?? "SQLite error \(error.resultCode.rawValue)"
        let (code, message, advice) = StoreError.explain(error.resultCode.primaryResultCode, detail)
        self.init(code: code, path: path, message: message, advice: advice)
    }

    private static func explain(_ code: ResultCode, _ detail: String) -> (Code, String, String) {
        switch code {
        case .SQLITE_FULL:
            (.diskFull, "there is no space left", "free some space or remove old sessions; nothing stored is lost")
        case .SQLITE_READONLY, .SQLITE_PERM:
            (
                .notWritable, "the store cannot be written",
                "make the file and its folder writable, or name another store"
            )
        case .SQLITE_CORRUPT, .SQLITE_NOTADB: corruption(detail)
        case .SQLITE_BUSY, .SQLITE_LOCKED:
            (.busy, "another process is writing for too long", "wait for it to end and try again")
        case .SQLITE_CANTOPEN:
            (.cannotOpen, "the store cannot be opened", "check that its folder exists and that you may use it")
        case .SQLITE_IOERR:
            (.inputOutput, "the disk does not answer as it should (\(detail))", "check the disk and its free space")
        case .SQLITE_ERROR, .SQLITE_TOOBIG, .SQLITE_RANGE:
            // The file has no part in it: the question was one that SQLite does not take.
            (.other, "the question could not be asked (\(detail))", "ask less in one; please report this as a fault")
        case .SQLITE_MISUSE, .SQLITE_INTERRUPT, .SQLITE_ABORT:
            (.closed, "the store was closed, or the work cancelled (\(detail))", "nothing was committed; try again")
        default:
            (.other, detail, "nothing of this batch was committed; 'fallom store check' says whether the file is whole")
        }
    }

    /// A file that does not begin as a database does.
    static func noDatabase(_ path: String) -> StoreError {
        let (code, message, advice) = corruption("it does not begin like a database")
        return StoreError(code: code, path: path, message: message, advice: advice)
    }

    private static func corruption(_ detail: String) -> (Code, String, String) {
        (
            .corrupt, "the file is damaged or is no store (\(detail))",
            "nothing was changed; 'fallom store salvage' writes a new store of what can be read, 'fallom store renew' moves "
                + "the file aside and begins anew"
        )
    }
}
