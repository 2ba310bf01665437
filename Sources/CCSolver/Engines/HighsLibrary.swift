#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// The functions of HiGHS's C interface (`highs_c_api.h`) that are used, found once and kept until the process ends.
struct HighsLibrary: Sendable {
    typealias Model = OpaquePointer
    typealias Doubles = UnsafePointer<Double>
    typealias Ints = UnsafePointer<Int32>
    typealias Text = UnsafePointer<CChar>
    typealias PassMip =
        @convention(c) @Sendable (
            Model, Int32, Int32, Int32, Int32, Int32, Double, Doubles, Doubles, Doubles, Doubles, Doubles, Ints, Ints,
            Doubles, Ints
        ) -> Int32
    typealias GetSolution =
        @convention(c) @Sendable (
            Model, UnsafeMutablePointer<Double>?, UnsafeMutablePointer<Double>?, UnsafeMutablePointer<Double>?,
            UnsafeMutablePointer<Double>?
        ) -> Int32

    let version: @convention(c) @Sendable () -> Text
    let create: @convention(c) @Sendable () -> Model?
    let destroy: @convention(c) @Sendable (Model) -> Void
    let setBoolOption: @convention(c) @Sendable (Model, Text, Int32) -> Int32
    let setIntOption: @convention(c) @Sendable (Model, Text, Int32) -> Int32
    let setDoubleOption: @convention(c) @Sendable (Model, Text, Double) -> Int32
    let setStringOption: @convention(c) @Sendable (Model, Text, Text) -> Int32
    let passMip: PassMip
    let setSolution: @convention(c) @Sendable (Model, Doubles?, Doubles?, Doubles?, Doubles?) -> Int32
    let run: @convention(c) @Sendable (Model) -> Int32
    let getDoubleInfo: @convention(c) @Sendable (Model, Text, UnsafeMutablePointer<Double>) -> Int32
    let getIntInfo: @convention(c) @Sendable (Model, Text, UnsafeMutablePointer<Int32>) -> Int32
    let getSolution: GetSolution
    let resetGlobalScheduler: @convention(c) @Sendable (Int32) -> Void

    /// What the loader is asked for when no path is given.
    static let names = ["libhighs.so.1", "libhighs.so", "libhighs.1.dylib", "libhighs.dylib"]

    /// - Throws: `SolverError` `.noLibrary`, `.unfitLibrary`.
    init(_ path: String?) throws {
        guard
            let handle = (path.map { [$0] } ?? Self.names).lazy.compactMap({ dlopen($0, RTLD_NOW | RTLD_LOCAL) }).first
        else {
            throw SolverError(
                .noLibrary,
                "\(path ?? "libhighs") cannot be loaded: HiGHS is at highs.dev, and its library also comes with the "
                    + "Python package highspy")
        }
        func find<Function>(_ name: String) throws -> Function {
            guard let symbol = dlsym(handle, name) else {
                throw SolverError(.unfitLibrary, "\(path ?? "libhighs") has no \(name): it is too old, or not HiGHS")
            }
            return unsafeBitCast(symbol, to: Function.self)
        }
        let sizeOfInt: @convention(c) (Model?) -> Int32 = try find("Highs_getSizeofHighsInt")
        let size = sizeOfInt(nil)
        guard size == 4 else {
            throw SolverError(.unfitLibrary, "\(path ?? "libhighs") counts in \(size) bytes, and 4 are needed")
        }
        version = try find("Highs_version")
        create = try find("Highs_create")
        destroy = try find("Highs_destroy")
        setBoolOption = try find("Highs_setBoolOptionValue")
        setIntOption = try find("Highs_setIntOptionValue")
        setDoubleOption = try find("Highs_setDoubleOptionValue")
        setStringOption = try find("Highs_setStringOptionValue")
        passMip = try find("Highs_passMip")
        setSolution = try find("Highs_setSolution")
        run = try find("Highs_run")
        getDoubleInfo = try find("Highs_getDoubleInfoValue")
        getIntInfo = try find("Highs_getIntInfoValue")
        getSolution = try find("Highs_getSolution")
        resetGlobalScheduler = try find("Highs_resetGlobalScheduler")
    }
}
