import Testing

@testable import FallomCommand

@Suite(.timeLimit(.minutes(1))) struct RunControlTests {
    @Test func `a run that is held ends when it is cancelled, whoever comes first`() async {
        for waits in [true, false] {
            let control = RunControl()
            control.hold(true)
            let work = Task {
                if !waits { while !Task.isCancelled { await Task.yield() } }
                return await control.mayGoOn()
            }
            if waits { await Task.yield() }
            work.cancel()
            #expect(await work.value == false)
            #expect(await control.mayGoOn() == false)
        }
    }

    @Test func `a run that is held goes on when it is let go`() async {
        let control = RunControl()
        control.hold(true)
        async let goesOn = control.mayGoOn()
        control.hold(false)
        #expect(await goesOn)
        control.stop()
        #expect(await control.mayGoOn() == false)
    }
}
