/// Which task is running: a number that no other task of the process has or will have.
enum TaskIdentity {
    /// The current task's number; `nil` outside of any task.
    ///
    /// The runtime numbers tasks for its own descriptions of jobs. A task's address would not do: it is used again, and
    /// what one task left behind would be found by a stranger.
    static var current: UInt64? {
        withUnsafeCurrentTask { task in
            // `UnsafeCurrentTask` holds nothing but the pointer to the task, as the library's ABI fixes.
            task.map { jobTaskID(unsafeBitCast($0, to: UnsafeRawPointer.self)) }
        }
    }
}

@_silgen_name("swift_task_getJobTaskId")
private func jobTaskID(_ task: UnsafeRawPointer) -> UInt64
