public import WorkspaceModel

extension WorkspaceFolder {
    /// Snapshots as the workspace changes, the present one first. Whoever is slow gets the newest only.
    ///
    /// Changes are told by the system, not looked for. Ends when the task that reads it is cancelled, or with the folder.
    public func changes() -> AsyncStream<WorkspaceSnapshot> {
        let changes = follower.stream()
        follow()
        return changes
    }

    /// The workspace as it was read after the last change; followed from then on.
    func followed() -> WorkspaceSnapshot {
        follow()
        return snapshot()
    }

    /// Begins to follow the folder, once.
    private func follow() {
        follower.start(layout) { [weak self] in
            let snapshot = self?.load()
            self?.noteVersions()
            return snapshot
        }
    }
}
