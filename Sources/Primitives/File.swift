// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Musl
#endif

/// What the operating system answered to an operation on a file.
public struct FileError: Error, Equatable, CustomStringConvertible {
    /// What was tried: `open`, `write`, `fsync`, ...
    public let operation: String
    public let path: String
    /// The `errno`.
    public let code: Int32

    public init(operation: String, path: String, code: Int32) {
        self.operation = operation
        self.path = path
        self.code = code
    }

    public var description: String { "cannot \(operation) '\(path)': \(reason)" }

    /// The system's text for the `errno`.
    public var reason: String { unsafe String(cString: strerror(code)) }

    /// Whether the file does not exist.
    public var isMissing: Bool { code == ENOENT }
    /// Whether the disk, or the quota, is full.
    public var isOutOfSpace: Bool { code == ENOSPC || code == EDQUOT }
}

/// An open file, closed at the end of its life.
public struct File: ~Copyable, Sendable {
    private let descriptor: Int32
    public let path: String

    private init(descriptor: Int32, path: String) {
        self.descriptor = descriptor
        self.path = path
    }

    deinit {
        _ = systemClose(descriptor)
    }

    /// Opens a new file for writing; what stood at `path` is emptied.
    public static func create(_ path: String) throws(FileError) -> File {
        let descriptor = retrying {
            unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        }
        guard descriptor >= 0 else { throw FileError(operation: "create", path: path, code: errno) }
        return File(descriptor: descriptor, path: path)
    }

    /// Writes all of `bytes` at the end.
    public borrowing func write(_ bytes: Span<UInt8>) throws(FileError) {
        let path = path
        let descriptor = descriptor
        let failure: Int32 = unsafe bytes.withUnsafeBytes { buffer in
            var done = 0
            while done < buffer.count {
                guard let base = buffer.baseAddress else { return 0 }
                let rest = buffer.count - done
                let count = unsafe systemWrite(descriptor, base + done, rest)
                if count < 0 {
                    if errno == EINTR { continue }
                    return errno
                }
                done += count
            }
            return 0
        }
        if failure != 0 { throw FileError(operation: "write", path: path, code: failure) }
    }

    /// Waits until everything written is on the disk.
    public borrowing func synchronize() throws(FileError) {
        guard fsync(descriptor) == 0 else {
            throw FileError(operation: "fsync", path: path, code: errno)
        }
    }

    /// All bytes of the file at `path`.
    public static func contents(of path: String) throws(FileError) -> [UInt8] {
        let descriptor = retrying { unsafe open(path, O_RDONLY | O_CLOEXEC) }
        guard descriptor >= 0 else { throw FileError(operation: "open", path: path, code: errno) }
        let file = File(descriptor: descriptor, path: path)
        return try file.readAll()
    }

    private borrowing func readAll() throws(FileError) -> [UInt8] {
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else {
            throw FileError(operation: "read", path: path, code: errno)
        }
        let size = Int(status.st_size)
        let descriptor = descriptor
        var failure: Int32 = 0
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            count = 0
            while count < size {
                guard let base = buffer.baseAddress else { return }
                let got = unsafe read(descriptor, base + count, size - count)
                if got < 0 {
                    if errno == EINTR { continue }
                    failure = errno
                    return
                }
                if got == 0 { return }
                count += got
            }
        }
        if failure != 0 { throw FileError(operation: "read", path: path, code: failure) }
        return bytes
    }

    /// Puts the file `source` in the place of `target`, at once and whole, and waits until the
    /// directory is on the disk.
    public static func replace(_ target: String, with source: String) throws(FileError) {
        guard unsafe rename(source, target) == 0 else {
            throw FileError(operation: "rename to", path: target, code: errno)
        }
        let directory = directory(of: target)
        let descriptor = retrying { unsafe open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
        guard descriptor >= 0 else {
            throw FileError(operation: "open", path: directory, code: errno)
        }
        try File(descriptor: descriptor, path: directory).synchronize()
    }

    /// Removes the file at `path`; one that does not exist is no error.
    public static func remove(_ path: String) throws(FileError) {
        guard unsafe unlink(path) == 0 || errno == ENOENT else {
            throw FileError(operation: "remove", path: path, code: errno)
        }
    }

    /// The directory that holds `path`.
    public static func directory(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// The number of this process, for names of temporary files.
    public static var processIdentifier: Int32 { getpid() }

    private static func retrying(_ body: () -> Int32) -> Int32 {
        while true {
            let result = body()
            if result >= 0 || errno != EINTR { return result }
        }
    }
}

// Inside the type these names are its own.

private func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawPointer, _ count: Int) -> Int {
    unsafe write(descriptor, bytes, count)
}

private func systemClose(_ descriptor: Int32) -> Int32 {
    close(descriptor)
}
