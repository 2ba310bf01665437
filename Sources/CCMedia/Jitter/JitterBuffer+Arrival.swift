public import CCCore

extension JitterBuffer {
    /// Takes a packet; its payload is copied.
    /// - Parameters:
    ///   - payload: the octets after the RTP header.
    ///   - sequence: the packet's number.
    ///   - timestamp: when its first sample was taken, on the RTP clock.
    ///   - ticks: length of the payload on the RTP clock.
    ///   - arrival: when it came from the network.
    public mutating func insert(
        _ payload: Span<UInt8>, sequence: UInt16, timestamp: UInt32, ticks: Int, arrival: Instant
    ) -> Insertion {
        let (sequence, timestamp) = extended(sequence, timestamp)
        let transit = arrival.nanoseconds &- nanoseconds(timestamp)
        if !estimator.isEmpty, (transit &- lastTransit).magnitude > Self.jump {
            guard let previous = jumpedTransit, (transit &- previous).magnitude < Self.jump else {
                jumpedTransit = transit
                return .jumped
            }
            restart()
            newestSequence = nil
        }
        jumpedTransit = nil
        lastTransit = transit
        estimator.add(transit: transit, arrival: arrival.nanoseconds)
        newestTimestamp = newestSequence == nil ? timestamp : max(newestTimestamp, timestamp)
        newestSequence = max(newestSequence ?? sequence, sequence)
        return store(payload, Entry(sequence: sequence, timestamp: timestamp, ticks: ticks, slot: 0))
    }

    /// Starts anew with the next packet: another source, codec or clock.
    public mutating func reset() {
        restart()
        newestSequence = nil
        jumpedTransit = nil
    }

    /// Forgets what waits and the time base, after a jump of the timestamps.
    private mutating func restart() {
        while !entries.isEmpty { removeFirst() }
        estimator.restart()
        state = .buffering
        starvedSince = nil
        madeUp = 0
        lastSequence = .min
        lowestDelay = (.max, .max)
    }

    private mutating func store(_ payload: Span<UInt8>, _ packet: Entry) -> Insertion {
        var index = entries.count
        while index > 0, entries[index - 1].sequence >= packet.sequence {
            index -= 1
            if entries[index].sequence == packet.sequence {
                duplicatePackets += 1
                return .duplicate
            }
        }
        if packet.sequence == lastSequence {
            duplicatePackets += 1
            return .duplicate
        }
        if packet.sequence < lastSequence || (state == .playing && packet.timestamp + Int64(packet.ticks) <= position) {
            latePackets += 1
            return .late
        }
        var overflowed = false
        if entries.count >= settings.packetsMax {
            removeFirst()
            skippedPackets += 1
            index = max(0, index - 1)
            overflowed = true
        }
        var entry = packet
        entry.slot = fill(payload)
        entries.insert(entry, at: index)
        return overflowed ? .overflowed : .stored
    }

    /// Copies a payload into a slot that is free, or into a new one.
    private mutating func fill(_ payload: Span<UInt8>) -> Int {
        if freeSlots.isEmpty {
            slots.append([])
            freeSlots.append(slots.count - 1)
        }
        let slot = freeSlots.removeLast()
        slots[slot].removeAll(keepingCapacity: true)
        payload.withUnsafeBufferPointer { slots[slot].append(contentsOf: $0) }
        return slot
    }

    mutating func removeFirst() {
        freeSlots.append(entries.removeFirst().slot)
    }

    /// Both counters without their wrap-around, next to the newest seen.
    private func extended(_ sequence: UInt16, _ timestamp: UInt32) -> (sequence: Int64, timestamp: Int64) {
        guard let newestSequence else { return (Int64(sequence) + 0x1_0000, Int64(timestamp) + 0x1_0000_0000) }
        let ahead = Int64(Int16(bitPattern: sequence &- UInt16(truncatingIfNeeded: newestSequence)))
        let ticks = Int64(Int32(bitPattern: timestamp &- UInt32(truncatingIfNeeded: newestTimestamp)))
        return (newestSequence &+ ahead, newestTimestamp &+ ticks)
    }

    func nanoseconds(_ ticks: Int64) -> Int64 {
        // Exact for 48 kHz too (62500 / 3 ns), and far from overflow for a century.
        clockRate % 1000 == 0 ? ticks &* 1_000_000 / Int64(clockRate / 1000) : ticks &* 1_000_000_000 / Int64(clockRate)
    }
}
