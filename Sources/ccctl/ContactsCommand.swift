import ArgumentParser
import CCCore
import CCSQLite

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// `ccctl contacts …`: looks at the contacts in a store.
struct Contacts: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Look at the contacts in a store.", subcommands: [List.self])

    /// `ccctl contacts list --store center.sqlite --json`
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List contact records, newest first.",
            discussion: """
                With --json every record is one JSON object on a line of its own: dates are ISO 8601 in UTC, durations are \
                seconds. Without it telephone numbers are shortened. The file is only read; a running centre is not \
                disturbed.
                """)

        @Option(help: ArgumentHelp("The store's file.", valueName: "file"))
        var store: String

        @Flag(help: "Print one JSON object a line.")
        var json = false

        @Option(help: "Only contacts that waited last in this queue.")
        var queue: String?

        @Option(help: "Only contacts that were offered to this agent.")
        var agent: String?

        @Option(help: "Only contacts of this tenant.")
        var tenant: String?

        @Option(help: "Only contacts that ended for this reason; may be repeated.")
        var reason: [TerminalReason] = []

        @Option(help: "Only contacts that arrived at this ISO 8601 date or later.")
        var from: DateArgument?

        @Option(help: "Only contacts that arrived before this ISO 8601 date.")
        var until: DateArgument?

        @Option(help: "At most so many.")
        var limit: Int?

        func run() async throws {
            let filter = try filter()
            let store = try SQLiteStore(path: store, access: .readOnly)
            let records = try await store.records(filter)
            if json {
                for record in records { print(try CenterJSON.line(record)) }
            } else {
                for line in ContactTable(records).lines { print(line) }
            }
        }

        private func filter() throws -> ContactFilter {
            if let limit, limit < 0 { throw ValidationError("--limit is negative") }
            return ContactFilter(
                tenant: tenant.map { TenantID($0) }, queue: queue.map { QueueID($0) }, agent: agent.map { AgentID($0) },
                from: from?.date, until: until?.date,
                reasons: reason.isEmpty ? nil : Set(reason), limit: limit)
        }
    }
}

extension TerminalReason: ExpressibleByArgument {}

/// Records as columns for people. Telephone numbers are redacted.
struct ContactTable {
    let lines: [String]

    init(_ records: [ContactRecord]) {
        let heading = ["arrived", "contact", "caller", "queue", "agent", "wait", "talk", "hold", "wrap-up", "ended"]
        let rows = records.map { record in
            [
                record.contact.arrivedAt.iso8601, record.id.rawValue, record.contact.callerNumber.redacted,
                record.queue?.rawValue ?? "-", record.agent?.rawValue ?? "-", Self.seconds(record.queueWait),
                Self.seconds(record.talk), Self.seconds(record.hold), Self.seconds(record.wrapUp),
                record.terminalReason.rawValue,
            ]
        }
        let widths = heading.indices.map { column in
            ([heading] + rows).reduce(0) { max($0, $1[column].count) }
        }
        lines = ([heading] + rows).map { row in
            let cells = zip(row, widths).map { cell, width in
                cell + String(repeating: " ", count: width - cell.count)
            }
            return String(cells.joined(separator: "  ").reversed().drop { $0 == " " }.reversed())
        }
    }

    /// `12.3`
    private static func seconds(_ duration: Duration) -> String {
        let tenths = (duration.roundedMilliseconds + 50) / 100
        return "\(tenths / 10).\(tenths % 10)"
    }
}
