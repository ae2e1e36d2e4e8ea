import Console
import Display
import Experiments
import TraceModel
import WorkspaceModel

/// The questions that are being answered: one at most for each owner and slot.
struct ConsoleWork {
    private struct Slot: Hashable {
        let owner: Int
        let slot: Int
    }

    private let questions = TaskRegister<Slot>()
    private let exports = TaskRegister<Int>()
    private var exportsBegun = 0
    private var lastAction: Task<Void, Never>?

    /// Asks; what the same slot asked before is cancelled, for its answer is no longer wanted.
    mutating func start(
        _ id: RequestID, _ request: Request, _ surroundings: ConsoleRunner.Surroundings, _ mailbox: ConsoleMailbox
    ) {
        questions.begin(Slot(owner: id.owner, slot: id.slot)) {
            do {
                let answer = try await Self.answer(request, surroundings) { answer in
                    if !Task.isCancelled { mailbox.post(.answer(answer, for: id)) }
                }
                guard !Task.isCancelled else { return }
                mailbox.post(.answer(answer, for: id))
            } catch {
                guard !Task.isCancelled else { return }
                mailbox.post(.failed(id, message: Notice.words(error)))
            }
        }
    }

    /// Changes the workspace. Actions are carried out one after another, in the order asked, and never cancelled.
    mutating func act(
        _ action: WorkspaceAction, as id: RequestID, _ surroundings: ConsoleRunner.Surroundings,
        _ mailbox: ConsoleMailbox
    ) {
        let before = lastAction
        let task = Task.detached {
            await before?.value
            do {
                await surroundings.desk.rememberCalls(of: action, in: surroundings.reader)
                mailbox.post(.answer(.workspace(try surroundings.desk.perform(action)), for: id))
            } catch {
                mailbox.post(.failed(id, message: Notice.words(error)))
            }
        }
        lastAction = task
    }

    /// Keeps something of a session, one action after another, in the order asked.
    mutating func keep(
        _ action: KeepAction, _ surroundings: ConsoleRunner.Surroundings, _ mailbox: ConsoleMailbox
    ) {
        let before = lastAction
        lastAction = Task.detached {
            await before?.value
            mailbox.post(await surroundings.keep.perform(action))
        }
    }

    mutating func export(
        _ export: Export, _ surroundings: ConsoleRunner.Surroundings, _ mailbox: ConsoleMailbox
    ) {
        exportsBegun += 1
        exports.begin(exportsBegun) {
            do {
                mailbox.post(.notice(Notice("wrote \(try await surroundings.export(export))", .good)))
            } catch {
                mailbox.post(.notice(Notice(telling: error)))
            }
        }
    }

    /// Cancels what is asked and waits for all of it.
    mutating func end() async {
        questions.cancel()
        await questions.wait()
        await exports.wait()
        await lastAction?.value
    }

    private static func answer(
        _ request: Request, _ surroundings: ConsoleRunner.Surroundings,
        progress: @escaping @Sendable (ScreenAnswer) -> Void
    ) async throws -> ScreenAnswer {
        let reader = surroundings.reader
        switch request {
        case .overview: return .overview(try await reader.overview())
        case .spans(let query):
            return .spans(try await reader.spans(query) { progress(.searching($0)) })
        case .sessions(let query): return .sessions(try await reader.sessions(query))
        case .sessionGroups(let filter, let grouping):
            let query = SessionGroupQuery(filter: filter, by: grouping, offset: WallClock.local.offset)
            return .sessionGroups(try await reader.sessionGroups(query), grouping)
        case .firstWords(let ids): return .firstWords(try await reader.firstWords(of: ids, decode: surroundings.decode))
        case .firstMatches(let ids, let filter):
            return .firstMatches(try await reader.firstMatches(in: ids, filter, decode: surroundings.decode))
        case .values(let source):
            return .values(try await source.values(in: reader, decode: surroundings.decode), of: source)
        case .session(let id): return .session(try await reader.session(id))
        case .assignments(let id): return .assignments(try await reader.assignments(ofSession: id))
        case .sessionSpans(let id, let limit):
            return .sessionSpans(try await reader.spans(ofSession: id, limit: limit))
        case .span(let key):
            return .span(try await reader.payload(of: key).map(surroundings.decode))
        case .contents(let keys):
            var loaded: [LoadedSpan] = []
            for key in keys {
                try Task.checkCancellation()
                if let payload = try await reader.payload(of: key) { loaded.append(try surroundings.decode(payload)) }
            }
            return .contents(loaded)
        case .usage(let request):
            let query = UsageQuery(
                filter: request.filter, by: request.fields, bucket: request.bucket, offset: WallClock.local.offset)
            return .usage(try await reader.usage(query), request)
        case .experiment(let request): return .experiment(try await request.answer(by: reader))
        case .run(let request):
            return .run(try await surroundings.runs.answer(request) { progress(.run($0)) })
        case .layOut(let job): return .laidOut(job.run())
        case .trial(let trial): return .trial(try await surroundings.trials.byHand(trial) { progress(.trial($0)) })
        }
    }
}
