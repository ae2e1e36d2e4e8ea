import Testing

@testable import Ingest

/// Who decodes large bodies: as many at once as there is width for, in the order in which they came.
@Suite struct LargeWorkTests {
    /// Notes who came, who was let in, and how many were inside at once.
    private actor Line {
        let work: LargeWork
        let visitors: Int
        private(set) var arrived: [Int] = []
        private(set) var served: [Int] = []
        private(set) var most = 0
        private var inside = 0

        init(_ work: LargeWork, visitors: Int) {
            self.work = work
            self.visitors = visitors
        }

        /// Comes, and stays inside until everybody has come: so all who found no room waited for it.
        func visit(_ number: Int) async {
            arrived.append(number)
            await work.begin()
            served.append(number)
            inside += 1
            most = max(most, inside)
            while arrived.count < visitors { await Task.yield() }
            inside -= 1
            work.end()
        }
    }

    @Test(arguments: [1, 2, 7]) func `as many are at work at once as there is width for, and everybody has a turn`(
        width: Int
    ) async {
        let work = LargeWork(width: width)
        let line = Line(work, visitors: 40)
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<40 { group.addTask { await line.visit(number) } }
        }
        let (arrived, served, most) = await (line.arrived, line.served, line.most)
        #expect(most == width)
        #expect(served.sorted() == Array(0..<40))
        if width == 1 { #expect(served == arrived) }
        // Each turn was given back: with one lost this would wait for ever.
        for _ in 0..<width { await work.begin() }
    }
}
