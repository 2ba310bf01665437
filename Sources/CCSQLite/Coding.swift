import CCCore
internal import GRDB

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// A value for one column.
typealias Column = (any DatabaseValueConvertible)?

/// Reads the columns of a row, and says which one makes no sense.
struct RowReader {
    let row: Row

    struct Corrupt: Error {
        let column: String
    }

    private func value<T: DatabaseValueConvertible>(_ column: String, _ type: T.Type) throws -> T {
        guard let value = T.fromDatabaseValue(row[column]) else { throw Corrupt(column: column) }
        return value
    }

    func text(_ column: String) throws -> String { try value(column, String.self) }
    func integer(_ column: String) throws -> Int { try value(column, Int.self) }
    func optionalInteger(_ column: String) -> Int? { row[column] }
    func id<ID: Identifier>(_ column: String) throws -> ID { ID(rawValue: try text(column)) }
    func optionalID<ID: Identifier>(_ column: String) -> ID? { (row[column] as String?).map(ID.init(rawValue:)) }
    func date(_ column: String) throws -> Date { Date(millisecondsSince1970: try value(column, Int64.self)) }
    func optionalDate(_ column: String) -> Date? { (row[column] as Int64?).map(Date.init(millisecondsSince1970:)) }
    func duration(_ column: String) throws -> Duration { .milliseconds(try value(column, Int64.self)) }

    func name<Value: RawRepresentable<String>>(_ column: String) throws -> Value {
        guard let value = Value(rawValue: try text(column)) else { throw Corrupt(column: column) }
        return value
    }

    func json<Value: Decodable>(_ column: String) throws -> Value {
        do {
            return try JSONDecoder().decode(Value.self, from: Data(try text(column).utf8))
        } catch is DecodingError {
            throw Corrupt(column: column)
        }
    }
}

func json(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(value), as: UTF8.self)
}

extension Database {
    /// Inserts a row: the columns by name and value.
    func insert(into table: String, _ columns: KeyValuePairs<String, Column>) throws {
        let names = columns.map(\.key).joined(separator: ", ")
        let marks = repeatElement("?", count: columns.count).joined(separator: ", ")
        let statement = try cachedStatement(sql: "INSERT INTO \(table) (\(names)) VALUES (\(marks))")
        try statement.execute(arguments: StatementArguments(columns.map(\.value)))
    }

    func run(_ sql: String, _ arguments: [Column]) throws {
        try cachedStatement(sql: sql).execute(arguments: StatementArguments(arguments))
    }

    func rows(_ sql: String, _ arguments: [Column] = []) throws -> [RowReader] {
        try Row.fetchAll(cachedStatement(sql: sql), arguments: StatementArguments(arguments)).map(RowReader.init)
    }
}

/// Conditions of a WHERE clause and their values.
struct Conditions {
    private var clauses: [String] = []
    private(set) var values: [DatabaseValue] = []

    mutating func add(_ clause: String, _ values: any DatabaseValueConvertible...) {
        clauses.append(clause)
        self.values += values.map(\.databaseValue)
    }

    mutating func add(_ column: String, oneOf choices: [String]) {
        let marks = repeatElement("?", count: choices.count).joined(separator: ", ")
        clauses.append("\(column) IN (\(marks))")
        values += choices.map(\.databaseValue)
    }

    var sql: String { clauses.isEmpty ? "" : " WHERE " + clauses.joined(separator: " AND ") }
}
