import CCCore

/// The pieces of work that could run now, and the choice among them.
///
/// Work of one network loop runs in the order in which it came, as on a real loop. In order, so does everything. Shuffled,
/// the next lane is drawn among those that have work, and among tasks the next task: every order that real threads could
/// produce has a chance.
struct ReadyQueue {
    private let order: SimulationOptions.Scheduling
    private let entropy: Entropy
    private var inOrder = Fifo<(lane: Int, work: Scheduler.Work)>()
    private var tasks: [Scheduler.Work] = []
    private var loops: [Fifo<Scheduler.Work>] = []
    /// Lanes of loops that have work.
    private var busyLoops: [Int] = []

    init(order: SimulationOptions.Scheduling, entropy: Entropy) {
        self.order = order
        self.entropy = entropy
    }

    var isEmpty: Bool { inOrder.isEmpty && tasks.isEmpty && busyLoops.isEmpty }

    mutating func append(_ work: @escaping Scheduler.Work, lane: Int) {
        guard order == .shuffled else { return inOrder.append((lane, work)) }
        guard lane != Scheduler.taskLane else { return tasks.append(work) }
        while loops.count <= lane { loops.append(Fifo()) }
        if loops[lane].isEmpty { busyLoops.append(lane) }
        loops[lane].append(work)
    }

    mutating func next() -> (lane: Int, work: Scheduler.Work)? {
        guard order == .shuffled else { return inOrder.popFirst() }
        let choices = tasks.count + busyLoops.count
        guard choices > 0 else { return nil }
        let choice = Int(entropy.next() % UInt64(choices))
        if choice < tasks.count {
            tasks.swapAt(choice, tasks.count - 1)
            return (Scheduler.taskLane, tasks.removeLast())
        }
        let index = choice - tasks.count
        let lane = busyLoops[index]
        guard let work = loops[lane].popFirst() else { return nil }
        if loops[lane].isEmpty { busyLoops.remove(at: index) }
        return (lane, work)
    }

    mutating func clear() {
        inOrder = Fifo()
        tasks = []
        loops = []
        busyLoops = []
    }
}

/// First in, first out; both ends in constant time in the mean.
struct Fifo<Element> {
    private var elements: [Element?] = []
    private var head = 0

    var isEmpty: Bool { head == elements.count }

    mutating func append(_ element: Element) { elements.append(element) }

    mutating func popFirst() -> Element? {
        guard head < elements.count else { return nil }
        let element = elements[head].take()
        head += 1
        if head == elements.count {
            elements.removeAll(keepingCapacity: true)
            head = 0
        } else if head >= 1_024, head * 2 >= elements.count {
            elements.removeFirst(head)
            head = 0
        }
        return element
    }
}
