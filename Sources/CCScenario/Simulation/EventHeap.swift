/// The events to come, by time; those of one instant in the order in which they were added.
///
/// A heap in which every node has four children: half the depth of a binary one, and the children lie side by side. It
/// takes about half the time of a heap that can also give the greatest element, which nobody asks for here.
package struct EventHeap {
    package struct Event {
        package enum Kind: UInt8 {
            case patienceOver, talkOver, agentHangsUp, phoneDies
            case answer, refusal, wrapUpDone
            case shiftStart, shiftEnd, breakStart, breakEnd, agentReturns
            case redial
        }

        /// Nanoseconds since the scenario's start.
        package let time: Int64
        fileprivate let order: UInt32
        /// The number of a contact, the place of an agent or of a queue.
        package let subject: UInt32
        /// The event is void when its subject has another mark by then.
        package let mark: UInt32
        package let kind: Kind

        @inline(__always)
        fileprivate static func < (lhs: Event, rhs: Event) -> Bool {
            // The order wraps around: events of one instant are never 2³¹ additions apart.
            lhs.time != rhs.time ? lhs.time < rhs.time : Int32(bitPattern: lhs.order &- rhs.order) < 0
        }
    }

    private var nodes: [Event] = []
    private var added: UInt32 = 0

    /// The time of the next event; `Int64.max` when there is none.
    package var nextTime: Int64 { nodes.isEmpty ? .max : nodes[0].time }

    package init() {}

    package mutating func add(_ kind: Event.Kind, at time: Int64, subject: UInt32, mark: UInt32 = 0) {
        added &+= 1
        let event = Event(time: time, order: added, subject: subject, mark: mark, kind: kind)
        nodes.append(event)
        nodes.withUnsafeMutableBufferPointer { nodes in
            var place = nodes.count - 1
            while place > 0 {
                let parent = (place - 1) / 4
                guard event < nodes[parent] else { break }
                nodes[place] = nodes[parent]
                place = parent
            }
            nodes[place] = event
        }
    }

    package mutating func removeFirst() -> Event? {
        guard let last = nodes.popLast() else { return nil }
        guard !nodes.isEmpty else { return last }
        return nodes.withUnsafeMutableBufferPointer { nodes in
            let first = nodes[0]
            var place = 0
            while true {
                let child = place * 4 + 1
                guard child < nodes.count else { break }
                var least = child
                for other in (child + 1)..<max(child + 1, min(child + 4, nodes.count)) where nodes[other] < nodes[least]
                {
                    least = other
                }
                guard nodes[least] < last else { break }
                nodes[place] = nodes[least]
                place = least
            }
            nodes[place] = last
            return first
        }
    }
}
