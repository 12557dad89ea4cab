// SPDX-License-Identifier: Apache-2.0

import CPlatform
import Glibc
import Synchronization

/// Threads of the system.
enum Threads {
    private final class Body {
        let name: String
        let run: @Sendable () -> Void

        init(_ name: String, _ run: @escaping @Sendable () -> Void) {
            self.name = name
            self.run = run
        }
    }

    /// Does `body` on a thread of its own, which ends with it.
    /// - Parameter name: for tools like top, which show 15 characters.
    static func start(
        named name: String, _ body: @escaping @Sendable () -> Void
    ) throws(TransportError) {
        let context = unsafe Unmanaged.passRetained(Body(name, body))
        var thread = pthread_t()
        let code = unsafe pthread_create(
            &thread, nil,
            { context in
                guard let context = unsafe context else { return nil }
                let body = unsafe Unmanaged<Body>.fromOpaque(context).takeRetainedValue()
                unsafe engram_name_thread(body.name)
                body.run()
                return nil
            }, context.toOpaque())
        guard code == 0 else {
            unsafe context.release()
            throw TransportError("pthread_create", code: code)
        }
        pthread_detach(thread)
    }
}
