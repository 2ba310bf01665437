/// Where work that waits for a disk is done, so that nobody who talks on the phone waits with it.
///
/// A network has threads for it; a simulation does it at once, in no time, on its one thread.
public protocol BlockingWork: Sendable {
    /// Runs `work` on a thread that may block, to its end also when the task is cancelled.
    func blocking<Result: Sendable>(_ work: @escaping @Sendable () throws -> Result) async throws -> Result
    /// Whether the machine is dead, as simulated ones can be: nothing that it does reaches a disk any more, also not what
    /// is written without waiting.
    var isDead: Bool { get }
}

extension BlockingWork {
    public var isDead: Bool { false }
}
