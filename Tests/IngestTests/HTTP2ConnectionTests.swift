import NIOCore
import Testing

@testable import Ingest

@Suite struct `HTTP 2 connection` {
    private static let start = NIODeadline.uptimeNanoseconds(1_000_000_000_000)
    private static let later = start + .seconds(75)

    enum Event: CaseIterable {
        case opened, closed, timePassed, drain
    }

    private func happen(_ event: Event, _ connection: inout HTTP2Connection) -> [HTTP2Connection.Action] {
        switch event {
        case .opened: connection.streamOpened()
        case .closed: connection.streamClosed(now: Self.start)
        case .timePassed: connection.timePassed()
        case .drain: connection.drain()
        }
    }

    private static let cases: [(path: [Event], event: Event, actions: [HTTP2Connection.Action])] = [
        ([], .opened, [.idle(false), .alarm(nil)]),
        ([], .timePassed, [.goAway, .close]),
        ([], .drain, [.goAway, .close]),
        ([.opened], .opened, []),
        ([.opened], .closed, [.idle(true), .alarm(later)]),
        ([.opened], .timePassed, []),
        ([.opened], .drain, [.goAway]),
        ([.opened, .opened], .closed, []),
        ([.opened, .drain], .drain, []),
        ([.opened, .drain], .closed, [.close]),
        ([.opened, .closed], .opened, [.idle(false), .alarm(nil)]),
    ]

    @Test(arguments: cases)
    func `it ends when it is idle, or drained and at rest`(
        path: [Event], event: Event, actions: [HTTP2Connection.Action]
    ) {
        var connection = HTTP2Connection(idleTime: .seconds(75))
        #expect(connection.opened(now: Self.start) == [.idle(true), .alarm(Self.later)])
        for step in path { _ = happen(step, &connection) }
        #expect(happen(event, &connection) == actions)
    }

    @Test func `settings that change without end end it, in time`() {
        var connection = HTTP2Connection(idleTime: .seconds(75))
        for round in 0..<5 {
            let now = Self.start + .seconds(Int64(30 * round))
            for _ in 0..<100 { #expect(connection.settingsChanged(now: now) == []) }
        }
        let now = Self.start + .seconds(120)
        #expect(connection.settingsChanged(now: now + .seconds(29)) == [.calm, .close])
        #expect(connection.settingsChanged(now: now + .seconds(31)) == [])
    }
}
