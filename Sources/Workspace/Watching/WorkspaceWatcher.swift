import SystemCalls
import WorkspaceModel

/// Tells of changes below a workspace.
///
/// Every folder that matters is watched. After each wake-up the folders are listed again before the change is told, so that
/// what was put into a folder before its watch began is seen too.
final class WorkspaceWatcher: Sendable {
    private let layout: Layout
    private let changed: @Sendable () -> Void
    /// `nil` where the system gives no watcher: then nothing is told but the first state.
    private let events: ChangeEvents?

    /// What is watched for: everything that changes a name or ends a write.
    private static let kinds: ChangeEvents.Kind = [.names, .closedByWriter]

    /// Prepares to call `changed` once and after every change, on a thread of its own.
    init(layout: Layout, changed: @escaping @Sendable () -> Void) {
        self.layout = layout
        self.changed = changed
        self.events = try? ChangeEvents()
    }

    /// Begins, on a thread of its own that sleeps in the system until something happens.
    func start() {
        guard let events, (try? BlockingThread.start({ self.run(events) })) != nil else { return changed() }
    }

    /// Ends; no call follows but one that is already running.
    func stop() {
        events?.stop()
    }

    /// The longest rest between two readings.
    private static let longestRest = Duration.milliseconds(500)

    private func run(_ events: ChangeEvents) {
        while true {
            let start = ContinuousClock.now
            // What happened in detail does not matter, since everything is listed again.
            events.drain()
            watchFolders(events)
            changed()
            let end = ContinuousClock.now
            guard let wait = try? events.wait(), wait == .events else { return }
            // Where changes do not end, readings take half of the time: the other half is everybody else's. What comes in it is
            // read together.
            let rest = max(.zero, min(start.duration(to: end), Self.longestRest) - end.duration(to: .now))
            guard !events.isStopped(within: Int32(rest / .milliseconds(1))) else { return }
        }
    }

    /// Watches the workspace's folders; those watched already stay watched. While the workspace is not there, the nearest
    /// folder above it is watched.
    private func watchFolders(_ events: ChangeEvents) {
        let files = layout.files
        func add(_ path: String) -> Bool { events.watch(path, for: Self.kinds) != nil }
        var root = layout.root
        while !add(root), root != ".", root != "/" { root = Files.folder(of: root) }
        _ = add(layout.contexts)
        for kind in RecordKind.allCases {
            let folder = layout.folder(kind)
            guard add(folder), let names = try? files.names(in: folder) else { continue }
            for name in names where !name.hasPrefix(".") {
                let keyFolder = "\(folder)/\(name)"
                guard add(keyFolder), kind == .prompt else { continue }
                for version in (try? files.names(in: keyFolder)) ?? [] where kind.version(ofName: version) != nil {
                    _ = add("\(keyFolder)/\(version)")
                }
            }
        }
    }
}
