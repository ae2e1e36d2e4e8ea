extension WorkspaceFolder {
    /// Snapshots as the workspace changes, the present one first. Whoever is slow gets the newest only.
    ///
    /// Changes are told by the system, not looked for. Ends when the task that reads it is cancelled.
    public func changes() -> AsyncStream<WorkspaceSnapshot> {
        AsyncStream(bufferingPolicy: .bufferingNewest(1)) { continuation in
            let watcher = WorkspaceWatcher(layout: layout) { [weak self] in
                guard let self else { return continuation.finish() }
                continuation.yield(load())
            }
            continuation.onTermination = { _ in watcher.stop() }
            watcher.start()
        }
    }
}
