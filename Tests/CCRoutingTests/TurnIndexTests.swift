import Testing

@testable import CCRouting

@Suite("Turn index")
struct TurnIndexTests {
    struct Owner: Versioned { var version: UInt32 = 0 }

    @Test("entries come in the order of their turns and die with their version")
    func order() {
        var owners = Array(repeating: Owner(), count: 3)
        var index = TurnIndex()
        index.insert(0, turn: 30, of: owners)
        index.insert(1, turn: 10, of: owners)
        index.insert(2, turn: 20, of: owners)
        #expect(index.first(of: owners)?.slot == 1)
        #expect(index.first(of: owners, excluding: [1, 2])?.slot == 0)
        #expect(index.first(of: owners)?.slot == 1, "the excluded stay in line")
        owners[1].version += 1
        #expect(index.first(of: owners)?.slot == 2)
    }

    @Test("dead entries do not pile up")
    func memory() {
        var owners = Array(repeating: Owner(), count: 10)
        var index = TurnIndex()
        for turn in 0..<100_000 {
            let slot = turn % 10
            owners[slot].version += 1
            index.insert(slot, turn: Int64(-turn), of: owners)
        }
        #expect(index.count <= 128)
    }
}
