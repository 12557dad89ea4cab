#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Makes the virtual environment .venv in the repository root, with the pinned packages that the
# demo data, the client tests, the differential test and the benchmarks need. Does nothing when
# it is already there and the pins have not changed.
set -euo pipefail
folder=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(dirname "$folder")
pins=$folder/requirements.txt
stamp=$root/.venv/.requirements

if cmp --silent "$pins" "$stamp"; then
    exit 0
fi

python=${PYTHON:-python3}
if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    echo "setup: Python 3.11 or newer is needed (set PYTHON=/path/to/python3)" >&2
    exit 1
fi
if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
    echo "setup: Python's venv module is missing (Debian and Ubuntu: apt-get install python3-venv)" >&2
    exit 1
fi

echo "setup: making .venv with the packages of Datasets/requirements.txt"
"$python" -m venv --clear "$root/.venv"
"$root/.venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps \
    --requirement "$pins"
cp "$pins" "$stamp"
