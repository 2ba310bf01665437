import ArgumentParser
import CCCore
import ContactCenterKit
import Foundation

/// `ccctl check center.yml`: says what is wrong with a centre's configuration.
struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Say what is wrong with a centre's configuration.",
        discussion: """
            Prints every problem as file:line: key: message, warnings as file:line: key: warning: message, and ends with \
            status 1 when there is an error. Nothing is started, and passwords and other files that it names are not \
            read. Handlers are code of your program: name those that it has with --handler to have them checked too.
            """)

    @Argument(help: ArgumentHelp("The configuration.", valueName: "center.yml"), completion: .file())
    var file: String?

    @Option(help: "A handler that the program has; may be repeated.")
    var handler: [String] = []

    @Flag(help: "Print the file as the writer would, when it has no errors.")
    var canonical = false

    @Flag(help: "Print the JSON Schema of configurations and stop.")
    var schema = false

    func run() throws {
        if schema { return print(CenterPlan.schema) }
        guard let file else { throw ValidationError("a configuration is missing") }
        let text: String
        do { text = try TextFile.read(file) } catch {
            print("\(error)")
            throw ExitCode(1)
        }
        let findings = CenterPlan.check(yaml: text, file: file, handlers: handler.isEmpty ? nil : handler)
        for finding in findings { print(Self.line(finding.severity, finding.problem)) }
        guard !findings.contains(where: { $0.severity == .error }) else { throw ExitCode(1) }
        if canonical {
            print(try CenterPlan.canonical(yaml: text, file: file), terminator: "")
        }
    }

    private static func line(_ severity: PlanFinding.Severity, _ problem: FileError) -> String {
        guard severity == .warning else { return problem.description }
        var warning = problem
        warning.message = "warning: \(problem.message)"
        return warning.description
    }
}
