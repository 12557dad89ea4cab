// SPDX-License-Identifier: Apache-2.0

import Foundation
import Logging
import Server
import ServiceLifecycle
import TestSupport
import Testing

/// A server in this process, on a free port, with a directory of its own.
final class LiveServer: Sendable {
    let port: Int
    let directory: URL
    private let group: ServiceGroup
    private let running: Task<Void, any Error>

    init(_ options: [String] = [], directory: URL? = nil) async throws {
        let directory =
            directory
            ?? URL.temporaryDirectory.appending(path: "engram-test-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        self.directory = directory
        let server = try EngramServer(
            configuration: try Configuration(
                commandLine: [
                    "--port", "0", "--dir", directory.path, "--loglevel", "warning",
                    "--enable-debug-command", "yes",
                ] + options))
        let group = ServiceGroup(
            configuration: .init(
                services: [
                    .init(service: server, successTerminationBehavior: .gracefullyShutdownGroup)
                ],
                logger: Logger(label: "test")))
        self.group = group
        running = Task { try await group.run() }
        var port: Int?
        for _ in 0..<1000 where port == nil {
            try await Task.sleep(for: .milliseconds(5))
            port = server.ports.first
        }
        self.port = try #require(port)
    }

    /// Ends the server as SIGTERM does.
    func stop() async throws {
        await group.triggerGracefulShutdown()
        try await running.value
    }

    /// Waits until the server has ended by itself.
    func ended() async throws { try await running.value }

    func connect() throws -> LiveClient { try LiveClient(port: port) }
}

/// A client on a blocking socket that gives up after ten seconds. Of two threads at most one may read
/// and one write.
final class LiveClient: @unchecked Sendable {
    private let socket: Int32
    private var received: [UInt8] = []

    struct Failure: Error {
        let what: String
    }

    init(port: Int) throws {
        socket = Foundation.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var timeout = timeval(tv_sec: 10, tv_usec: 0)
        unsafe setsockopt(
            socket, SOL_SOCKET, SO_RCVTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let result = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                unsafe Foundation.connect(
                    socket, address, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else { throw Failure(what: "connect") }
    }

    deinit {
        close(socket)
    }

    func send(_ text: String) throws { try send(Array(text.utf8)) }

    func send(_ bytes: [UInt8]) throws {
        var sent = 0
        while sent < bytes.count {
            let count = unsafe bytes.withUnsafeBytes { buffer in
                unsafe Foundation.send(
                    socket, buffer.baseAddress.unsafelyUnwrapped + sent, bytes.count - sent,
                    Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { throw Failure(what: "send") }
            sent += count
        }
    }

    /// Reads so many bytes; fewer when the server closes.
    func read(_ count: Int) throws -> [UInt8] {
        while received.count < count {
            guard try fill() else { break }
        }
        let result = Array(received.prefix(count))
        received.removeFirst(result.count)
        return result
    }

    /// Reads all that comes until the server closes.
    func readToEnd() throws -> String {
        while try fill() {}
        defer { received = [] }
        return String(decoding: received, as: UTF8.self)
    }

    /// Reads a line without its end.
    func line() throws -> String {
        while true {
            if let end = received.firstIndex(of: 10) {
                let line = received[..<end].filter { $0 != 13 }
                received.removeFirst(end + 1)
                return String(decoding: line, as: UTF8.self)
            }
            guard try fill() else { throw Failure(what: "closed") }
        }
    }

    private func fill() throws -> Bool {
        var buffer = [UInt8](repeating: 0, count: 65536)
        let count = unsafe buffer.withUnsafeMutableBytes { buffer in
            unsafe recv(socket, buffer.baseAddress.unsafelyUnwrapped, buffer.count, 0)
        }
        guard count >= 0 else { throw Failure(what: "nothing came") }
        received += buffer[..<count]
        return count > 0
    }

    /// Sends one inline request and returns the first line of the reply.
    func callAsFunction(_ request: String) throws -> String {
        try send(request + "\r\n")
        return try line()
    }

    /// Sends one inline request and returns the bulk string of the reply.
    func bulk(_ request: String) throws -> String {
        let header = try self(request)
        guard let count = Int(header.dropFirst()), "$=".contains(header.first ?? " ") else {
            throw Failure(what: header)
        }
        return String(decoding: try read(count + 2).dropLast(2), as: UTF8.self)
    }
}
