#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Installs what the build, the demonstration and the tests need of the system. The Swift toolchain
# must be there already.
set -euo pipefail
folder=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

if ! command -v swift >/dev/null; then
    echo "setup: the Swift 6.3 toolchain is needed: https://www.swift.org/install" >&2
    exit 1
fi

missing=()
while read -r package; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q '^install ok' ||
        missing+=("$package")
done <"$folder/packages.txt"
[ ${#missing[@]} -gt 0 ] || exit 0

echo "setup: installing ${missing[*]}"
run=()
[ "$(id -u)" = 0 ] || run=(sudo)
"${run[@]}" apt-get update -qq
DEBIAN_FRONTEND=noninteractive "${run[@]}" apt-get install -y -qq --no-install-recommends \
    "${missing[@]}" >/dev/null
