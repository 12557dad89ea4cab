#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# serve_demo.sh ENGRAM PYTHON: serves on port $PORT with the data under $DATA; the first time it
# builds the demonstration data and loads it. Prints what to try, and keeps serving until stopped.
set -euo pipefail
engram=$1
python=$2
port=${PORT:-6379}
data=${DATA:-data}
folder=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

if (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
    echo "run: something is already listening on port $port; try: make run PORT=6380" >&2
    exit 1
fi
mkdir -p "$data"
"$engram" serve --port "$port" --dir "$data" --save "300 10" &
server=$!
# A signal to this script ends the server, which saves and leaves; the script waits for it.
trap 'kill -TERM $server 2>/dev/null' INT TERM
for _ in $(seq 1 600); do
    kill -0 $server 2>/dev/null || { wait $server; exit $?; }
    (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null && break
    sleep 0.1
done

"$folder/build.sh" && "$python" "$folder/load_demo.py" --port "$port" || {
    kill -TERM $server 2>/dev/null
    wait $server
    exit 1
}

status=0
wait $server || status=$?
# The first wait ends with the signal; the second with the server.
wait $server 2>/dev/null || true
exit $((status > 128 ? 0 : status))
