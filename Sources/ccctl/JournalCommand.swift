import ArgumentParser
import CCCore
import CCSQLite
import Foundation

/// `ccctl journal …`: looks at the events in a store.
struct Journal: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Look at the journal in a store.", subcommands: [List.self, Check.self, Trim.self])

    /// `ccctl journal list --store center.sqlite --after 100 --follow`
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List the events, oldest first.",
            discussion: """
                With --json every entry is one JSON object on a line of its own: {"event":{…},"position":7}. Without it \
                telephone numbers are shortened. The file is only read; a running centre is not disturbed.
                """)

        @Option(help: ArgumentHelp("The store's file.", valueName: "file"))
        var store: String

        @Option(help: "Only entries after this position.")
        var after: UInt64 = 0

        @Flag(help: "Wait for more and go on until interrupted.")
        var follow = false

        @Flag(help: "Print one JSON object a line.")
        var json = false

        func run() async throws {
            let store = try SQLiteStore(path: store, access: .readOnly)
            let time = SystemTime()
            var position = after
            while true {
                let entries = try await store.entries(after: position, limit: 1_000)
                for entry in entries {
                    let line = json ? try CenterJSON.line(entry) : Self.line(entry)
                    // At once, also into a pipe.
                    FileHandle.standardOutput.write(Data((line + "\n").utf8))
                    position = entry.position
                }
                guard entries.isEmpty else { continue }
                guard follow else { return }
                try await time.sleep(until: time.now.advanced(by: .milliseconds(200)), tolerance: nil)
            }
        }

        private static func line(_ entry: JournalEntry) -> String {
            "\(entry.position)  \(entry.event.date.iso8601)  \(entry.event)"
        }
    }

    /// `ccctl journal check --store center.sqlite`
    struct Check: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Verify every entry, and that the stored records and figures follow from them.",
            discussion: """
                Ends with status 1 when something is not in order. Best done while no centre writes: what a centre is \
                about to write may look like a difference.
                """)

        @Option(help: ArgumentHelp("The store's file.", valueName: "file"))
        var store: String

        @Flag(help: "Print one JSON object.")
        var json = false

        func run() async throws {
            let report = try await SQLiteStore(path: store, access: .readOnly).checkJournal()
            print(json ? try CenterJSON.line(report) : Self.text(report))
            if !report.isInOrder { throw ExitCode.failure }
        }

        private static func text(_ report: JournalReport) -> String {
            var lines = [
                "entries    \(report.first) to \(report.last)",
                "contacts   \(report.records) ended, \(report.live) live, \(report.older) from before the journal",
            ]
            if let damage = report.damage { lines.append("DAMAGE     \(damage)") }
            if !report.differing.isEmpty {
                lines.append("DIFFERING  " + report.differing.map(\.rawValue).joined(separator: " "))
            }
            if !report.wrongSnapshots.isEmpty { lines.append("SNAPSHOTS  \(report.wrongSnapshots) differ") }
            if report.figures != report.storedFigures { lines.append("FIGURES    differ from the stored records'") }
            if report.isInOrder { lines.append("in order") }
            return lines.joined(separator: "\n")
        }
    }

    /// `ccctl journal trim --store center.sqlite --before 2025-11-01T00:00:00Z`
    struct Trim: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Remove old events. Records and recordings stay.",
            discussion: """
                Nothing is removed without which the centre's state could not be made again. The space is used for \
                new events; the file does not become smaller. A running centre goes on.
                """)

        @Option(help: ArgumentHelp("The store's file.", valueName: "file"))
        var store: String

        @Option(help: "Remove events before this ISO 8601 date, such as 2025-11-21T22:20:00Z.")
        var before: DateArgument

        func run() async throws {
            let path = store
            guard FileManager.default.fileExists(atPath: path) else {
                throw ValidationError("there is no file \(path)")
            }
            let store = try SQLiteStore(path: path)
            print("\(try await store.trim(through: store.lastPosition(before: before.date))) events removed")
        }
    }
}
