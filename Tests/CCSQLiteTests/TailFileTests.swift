import Foundation
import Testing

@testable import CCSQLite

@Suite("The tail of a journal")
struct TailFileTests {
    static let bytes = 2048

    private func body(_ position: UInt64) -> [UInt8] {
        Array("{\"event\":\(position),\"text\":\"\(String(repeating: "x", count: Int(position % 37)))\"}".utf8)
    }

    private func sum(_ position: UInt64) -> UInt32 {
        position == 0 ? 0 : TailLayout.checksum(position: position, body: body(position))
    }

    @discardableResult
    private func note(_ position: UInt64, _ tail: TailFile) -> Bool {
        tail.append(position: position, checksum: sum(position), body: body(position))
    }

    /// What a file with these octets says, oldest first; every entry in it must be one that was noted.
    private func entries(_ bytes: [UInt8]) throws -> [UInt64] {
        let halves = TailLayout.halves(of: bytes, halfBytes: Self.bytes / 2)
        return try halves.sorted { $0.first < $1.first }.flatMap { half in
            try half.entries.map { entry in
                try #require(entry.body == body(entry.position) && entry.checksum == sum(entry.position))
                return entry.position
            }
        }
    }

    @Test("holds what was noted, also when its owner does not close it")
    func noted() throws {
        try withFile { tail, path in
            for position in 1...9 as ClosedRange<UInt64> { #expect(note(position, tail)) }
            let bytes = [UInt8](try Data(contentsOf: URL(filePath: path)))
            #expect(bytes == tail.read())
            #expect(bytes.count == Self.bytes)
            #expect(try entries(bytes) == Array(1...9))
            #expect(!TailLayout.halves(of: bytes, halfBytes: Self.bytes / 2).contains { $0.isBroken })
        }
    }

    @Test("uses its halves in turns, and none before the database has what is in it")
    func turns() throws {
        try withFile { tail, _ in
            var next: UInt64 = 1
            while note(next, tail) { next += 1 }
            let full = next - 1
            #expect(full > 20)
            #expect(try entries(tail.read()) == Array(1...full))
            #expect(!note(next + 1, tail), "it stays full")
            let firstHalf = try #require(
                TailLayout.halves(of: tail.read(), halfBytes: Self.bytes / 2).first?.entries.last?.position)
            tail.committed(through: firstHalf - 1)
            #expect(!note(next + 2, tail))
            tail.committed(through: firstHalf)
            // What was not noted is missing; what comes now is in a half of its own.
            let again = next + 3
            #expect(note(again, tail) && note(again + 1, tail))
            #expect(try entries(tail.read()) == Array(firstHalf + 1...full) + [again, again + 1])
            let halves = TailLayout.halves(of: tail.read(), halfBytes: Self.bytes / 2)
            #expect(halves.first { $0.first == again }?.previous == sum(again - 1))
        }
    }

    @Test("goes on for ever when the database keeps up", arguments: [1, 5, 9] as [UInt64])
    func ring(lag: UInt64) throws {
        try withFile { tail, _ in
            for position in 1...2_000 as ClosedRange<UInt64> {
                if position > lag { tail.committed(through: position - lag) }
                try #require(note(position, tail))
                let found = try entries(tail.read())
                try #require(found.last == position && found.first.map { $0 + lag <= position || $0 == 1 } == true)
                try #require(found == Array(found[0]...position))
            }
        }
    }

    @Test("cut off anywhere, it has the entries before and nothing else")
    func cutOff() throws {
        let whole = try full()
        let all = try entries(whole)
        for length in 0..<whole.count {
            let found = try entries(Array(whole.prefix(length)))
            #expect(found.isEmpty || found == Array(all.prefix(found.count)), "cut at \(length)")
        }
    }

    @Test("with any octet wrong, it has true entries only, and says that it is broken")
    func wrongOctet() throws {
        let whole = try full()
        let all = try entries(whole)
        for place in whole.indices {
            for change in [0x01, 0x80, 0xFF] as [UInt8] {
                var bytes = whole
                bytes[place] ^= change
                let found = try entries(bytes)
                #expect(found == all.filter(found.contains))
                let isBroken = TailLayout.halves(of: bytes, halfBytes: Self.bytes / 2).contains { $0.isBroken }
                #expect(found == all || isBroken, "octet \(place)")
            }
        }
    }

    @Test("a write that breaks off anywhere costs the entry that was being written")
    func tornWrite() throws {
        try withFile { tail, _ in
            // Old entries lie behind the place of the new one.
            var next: UInt64 = 1
            while next < 90 {
                tail.committed(through: next - 1)
                note(next, tail)
                next += 1
            }
            let before = tail.read()
            note(next, tail)
            let after = tail.read()
            let changed = before.indices.filter { before[$0] != after[$0] }
            for torn in changed {
                let bytes = Array(after[...torn]) + before[(torn + 1)...]
                let found = try entries(bytes)
                #expect(found.last == next - 1 || found.last == next, "broken off at \(torn)")
            }
        }
    }

    @Test("is for one owner alone")
    func owner() throws {
        try withFile { tail, path in
            let error = #expect(throws: SQLiteStoreError.self) { try TailFile(path: path, bytes: Self.bytes) }
            #expect(error?.code == .inUse)
            tail.close()
            #expect(!note(1, tail))
            _ = try TailFile(path: path, bytes: Self.bytes)
        }
    }

    private func full() throws -> [UInt8] {
        try withFile { tail, _ in
            var next: UInt64 = 1
            while note(next, tail) { next += 1 }
            return tail.read()
        }
    }

    private func withFile<T>(_ body: (TailFile, String) throws -> T) throws -> T {
        let path = FileManager.default.temporaryDirectory.appending(path: "tail-" + UUID().uuidString).path
        defer { try? FileManager.default.removeItem(atPath: path) }
        let tail = try TailFile(path: path, bytes: Self.bytes)
        #expect(tail.reset(position: 0, checksum: 0))
        return try body(tail, path)
    }
}
