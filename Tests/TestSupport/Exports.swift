// SPDX-License-Identifier: Apache-2.0

// A test that imports TestSupport sees what a request touches without naming every module.
@_exported public import Commands
@_exported public import Primitives
@_exported public import RESP
@_exported public import Store
