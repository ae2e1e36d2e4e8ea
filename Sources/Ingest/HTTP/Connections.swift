internal import NIOCore
internal import Synchronization

/// The open connections of a listener: how many there may be, which makes room for a new one, and how they come to an
/// end together.
final class Connections: Sendable {
    /// What a connection waits for.
    enum Wait: Sendable {
        /// Its client's next request.
        case request
        /// The rest of a request, or its client to take an answer.
        case client
        /// Us.
        case work
    }

    /// A connection's place among the others.
    final class Ticket: Sendable {
        /// No other connection of this listener has it.
        let number: Int
        private let wait: Mutex<(kind: Wait, since: NIODeadline)>
        fileprivate let channel: any Channel

        fileprivate init(_ channel: any Channel, number: Int, now: NIODeadline) {
            self.channel = channel
            self.number = number
            wait = Mutex((.request, now))
        }

        /// Since when it waits for that; `nil` while it waits for something else.
        fileprivate func waits(for kind: Wait) -> NIODeadline? {
            wait.withLock { $0.kind == kind ? $0.since : nil }
        }

        /// Says what it waits for now.
        func waits(_ kind: Wait) {
            wait.withLock { if $0.kind != kind { $0 = (kind, .now()) } }
        }
    }

    private struct State {
        var open: [ObjectIdentifier: Ticket] = [:]
        var taken = 0
        var isDraining = false
        var whenEmpty: (@Sendable () -> Void)?
    }

    private let limit: Int
    private let state = Mutex(State())

    init(limit: Int) {
        self.limit = limit
    }

    /// Takes a connection in. Where there are too many, the one that has waited longest for a request makes room; where none
    /// does, the one whose client has let us wait longest inside of one. `nil` when all wait for us, or the listener is
    /// shutting down.
    func add(_ channel: any Channel) -> Ticket? {
        let number = state.withLock { state in
            state.taken += 1
            return state.taken
        }
        let ticket = Ticket(channel, number: number, now: .now())
        let id = ObjectIdentifier(ticket)
        let (isTaken, leaving) = state.withLock { state in
            guard !state.isDraining else { return (false, nil as Ticket?) }
            var leaving: Ticket?
            if state.open.count >= limit {
                leaving = Self.longest(.request, of: state.open.values) ?? Self.longest(.client, of: state.open.values)
                guard let leaving else { return (false, nil) }
                state.open[ObjectIdentifier(leaving)] = nil
            }
            state.open[id] = ticket
            return (true, leaving)
        }
        leaving?.channel.close(promise: nil)
        guard isTaken else { return nil }
        channel.closeFuture.whenComplete { [weak self] _ in self?.remove(id) }
        return ticket
    }

    private static func longest(_ kind: Wait, of tickets: some Sequence<Ticket>) -> Ticket? {
        var longest: (ticket: Ticket, since: NIODeadline)?
        for ticket in tickets {
            guard let since = ticket.waits(for: kind) else { continue }
            if longest.map({ since < $0.since }) ?? true { longest = (ticket, since) }
        }
        return longest?.ticket
    }

    /// Asks every connection to end after the request at work, and ends those that have not after `grace`. `done` is
    /// called once all are closed or told to close.
    func drain(grace: TimeAmount, on loop: any EventLoop, done: @escaping @Sendable () -> Void) {
        let open = state.withLock { state in
            state.isDraining = true
            if !state.open.isEmpty { state.whenEmpty = done }
            return Array(state.open.values)
        }
        guard !open.isEmpty else { return done() }
        for ticket in open { ticket.channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent()) }
        loop.scheduleTask(in: grace) { [weak self] in
            guard let self else { return }
            for ticket in self.state.withLock({ Array($0.open.values) }) { ticket.channel.close(promise: nil) }
        }
    }

    private func remove(_ id: ObjectIdentifier) {
        let done = state.withLock { state in
            state.open[id] = nil
            guard state.open.isEmpty else { return nil as (@Sendable () -> Void)? }
            let done = state.whenEmpty
            state.whenEmpty = nil
            return done
        }
        done?()
    }
}
