import Cells
import Display
import Testing
import TraceModel

@testable import Console

@Suite struct LoaderTests {
    private func scope() -> Scope {
        Scope(owner: 7, now: SampleWorld.start, area: Size(width: 80, height: 20), overview: nil, wallClock: .utc)
    }

    private func id(_ effect: Effect?) -> RequestID? {
        if case .load(_, let id) = effect { id } else { nil }
    }

    @Test func `an answer to a superseded question is stale`() throws {
        var loader = Loader(slot: 3)
        var scope = scope()
        loader.ask(.overview, &scope)
        loader.ask(.overview, &scope)
        let first = try #require(id(scope.effects.first))
        let second = try #require(id(scope.effects.last))
        #expect(loader.accept(first) == .stale)
        #expect(loader.accept(second) == .current)
        #expect(loader.accept(second) == .stale)
    }

    @Test func `news while an answer is on its way ask again after it, once`() throws {
        var loader = Loader(slot: 0)
        var scope = scope()
        loader.refresh(.overview, &scope)
        loader.refresh(.overview, &scope)
        loader.refresh(.overview, &scope)
        #expect(scope.effects.count == 1)
        #expect(loader.accept(try #require(id(scope.effects.first))) == .currentButOld)
        #expect(!loader.isLoading)
    }

    @Test func `news wait after an answer that took long, and a person's move does not`() throws {
        func scope(_ milliseconds: Int64) -> Scope {
            Scope(
                owner: 7, now: SampleWorld.at(milliseconds), area: Size(width: 80, height: 20), overview: nil,
                wallClock: .utc)
        }
        var loader = Loader(slot: 0)
        var first = scope(0)
        loader.refresh(.overview, &first)
        #expect(loader.accept(try #require(id(first.effects.first))) == .current)
        loader.rest(at: SampleWorld.at(300))
        var soon = scope(400)
        loader.refresh(.overview, &soon)
        #expect(soon.effects.isEmpty && loader.isResting)
        loader.tick(.overview, &soon)
        #expect(soon.effects.isEmpty)
        // Four times as long as it took.
        var later = scope(1_500)
        loader.tick(.overview, &later)
        #expect(later.effects.count == 1 && !loader.isResting)
        #expect(loader.accept(try #require(id(later.effects.first))) == .current)
        loader.rest(1_000_000_000, at: SampleWorld.at(1_500))
        var moved = scope(1_501)
        loader.ask(.overview, &moved)
        #expect(moved.effects.count == 1)
    }

    @Test func `what is forgotten does not come back`() throws {
        var loader = Loader(slot: 0)
        var scope = scope()
        loader.ask(.overview, &scope)
        loader.forget()
        #expect(loader.accept(try #require(id(scope.effects.first))) == .stale)
    }

    @Test func `an answer for a closed screen changes nothing`() async throws {
        let robot = try await Robot()
        let before = robot.screen
        try await robot.send(.answer(.session(nil), for: RequestID(owner: 999, slot: 0, generation: 1)))
        #expect(robot.screen == before)
    }

    @Test func `a failed question is told and does not block the next`() async throws {
        var state = ConsoleState(size: Size(width: 80, height: 24), now: SampleWorld.start)
        let first = reduce(&state, .started, at: SampleWorld.start)
        for effect in first {
            guard case .load(_, let id) = effect else { continue }
            _ = reduce(&state, .failed(id, message: "the store is locked"), at: SampleWorld.start)
        }
        var grid = Grid(size: state.size)
        draw(state, into: &grid, theme: Theme(name: "plain", styles: [:]), glyphs: .unicode)
        #expect(grid.text(row: 23).contains("✗ the store is locked"))
        let again = reduce(&state, .storeChanged(revision: 2), at: SampleWorld.at(5_000))
        #expect(again.count >= 2)
    }
}
