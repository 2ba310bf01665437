import CCCore
internal import GRDB

/// The tables, and how older files are brought up to date.
///
/// Dates are milliseconds since 1970 (`datetime(arrivedAt / 1000, 'unixepoch')`), durations are milliseconds.
enum Schema {
    /// What a file is.
    enum Version {
        /// A new, empty database.
        case none
        /// One of ours.
        case number(Int)
        case other
    }

    /// "CCKt": marks our files.
    private static let applicationID = 0x4343_4B74

    /// Each step takes a file from the version that is its index to the next. Steps are added, never changed.
    private static let steps: [@Sendable (Database) throws -> Void] = [
        createTables, createJournal, createCustomerIndexes,
    ]

    static var latest: Int { steps.count }

    static func version(_ db: Database) throws -> Version {
        let application = try Int.fetchOne(db, sql: "PRAGMA application_id") ?? 0
        if application == applicationID { return .number(try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0) }
        let isEmpty = try Int.fetchOne(db, sql: "SELECT count(*) FROM sqlite_master") == 0
        return application == 0 && isEmpty ? .none : .other
    }

    /// Runs in a transaction of its own.
    static func migrate(_ db: Database) throws {
        let version = if case .number(let number) = try version(db) { number } else { 0 }
        guard version < latest else { return }
        for step in steps[version...] { try step(db) }
        try db.execute(sql: "PRAGMA application_id = \(applicationID)")
        try db.execute(sql: "PRAGMA user_version = \(latest)")
    }

    private static func createTables(_ db: Database) throws {
        try db.execute(
            sql: """
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
                """)
    }

    /// The journal; agents' states follow from it from now on, and begin with those that were kept.
    /// Who has called, and who was called: for the agent who served a customer last.
    private static func createCustomerIndexes(_ db: Database) throws {
        try db.execute(
            sql: """
                CREATE INDEX contactByCaller ON contact (direction, callerNumber);
                CREATE INDEX contactByDialled ON contact (direction, dialledNumber);
                """)
    }

    private static func createJournal(_ db: Database) throws {
        try db.execute(
            sql: """
                CREATE TABLE event (
                    position INTEGER PRIMARY KEY CHECK (position > 0),
                    version INTEGER NOT NULL,
                    date INTEGER NOT NULL,
                    contact TEXT,
                    type TEXT NOT NULL,
                    body TEXT NOT NULL,
                    checksum INTEGER NOT NULL
                ) STRICT;

                CREATE TABLE snapshot (
                    position INTEGER PRIMARY KEY,
                    version INTEGER NOT NULL,
                    body TEXT NOT NULL,
                    checksum INTEGER NOT NULL
                ) STRICT;

                -- One row: up to where events were removed on purpose.
                CREATE TABLE trimmed (position INTEGER NOT NULL) STRICT;
                INSERT INTO trimmed VALUES (0);

                -- What could not be believed, as it was found.
                CREATE TABLE damaged (
                    id INTEGER PRIMARY KEY,
                    position INTEGER NOT NULL,
                    reason TEXT NOT NULL,
                    version,
                    date,
                    contact,
                    type,
                    body,
                    checksum
                );
                """)
        let agents = try db.rows("SELECT * FROM agentState WHERE tenant = ? ORDER BY agent", [TenantID.main.rawValue])
            .map { row in
                AgentStanding(agent: try row.id("agent"), state: try row.name("state"), since: try row.date("since"))
            }
        if !agents.isEmpty {
            try SQLiteStore.insert(JournalRow(JournalSnapshot(position: 0, state: CenterState(agents: agents))), db)
        }
        try db.execute(sql: "DROP TABLE agentState")
    }
}
