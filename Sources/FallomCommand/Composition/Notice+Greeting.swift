import Console
import TraceModel
import TraceStore

extension Notice {
    /// Why a console does not listen, where it does not.
    static func listening(_ backend: Backend) -> Notice? {
        if backend.store.isReadOnly {
            guard backend.settings.listens else { return nil }
            return Notice(
                "nothing is listened to, for this store can only be read (\(backend.store.path))", .problem)
        }
        guard backend.settings.listens, backend.store is TraceStore,
            let process = StoreLock.holder(storeAt: backend.settings.store)
        else {
            return nil
        }
        return Notice(
            "process \(process) listens for this store; this console reads it, and listens when that one ends")
    }

    /// What the demo says first.
    static let demo = Notice("A made-up load, gone at the end. M-t begins a tour, ? shows the keys, q ends.")
}
