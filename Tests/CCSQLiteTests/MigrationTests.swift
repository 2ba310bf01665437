import CCCore
import CCSQLite
import Foundation
import GRDB
import Testing

@Suite("A file of an older version")
struct MigrationTests {
    @Test("of version 1 is brought up to date: records stay, and agents' states begin the journal")
    func versionOne() async throws {
        try await withTemporaryFolder { folder in
            let path = folder.file("center.sqlite")
            let old = try DatabaseQueue(path: path)
            try await old.write { db in
                try db.execute(sql: Self.versionOne)
                try db.execute(
                    sql: """
                        INSERT INTO contact (id, tenant, channel, direction, dialledNumber, callerNumber, arrivedAt,
                            endedAt, terminalReason, queueWait, digitCount, recordings)
                        VALUES ('c1', 'main', 'voice', 'inbound', 'support', '+34911234567', 1763763600000,
                            1763763605000, 'abandonedInQueue', 5000, 0, '[]');
                        INSERT INTO agentState VALUES ('main', 'joe', 'notReady:lunch', 1763763600123);
                        INSERT INTO agentState VALUES ('main', 'ann', 'talking', 1763763600456);
                        PRAGMA application_id = 1128483700;
                        PRAGMA user_version = 1;
                        """)
            }
            try old.close()
            #expect(throws: SQLiteStoreError.self) { try SQLiteStore(path: path, access: .readOnly) }

            let store = try SQLiteStore(path: path)
            #expect(try await store.record("c1")?.terminalReason == .abandonedInQueue)
            let opening = try await store.openJournal()
            #expect(opening.lastPosition == 0 && opening.damage == [])
            let state = try #require(opening.snapshot?.state)
            #expect(
                state.agents == [
                    AgentStanding(agent: "ann", state: .talking, since: Date(millisecondsSince1970: 1_763_763_600_456)),
                    AgentStanding(
                        agent: "joe", state: .notReady("lunch"), since: Date(millisecondsSince1970: 1_763_763_600_123)),
                ])
            try await store.commit(
                JournalBatch(entries: [
                    JournalEntry(
                        position: 1,
                        event: CenterEvent(.centerStarted, at: Date(millisecondsSince1970: 1_763_763_700_000)))
                ]))
            #expect(try await store.state().state.agents.compactMap(\.keptPause) == ["lunch"])
            let report = try await store.checkJournal()
            #expect(report.isInOrder && report.older == 1)
            try store.close()
            #expect(try await SQLiteStore(path: path, access: .readOnly).records().count == 1)
        }
    }

    /// The tables as the first version made them.
    private static let versionOne = """
            CREATE TABLE contact (
                id TEXT NOT NULL PRIMARY KEY,
                tenant TEXT NOT NULL,
                channel TEXT NOT NULL,
                direction TEXT NOT NULL,
                dialledNumber TEXT NOT NULL,
                callerNumber TEXT NOT NULL,
                signallingID TEXT,
                queue TEXT,
                arrivedAt INTEGER NOT NULL,
                connectedAt INTEGER,
                queuedAt INTEGER,
                answeredAt INTEGER,
                endedAt INTEGER NOT NULL,
                terminalReason TEXT NOT NULL,
                queueWait INTEGER NOT NULL CHECK (queueWait >= 0),
                digitCount INTEGER NOT NULL,
                recordings TEXT NOT NULL,
                packetsExpected INTEGER,
                packetsLost INTEGER
            ) STRICT, WITHOUT ROWID;
            CREATE INDEX contactByArrival ON contact (arrivedAt, id);
            CREATE INDEX contactByQueue ON contact (queue, arrivedAt);

            CREATE TABLE segment (
                contact TEXT NOT NULL REFERENCES contact (id) ON DELETE CASCADE,
                position INTEGER NOT NULL,
                agent TEXT NOT NULL,
                reservation TEXT NOT NULL,
                offeredAt INTEGER NOT NULL,
                outcome TEXT NOT NULL,
                answeredAt INTEGER,
                releasedAt INTEGER,
                ring INTEGER NOT NULL,
                talk INTEGER NOT NULL,
                hold INTEGER NOT NULL,
                wrapUp INTEGER NOT NULL,
                packetsExpected INTEGER,
                packetsLost INTEGER,
                PRIMARY KEY (contact, position)
            ) STRICT, WITHOUT ROWID;
            CREATE INDEX segmentByAgent ON segment (agent, contact);

            CREATE TABLE agentState (
                tenant TEXT NOT NULL,
                agent TEXT NOT NULL,
                state TEXT NOT NULL,
                since INTEGER NOT NULL,
                PRIMARY KEY (tenant, agent)
            ) STRICT, WITHOUT ROWID;

            CREATE TABLE registration (
                user TEXT NOT NULL,
                position INTEGER NOT NULL,
                expiresAt REAL NOT NULL,
                binding TEXT NOT NULL,
                PRIMARY KEY (user, position)
            ) STRICT, WITHOUT ROWID;

            CREATE TABLE recording (
                id TEXT NOT NULL PRIMARY KEY,
                contact TEXT NOT NULL,
                tenant TEXT NOT NULL,
                path TEXT NOT NULL,
                startedAt INTEGER NOT NULL,
                sampleRate INTEGER NOT NULL,
                channels INTEGER NOT NULL,
                duration INTEGER NOT NULL,
                marks TEXT NOT NULL,
                packetsLost INTEGER NOT NULL,
                state TEXT NOT NULL
            ) STRICT, WITHOUT ROWID;
            CREATE INDEX recordingByStart ON recording (startedAt, id);
            CREATE INDEX recordingByContact ON recording (contact);
            CREATE INDEX recordingUnfinished ON recording (state) WHERE state = 'recording';
        """
}
