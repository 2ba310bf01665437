// swift-tools-version: 6.2
import PackageDescription

/// Every target is Swift 6 mode; a warning is an error.
let strict: [SwiftSetting] = [
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let lifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let signals = Target.Dependency.product(name: "UnixSignals", package: "swift-service-lifecycle")
let arguments = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let heap = Target.Dependency.product(name: "HeapModule", package: "swift-collections")
let deque = Target.Dependency.product(name: "DequeModule", package: "swift-collections")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")

/// A room of the house: a library target with the house's compiler settings.
func room(_ name: String, _ dependencies: [Target.Dependency], resources: [Resource] = []) -> Target {
    .target(name: name, dependencies: dependencies, resources: resources, swiftSettings: strict)
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .testTarget(name: name, dependencies: dependencies, swiftSettings: strict)
}

let package = Package(
    name: "ContactCenterKit",
    platforms: [.macOS(.v15)],
    products: [
        .library(name: "ContactCenterKit", targets: ["ContactCenterKit"]),
        .library(name: "CCSip", targets: ["CCSip"]),
        .library(name: "CCMedia", targets: ["CCMedia"]),
        .library(name: "CCTelephony", targets: ["CCTelephony"]),
        .library(name: "CCRouting", targets: ["CCRouting"]),
        .library(name: "CCRecording", targets: ["CCRecording"]),
        .library(name: "CCSQLite", targets: ["CCSQLite"]),
        .library(name: "CCScenario", targets: ["CCScenario"]),
        .library(name: "CCWorkforce", targets: ["CCWorkforce"]),
        .library(name: "CCSolver", targets: ["CCSolver"]),
        .library(name: "CCSimulation", targets: ["CCSimulation"]),
        .library(name: "CCTestKit", targets: ["CCTestKit"]),
        .executable(name: "ccctl", targets: ["ccctl"]),
    ],
    traits: [
        .trait(name: "CBC", description: "Schedules on COIN-OR CBC, which has to be installed (coinor-libcbc-dev).")
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    ],
    targets: [
        .systemLibrary(
            name: "COpus", pkgConfig: "opus", providers: [.apt(["libopus-dev"]), .brew(["opus"])]),

        .systemLibrary(
            name: "CCbc", pkgConfig: "cbc", providers: [.apt(["coinor-libcbc-dev"]), .brew(["cbc"])]),

        room("CCCore", []),
        room("CCSip", ["CCCore", nioCore, crypto]),
        room("CCMedia", ["CCCore", "COpus", nioCore], resources: [.copy("Speech/Prompts")]),
        room("CCRouting", ["CCCore", heap, deque]),
        room("CCRecording", ["CCCore", "CCMedia"]),
        room("CCTelephony", ["CCCore", "CCSip", "CCMedia", nioCore, nioPosix, logging]),
        room("CCSQLite", ["CCCore", "CCSip", "CCRouting", "CCRecording", grdb]),
        room(
            "ContactCenterKit",
            [
                "CCCore", "CCSip", "CCMedia", "CCTelephony", "CCRouting", "CCRecording", "CCSQLite", "CCYaml", logging,
                lifecycle, signals,
            ]),
        room("CCYaml", ["CCCore", yams]),
        room("CCWorkforce", ["CCCore"]),
        room("CCSolver", ["CCCore", "CCWorkforce", .target(name: "CCbc", condition: .when(traits: ["CBC"]))]),
        room("CCScenario", ["CCCore", "CCRouting", "CCWorkforce", "CCYaml", heap]),
        room(
            "CCSimulation",
            [
                "CCCore", "CCSip", "CCMedia", "CCTelephony", "CCRouting", "CCRecording", "CCScenario",
                "ContactCenterKit", nioCore, heap,
            ]),
        room("CCTestKit", ["CCCore", "CCSip", "CCMedia", "CCRouting", "CCRecording"]),

        .executableTarget(
            name: "ccctl",
            dependencies: [
                "CCCore", "CCSip", "CCRouting", "CCSQLite", "CCScenario", "CCSimulation", "CCWorkforce", "CCSolver",
                "ContactCenterKit", arguments,
            ],
            swiftSettings: strict),
        .executableTarget(
            name: "FullCenter", dependencies: ["ContactCenterKit", arguments], path: "Examples/FullCenter",
            swiftSettings: strict),
        .executableTarget(
            name: "AnsweringMachine", dependencies: ["ContactCenterKit"], path: "Examples/AnsweringMachine",
            swiftSettings: strict),
        .executableTarget(
            name: "WorkforceDay",
            dependencies: ["CCCore", "CCRouting", "CCSQLite", "CCScenario", "CCWorkforce", arguments],
            path: "Examples/WorkforceDay", swiftSettings: strict),
        .executableTarget(
            name: "EchoTest", dependencies: ["ContactCenterKit"], path: "Examples/EchoTest", swiftSettings: strict),

        tests("CCCoreTests", ["CCCore"]),
        tests("CCSipTests", ["CCSip", "CCCore", nioCore]),
        tests("CCMediaTests", ["CCCore", "CCMedia", "CCTestKit", nioCore]),
        tests("CCRoutingTests", ["CCRouting", "CCCore", "CCTestKit"]),
        tests("CCRecordingTests", ["CCRecording", "CCTestKit"]),
        tests("CCSQLiteTests", ["CCSQLite", "CCTestKit"]),
        tests("CCTelephonyTests", ["CCTelephony", "CCTestKit", nioCore]),
        tests("ContactCenterKitTests", ["ContactCenterKit", "CCTestKit"]),
        tests("CCWorkforceTests", ["CCWorkforce", "CCCore"]),
        tests("CCSolverTests", ["CCSolver", "CCWorkforce", "CCCore"]),
        tests("CCScenarioTests", ["CCScenario", "CCRouting", "CCWorkforce", "CCCore", "CCTestKit"]),
        tests("CCSimulationTests", ["CCSimulation", "CCScenario", "ContactCenterKit", "CCTestKit"]),
        .testTarget(
            name: "InteropTests", dependencies: ["ContactCenterKit", "CCCore", "CCMedia", "CCTestKit"],
            exclude: ["Scenarios"], swiftSettings: strict),
        tests("TidyTests", []),
    ]
)
