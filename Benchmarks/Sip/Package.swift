// swift-tools-version: 6.2
import PackageDescription

// Apart from the main package, so that nobody builds it who does not measure.
let package = Package(
    name: "SipBenchmark",
    platforms: [.macOS(.v15)],
    dependencies: [
        .package(name: "ContactCenterKit", path: "../.."),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    ],
    targets: [
        .executableTarget(
            name: "SipBenchmark",
            dependencies: [
                .product(name: "CCSip", package: "ContactCenterKit"),
                .product(name: "NIOCore", package: "swift-nio"),
            ])
    ]
)
