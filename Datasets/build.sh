#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Builds the demo data under .cache/ in the repository root. What is already there is kept, so
# only the first run takes time. Arguments go to the WordNet build: --count N or --all.
set -euo pipefail
folder=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
"$folder/setup.sh"
exec "$(dirname "$folder")/.venv/bin/python" "$folder/wordnet-minilm/build.py" "$@"
