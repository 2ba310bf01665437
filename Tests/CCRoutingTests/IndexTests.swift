import CCCore
import Testing

@testable import CCRouting

@Suite("Indexes")
struct IndexTests {
    private struct Owner: Versioned { var version: UInt32 = 0 }

    @Test("an ordered line does what a sorted array does", arguments: 0..<20 as Range<UInt64>)
    func orderedLine(seed: UInt64) {
        var chance = SplitMix64(state: seed)
        var line = OrderedLine()
        var plain: [OrderedLine.Entry] = []
        for turn in 0..<3_000 {
            if chance.next() % 3 > 0 || plain.isEmpty {
                // Mostly at the end, as contacts come.
                let key = chance.next() % 4 == 0 ? Int64(chance.next() % 3_000) : Int64(turn)
                let entry = OrderedLine.Entry(key: key, turn: Int64(turn), slot: Int32(turn))
                line.insert(entry)
                plain.insert(entry, at: plain.firstIndex { entry < $0 } ?? plain.count)
            } else {
                let place = chance.next() % 2 == 0 ? 0 : Int(chance.next() % UInt64(plain.count))
                let removed = [line.remove(plain[place]), line.remove(plain[place])]
                #expect(removed == [true, false])
                plain.remove(at: place)
            }
            #expect(line.count == plain.count)
            #expect(line.first == plain.first)
            if let entry = plain.last { #expect(line.countBefore(entry) == plain.count - 1) }
        }
        #expect(line.entries == plain)
        for (place, entry) in plain.enumerated() { #expect(line.countBefore(entry) == place) }
    }

    @Test("ranks go by tier, rank and turn, and the dead are passed over")
    func ranks() {
        var owners = (0..<5).map { _ in Owner() }
        var index = RankIndex()
        for (slot, (tier, rank)) in [(1, 0.0), (0, 5), (0, 3), (0, 3), (1, -9)].enumerated() {
            index.insert(
                RankIndex.Entry(tier: Int32(tier), slot: Int32(slot), rank: rank, turn: Int64(slot), version: 0),
                of: owners)
        }
        func first(_ most: Int, but passed: Int = -1) -> [Int32] {
            index.first(most, of: owners) { $0 != passed }.map(\.slot)
        }
        #expect(first(5) == [2, 3, 1, 4, 0])
        owners[2].version = 1
        #expect(first(1) == [3])
        #expect(first(1, but: 3) == [1])
        #expect(first(1) == [3], "who was passed over is still there")
    }

    @Test("memory stays within a small factor of the living")
    func sweep() {
        var owners = (0..<10).map { _ in Owner() }
        var index = RankIndex()
        for turn in 0..<10_000 {
            let slot = turn % 10
            owners[slot].version &+= 1
            index.insert(
                RankIndex.Entry(tier: 0, slot: Int32(slot), rank: 0, turn: Int64(turn), version: owners[slot].version),
                of: owners)
            #expect(index.count <= 65)
        }
    }
}
