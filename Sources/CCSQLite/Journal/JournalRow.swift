import CCCore

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// An event or a snapshot in the form in which it is kept: JSON, with a checksum over position and text.
struct JournalRow: Sendable {
    /// The form of events' and snapshots' JSON. Optional fields may be added without a new number. A new type of event
    /// needs one: a version that does not know the type refuses the file instead of passing over what happened.
    static let version = 1

    let position: UInt64
    let version: Int
    let body: String
    let checksum: UInt32
    /// For people who look into the table; the truth is in the body.
    var event: CenterEvent?

    init(_ entry: JournalEntry) {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(400)
        entry.event.appendJSON(to: &bytes)
        self.init(position: entry.position, body: bytes)
        event = entry.event
    }

    init(_ snapshot: JournalSnapshot) throws {
        self.init(position: snapshot.position, body: Array(try CenterJSON.line(snapshot.state).utf8))
    }

    private init(position: UInt64, body: [UInt8]) {
        self.position = position
        version = Self.version
        checksum = TailLayout.checksum(position: position, body: body)
        self.body = String(decoding: body, as: UTF8.self)
    }

    init(_ entry: TailLayout.Entry) {
        position = entry.position
        version = Self.version
        body = String(decoding: entry.body, as: UTF8.self)
        checksum = entry.checksum
    }

    /// A row whose columns cannot even be read is not ours to guess at: nil.
    init?(_ row: RowReader) {
        guard let position = try? row.integer("position"), let version = try? row.integer("version"),
            let body = try? row.text("body"), let checksum = try? row.integer("checksum"), position >= 0
        else { return nil }
        self.position = UInt64(position)
        self.version = version
        self.body = body
        self.checksum = UInt32(truncatingIfNeeded: checksum)
    }

    /// Whether the row is as it was written.
    var isWhole: Bool { checksum == TailLayout.checksum(position: position, body: Array(body.utf8)) }

    /// What a row that is whole says.
    ///
    /// - Throws: ``SQLiteStoreError`` `newerVersion`: what was written well and says nothing here was written by a version
    ///   that knows more.
    func decode<Value: Decodable>(_ type: Value.Type, path: String) throws(SQLiteStoreError) -> Value {
        guard version <= Self.version, let value = try? CenterJSON.value(type, from: body) else {
            throw SQLiteStoreError(
                .newerVersion, path: path,
                message:
                    "what the journal has at position \(position), format \(version), is not known here")
        }
        return value
    }
}
