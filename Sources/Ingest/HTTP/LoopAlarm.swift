internal import NIOCore

/// One deadline on an event loop that may be moved often: a running timer is left alone and looks at the deadline when
/// it rings, so that busy connections schedule little; one that would ring too late is replaced.
final class LoopAlarm {
    private var timer: Scheduled<Void>?
    private var timerTime: NIODeadline?
    private var deadline: NIODeadline?

    /// Moves the deadline; `nil` takes it back.
    func set(_ deadline: NIODeadline?, on loop: any EventLoop, _ ring: @escaping @Sendable () -> Void) {
        self.deadline = deadline
        guard let deadline else { return }
        if let timerTime, timerTime <= deadline { return }
        schedule(deadline, on: loop, ring)
    }

    private func schedule(_ time: NIODeadline, on loop: any EventLoop, _ ring: @escaping @Sendable () -> Void) {
        timer?.cancel()
        timerTime = time
        let bound = NIOLoopBound(self, eventLoop: loop)
        timer = loop.scheduleTask(deadline: time) { bound.value.passed(on: loop, ring) }
    }

    private func passed(on loop: any EventLoop, _ ring: @escaping @Sendable () -> Void) {
        timer = nil
        timerTime = nil
        guard let deadline else { return }
        guard deadline <= .now() else { return schedule(deadline, on: loop, ring) }
        self.deadline = nil
        ring()
    }

    /// Forgets the deadline and lets go of what rings.
    func cancel() {
        deadline = nil
        timer?.cancel()
        timer = nil
        timerTime = nil
    }
}
