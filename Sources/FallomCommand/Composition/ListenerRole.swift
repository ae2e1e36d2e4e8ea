import ClickHouseStore
import Ingest
import TraceModel
import TraceStore

/// Whether this process is the one that listens for its store.
enum ListenerRole: Hashable, Sendable {
    /// It listens.
    case listening
    /// Another process listens; this one reads the store and takes over when the other ends. Its id, where it said so.
    case waiting(process: Int32?)
    /// It was told not to listen.
    case off
    /// The store cannot be written: it is read, and nothing is taken into it.
    case readOnly
    /// Who listens cannot be settled, so this process does not; why, for people.
    case failed(CommandFailure)
}

/// Runs the ways in of a process: its files always, its listeners while it holds the store's lock.
struct WaysIn: Sendable {
    let backend: Backend
    /// Files and folders to follow.
    let paths: [String]
    /// Called whenever the role changes, first with the one at the start.
    let onChange: @Sendable (ListenerRole) -> Void
    /// Called after each round of retention with why it failed, or with nothing where it worked.
    var onRetention: @Sendable (CommandFailure?) -> Void = { _ in }
    /// Called with how the sending on fares, where spans are sent on.
    var onForward: @Sendable (Forwarder.Health) -> Void = { _ in }

    /// Works until the task is cancelled; what was taken by then is stored. What does not work is told, and leaves the
    /// rest working.
    func run() async {
        guard !backend.store.isReadOnly else {
            onChange(.readOnly)
            return
        }
        await withTaskGroup(of: Void.self) { group in
            if !paths.isEmpty {
                let files = backend.ingest(paths: paths, listens: false)
                group.addTask { await files.run() }
            }
            group.addTask { await listen() }
            await group.waitForAll()
        }
    }

    private func listen() async {
        guard backend.settings.listens else {
            onChange(.off)
            return
        }
        // Any number of collectors write into a ClickHouse: nobody is elected.
        guard backend.store is TraceStore else {
            onChange(.listening)
            return await receive()
        }
        do {
            let lock = try await elected()
            onChange(.listening)
            await receive()
            // The lock is given back only when nothing of ours listens any more.
            withExtendedLifetime(lock) {}
        } catch {
            // Whoever ends us knows why waiting for the lock was cut short.
            if !Task.isCancelled { onChange(.failed(CommandFailure(explaining: error))) }
        }
    }

    /// The lock, at once or when the process that has it ends.
    private func elected() async throws -> StoreLock {
        let store = backend.settings.store
        if let free = try StoreLock.tryAcquire(storeAt: store) { return free }
        onChange(.waiting(process: StoreLock.holder(storeAt: store)))
        return try await StoreLock.acquire(storeAt: store)
    }

    private func receive() async {
        await withTaskGroup(of: Void.self) { group in
            let service = backend.ingest(paths: [], listens: true)
            group.addTask { await service.run() }
            group.addTask { await care() }
            if let target = backend.settings.forward {
                let forwarder = Forwarder(store: backend.store, target: target, tell: onForward)
                group.addTask { await forward(forwarder) }
            }
            if let care = RetentionCare(backend) {
                let onRetention = onRetention
                group.addTask { await care.run(onRetention) }
            }
            await group.waitForAll()
        }
    }
}

extension WaysIn {
    /// What a store needs beside what comes in, until the task is cancelled.
    private func care() async {
        switch backend.store {
        case let file as TraceStore: await file.keepTextIndex()
        case let server as SpooledStore: await server.store.keepSettled()
        default: break
        }
    }

    /// Sends on until the task is cancelled. What goes wrong here, not at the receiver, is told and tried again.
    private func forward(_ forwarder: Forwarder) async {
        repeat {
            do {
                try await forwarder.run()
                return
            } catch {
                guard !Task.isCancelled else { return }
                onForward(
                    Forwarder.Health(
                        target: forwarder.target, behind: 0, trouble: CommandFailure(explaining: error).message))
            }
        } while (try? await Task.sleep(for: .seconds(5))) != nil
    }
}

/// Keeps the store as small and as young as the settings say: at the start, and once an hour.
private struct RetentionCare: Sendable {
    private let store: TraceStore
    private let policy: RetentionPolicy

    /// `nil` where everything is kept.
    init?(_ backend: Backend) {
        let retention = backend.settings.retention
        guard retention.days != nil || retention.megabytes != nil, let file = backend.store as? TraceStore else {
            return nil
        }
        store = file
        policy = RetentionPolicy(
            maxAgeNanoseconds: retention.days.map { Self.product($0, 86_400_000_000_000) },
            maxBytes: retention.megabytes.map { Self.product($0, 1_000_000) })
    }

    /// `value` times `unit`, as large as there is room for.
    private static func product(_ value: Int, _ unit: Int64) -> Int64 {
        let (product, isTooLarge) = Int64(value).multipliedReportingOverflow(by: unit)
        return isTooLarge ? .max : product
    }

    /// Works until the task is cancelled.
    func run(_ tell: @Sendable (CommandFailure?) -> Void) async {
        repeat {
            do {
                _ = try await store.retain(policy)
                tell(nil)
            } catch {
                // What could not be removed now is removed in an hour.
                if !Task.isCancelled { tell(CommandFailure(explaining: error)) }
            }
        } while (try? await Task.sleep(for: .seconds(3600))) != nil
    }
}
