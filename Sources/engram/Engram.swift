// SPDX-License-Identifier: Apache-2.0
@main enum Engram { static func main() {} }
