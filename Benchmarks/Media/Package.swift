// swift-tools-version: 6.2
import PackageDescription

// A package of its own, so that nobody who uses the SDK builds it: swift run -c release --package-path Benchmarks/Media
let package = Package(
    name: "MediaBenchmarks",
    platforms: [.macOS(.v15)],
    dependencies: [
        .package(name: "ContactCenterKit", path: "../.."),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    ],
    targets: [
        .executableTarget(
            name: "MediaBenchmarks",
            dependencies: [
                .product(name: "CCMedia", package: "ContactCenterKit"),
                .product(name: "NIOCore", package: "swift-nio"),
            ])
    ]
)
