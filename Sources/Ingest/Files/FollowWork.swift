internal import Gzip
internal import SpanCodec
internal import SystemCalls
internal import TraceModel

/// The work of one ``FileFollower``: which files are open, which have news, one block at a time from each in turn.
final class FollowWork {
    private let follower: FileFollower
    private let watcher: FollowWatcher
    private let source: IngestSource
    private var files: [FileIdentity: FollowedFile] = [:]
    private var byWatch: [Int32: FileIdentity] = [:]
    private var folderWatches: [String: Int32] = [:]
    /// Files that the system does not tell changes of: there are too many watches.
    private var unwatched: Set<FileIdentity> = []
    /// Files that are not open, as there may not be more.
    private var unopened: Set<String> = []
    private var turns = FollowTurns()
    private var progress = FollowProgress()
    private var blockSize: Int
    private var hasLookedForRotated = false

    /// Retired files that are kept open for a writer that has not noticed yet.
    private static let mostRetired = 4

    init(_ follower: FileFollower, _ watcher: FollowWatcher) {
        self.follower = follower
        self.watcher = watcher
        self.source = .file(follower.path)
        self.blockSize = follower.options.firstBlock
    }

    /// Works until the task is cancelled.
    func run() async {
        var rings = watcher.rings.makeAsyncIterator()
        await lookAround()
        while !Task.isCancelled {
            await apply(watcher.take())
            if let identity = turns.next() {
                await step(identity)
            } else {
                showRest()
                guard await rings.next() != nil else { break }
                queueFailed()
            }
        }
    }

    private func apply(_ changes: FollowWatcher.Changes) async {
        guard !changes.isEmpty else { return }
        for watch in changes.written.union(changes.closed) {
            guard let identity = byWatch[watch], let file = files[identity] else { continue }
            file.isClosedByWriter = changes.closed.contains(watch)
            noteNews(of: identity)
        }
        folderWatches = folderWatches.filter { !changes.lost.contains($0.value) }
        guard changes.isStructural else { return }
        await lookAround()
        // Every change of a file that is watched is told, unless so many came that some were lost.
        for identity in changes.hasLostEvents ? Set(files.keys) : unwatched { noteNews(of: identity) }
    }

    /// A file changed: before reading on, see whether it is still the same text.
    private func noteNews(of identity: FileIdentity) {
        guard let file = files[identity], !turns.contains(identity) else { return }
        if file.wasReplaced() {
            if file.reader.pendingBytes > 0 {
                let reason = "\(file.file.path) was cut shorter in the middle of a line"
                follower.counters.dropped(1, by: .fileCut, of: source, because: reason)
            }
            file.isBroken = false
            file.rewind(to: FollowedFile.Place(offset: 0, line: 1))
        }
        turns.add(identity)
    }

    private func queueFailed() {
        for (identity, file) in files where file.failures.isPending { turns.add(identity) }
    }

    /// Reads one block of a file.
    private func step(_ identity: FileIdentity) async {
        guard let file = files[identity] else { return }
        if let failed = file.failures.take() {
            await follower.options.retryDelay()
            file.rewind(to: failed)
        }
        guard !file.isBroken else { return end(file) }
        do {
            switch try await file.reader.next(blockSize) {
            case .end: end(file)
            case .lines(let output):
                file.rememberHead()
                blockSize = min(blockSize * 2, follower.options.largestBlock)
                await take(output, of: file)
                turns.add(identity)
            }
        } catch {
            giveUp(file, because: "\(error)")
        }
    }

    private func giveUp(_ file: FollowedFile, because reason: String) {
        file.isBroken = true
        let words = "\(file.file.path): \(reason)"
        follower.counters.rejected(by: .compression, of: source, because: words)
        end(file)
    }

    /// The end was reached, for now or for good.
    private func end(_ file: FollowedFile) {
        guard file.isRetired else { return }
        let retired = files.values.filter(\.isRetired).count
        guard file.isClosedByWriter || file.isBroken || retired > Self.mostRetired else { return }
        close(file)
    }

    private func close(_ file: FollowedFile) {
        if let watch = file.watch {
            watcher.forget(watch)
            byWatch[watch] = nil
        }
        files[file.identity] = nil
        unwatched.remove(file.identity)
        progress.remove(file)
    }
}

extension FollowWork {
    /// Decodes what was read and hands it to the writer, waiting for room.
    private func take(_ output: LineAssembler.Output, of file: FollowedFile) async {
        let name = file.file.path
        let numbersLines = file.reader.numbersLines
        if let overlong = output.overlong {
            let rejected = follower.decoder.overlong(overlong, path: name, numbersLines: numbersLines)
            follower.counters.rejected(by: .tooLong, of: source, because: rejected.description)
        }
        showProgress(of: file)
        guard let block = output.block else { return }
        let decoded = follower.decoder.decode(block, path: name, numbersLines: numbersLines)
        follower.counters.update(source) { $0.take(decoded) }
        let position = file.reader.resumableOffset(after: block.endOffset).map {
            FilePosition(device: file.identity.device, inode: file.identity.inode, offset: $0, path: name)
        }
        let batch = IngestBatch(decoded.batch, position: position)
        guard !batch.isEmpty else { return }
        let failures = file.failures
        let place = FollowedFile.Place(offset: block.offset, line: numbersLines ? block.firstLine : nil)
        do {
            try await follower.writer.write(batch, from: source, in: failures.order) { [watcher] result in
                guard case .failure = result else { return }
                failures.note(place)
                watcher.poke()
            }
        } catch {
            // The writer has ended: so will we, and the position stays where it was committed.
        }
    }

