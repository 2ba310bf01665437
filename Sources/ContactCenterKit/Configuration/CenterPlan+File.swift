import CCCore
import CCYaml

extension CenterPlan {
    /// Reads a configuration (`Docs/Configuration.md`).
    ///
    /// - Parameters:
    ///   - yaml: the file's text.
    ///   - file: its name, for errors.
    ///   - handlers: code of the program that numbers of the file name.
    /// - Throws: ``ConfigurationError`` with everything that is wrong, each with line and key. Warnings are not among it.
    public init(
        yaml: String, file: String = "center", handlers: [String: Number.Handler] = [:]
    ) throws(ConfigurationError) {
        let (plan, findings) = try Self.read(yaml: yaml, file: file, handlers: handlers)
        let errors = findings.filter { $0.severity == .error }
        guard errors.isEmpty else { throw ConfigurationError(errors.map(\.problem)) }
        self = plan
    }

    /// Everything that is wrong with a configuration, or looks wrong, in the order of its lines.
    ///
    /// - Parameters:
    ///   - yaml: the file's text.
    ///   - file: its name.
    ///   - handlers: names of the program's code; nil when they are not known, so that any name will do.
    public static func check(
        yaml: String, file: String = "center", handlers: [String]? = nil
    ) -> [(severity: PlanFinding.Severity, problem: FileError)] {
        do {
            let known = handlers.map { names in names.reduce(into: [:]) { $0[$1] = Self.absent } }
            return try read(yaml: yaml, file: file, handlers: known).findings.map { ($0.severity, $0.problem) }
        } catch {
            return error.problems.map { (.error, $0) }
        }
    }

    /// A configuration as the writer has it, whatever handlers it names.
    ///
    /// - Throws: ``ConfigurationError``.
    public static func canonical(yaml: String, file: String = "center") throws -> String {
        let (plan, findings) = try read(yaml: yaml, file: file, handlers: nil)
        let errors = findings.filter { $0.severity == .error }
        guard errors.isEmpty else { throw ConfigurationError(errors.map(\.problem)) }
        return try plan.yaml()
    }

    /// Stands for code that is not here.
    private static let absent: Number.Handler = { call, _ in await call.reject(.notFound) }

    /// A finding with its place in the file.
    private struct Located {
        let severity: PlanFinding.Severity
        let problem: FileError
    }

    private static func read(
        yaml: String, file: String, handlers: [String: Number.Handler]?
    ) throws(ConfigurationError) -> (plan: CenterPlan, findings: [Located]) {
        let root: NodeReader
        do { root = try NodeReader(yaml: yaml, file: file) } catch { throw ConfigurationError([error]) }
        var reader = CenterReader()
        var plan = reader.plan(root)
        guard reader.problems.isEmpty else { throw ConfigurationError(reader.problems) }
        plan.handlers = handlers ?? reader.handlerNames.reduce(into: [:]) { $0[$1] = Self.absent }
        let findings = plan.findings.map { finding in
            Located(
                severity: finding.severity,
                problem: FileError(
                    file: file, line: root.line(of: finding.path) ?? root.line ?? 1, path: finding.path,
                    message: finding.message))
        }
        let ordered = findings.enumerated().sorted {
            ($0.element.problem.line ?? 0, $0.offset) < ($1.element.problem.line ?? 0, $1.offset)
        }
        return (plan, ordered.map(\.element))
    }
}
