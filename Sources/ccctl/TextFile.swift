import CCCore
import CCWorkforce
import Foundation

/// Files in and out. Whatever is wrong with one is a `FileError` with its name and the place in it.
enum TextFile {
    static func data(_ path: String) throws -> Data {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw FileError(file: path, message: "there is no such file, or it may not be read")
        }
        return data
    }

    static func read(_ path: String) throws -> String {
        guard let text = String(data: try data(path), encoding: .utf8) else {
            throw FileError(file: path, message: "this is not text in UTF-8")
        }
        return text
    }

    static func table(_ path: String) throws -> CSVTable { try CSVTable(utf8: Array(data(path)), file: path) }

    /// Something in JSON; a mistake in a value is told with the file's name.
    static func json<Value>(_ path: String, _ read: (Data) throws -> Value) throws -> Value {
        let data = try data(path)
        do { return try read(data) } catch let error as WorkforceError {
            throw FileError(file: path, path: error.place, message: error.message)
        }
    }

    /// To standard output without a path, or for `-`.
    static func write(_ text: String, to path: String?) throws {
        guard let path, path != "-" else { return print(text, terminator: "") }
        do { try text.write(toFile: path, atomically: true, encoding: .utf8) } catch {
            throw FileError(file: path, message: "it cannot be written")
        }
    }

    /// A line for people, where it does not stand among the numbers.
    static func remark(_ text: String) { FileHandle.standardError.write(Data((text + "\n").utf8)) }
}