    private func showProgress(of file: FollowedFile) {
        progress.count(file)
        let progress = progress
        follower.counters.update(source) {
            $0.bytes = progress.read
            $0.totalBytes = progress.total
            $0.state = .reading
        }
    }

    private func showRest() {
        let state: IngestState = shortage.map { IngestState.failed($0) } ?? (files.isEmpty ? .waiting : .following)
        follower.counters.update(source) { $0.state = state }
    }

    /// What a person must know when files stay closed; `nil` when none do.
    private var shortage: String? {
        guard !unopened.isEmpty else { return nil }
        return "\(unopened.count) files are not read: no more than \(files.count) may be open at once "
            + "(raise 'ulimit -n', or follow fewer files)"
    }
}

extension FollowWork {
    /// Looks at the path: opens what is new, retires what has lost its name.
    private func lookAround() async {
        watchFolders()
        unopened = []
        if !hasLookedForRotated {
            hasLookedForRotated = true
            await openRotatedBefore()
        }
        let wanted = SpanFiles.paths(at: follower.path)
        var seen: Set<FileIdentity> = []
        for path in wanted {
            guard let facts = FileFacts(at: path), facts.kind == .file else { continue }
            seen.insert(facts.identity)
            if let known = files[facts.identity] {
                known.isRetired = false
            } else {
                await open(path)
            }
        }
        for file in files.values where !seen.contains(file.identity) && !file.isRetired {
            file.isRetired = true
            noteNews(of: file.identity)
        }
        if let shortage { follower.counters.update(source) { $0.lastError = shortage } }
    }

    private func open(_ path: String, onlyIfFollowedAs name: String? = nil) async {
        guard files.count < follower.options.mostOpen ?? .max else {
            unopened.insert(path)
            return
        }
        do throws(IngestError) {
            let file = try OpenFile(path: path)
            guard let facts = file.facts, facts.kind == .file, files[facts.identity] == nil else { return }
            let place = await startPlace(of: file, facts, onlyIfFollowedAs: name)
            guard let place else { return }
            let watch = watcher.watch(file.descriptor)
            let followed = FollowedFile(
                file, facts.identity, watch: watch, lineLimit: follower.options.lineLimit, from: place)
            files[facts.identity] = followed
            progress.count(followed)
            if let watch { byWatch[watch] = facts.identity } else { unwatched.insert(facts.identity) }
            turns.add(facts.identity)
        } catch {
            if error.isShortage { unopened.insert(path) }
            follower.counters.update(source) { $0.lastError = "\(error)" }
        }
    }

    /// Where to begin: where whoever followed the file before stopped, if the file can still be the same.
    private func startPlace(
        of file: OpenFile, _ facts: FileFacts, onlyIfFollowedAs name: String?
    ) async -> FollowedFile.Place? {
        let identity = facts.identity
        let known = try? await follower.store.position(device: identity.device, inode: identity.inode)
        if let name, known?.path != name { return nil }
        let start = FollowedFile.Place(offset: 0, line: 1)
        guard let known, known.offset > 0, known.offset <= facts.size else { return start }
        // An inode may have been given to another file: then the old place is rarely the start of a line.
        guard case .success(let bytes) = file.readNow(2, at: 0) else { return start }
        let isCompressed = bytes == [0x1F, 0x8B]
        guard case .success(let before) = file.readNow(1, at: known.offset - 1) else { return start }
        return isCompressed || before == [0x0A] ? FollowedFile.Place(offset: known.offset, line: nil) : start
    }

    /// A file that was renamed while nobody followed it, read to its end.
    private func openRotatedBefore() async {
        guard let (folder, name) = SpanFiles.split(follower.path), !Files.isFolder(follower.path)
        else { return }
        for other in (try? Files.names(in: folder)) ?? [] where other.hasPrefix(name) && other != name {
            await open(folder + "/" + other, onlyIfFollowedAs: follower.path)
        }
    }

    /// Watches the folder whose names matter; where it does not exist yet, the nearest one above that does.
    private func watchFolders() {
        var folder = SpanFiles.folderToWatch(for: follower.path)
        while folderWatches[folder] == nil {
            guard let watch = watcher.watch(folder: folder) else { break }
            for (old, watch) in folderWatches where old != folder { watcher.forget(watch) }
            folderWatches = [folder: watch]
            // Something may have appeared between looking and watching.
            folder = SpanFiles.folderToWatch(for: follower.path)
        }
    }
}
