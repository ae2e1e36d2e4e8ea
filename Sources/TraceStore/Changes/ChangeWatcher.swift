/// Stub until the watcher is written.
final class ChangeWatcher: Sendable {
    func stop() {}
}
