import Foundation

/// Writes a program that can be run at once.
///
/// Another process makes the file. Were it written here, a test that starts a program meanwhile would hand that one the file
/// while it is open for writing, and what is open for writing cannot be run.
func writeExecutable(_ script: String, to path: String) throws {
    let source = path + ".source"
    try script.write(toFile: source, atomically: true, encoding: .utf8)
    let install = Process()
    install.executableURL = URL(filePath: "/usr/bin/install")
    install.arguments = ["-m", "755", source, path]
    try install.run()
    install.waitUntilExit()
    guard install.terminationStatus == 0 else { throw CocoaError(.fileWriteUnknown) }
    try FileManager.default.removeItem(atPath: source)
}
