#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Writes the snapshots of RedisFiles.swift anew: make-fixtures.sh REDIS-SERVER PORT
# REDIS-SERVER must be 8.2 (with vector sets); the figures in the tests are of 8.2.3.
set -euo pipefail
server=$1 port=$2
directory=$(mktemp -d)
"$server" --port "$port" --dir "$directory" --save "" --daemonize no >/dev/null &
process=$!
trap 'kill $process; rm -r "$directory"' EXIT
cli() { redis-cli -p "$port" "$@" >/dev/null; }
until cli ping 2>/dev/null; do sleep 0.1; done

emit() {
    cli save
    echo "    static let $1 = \"\"\""
    base64 -w 92 "$directory/dump.rdb" | sed 's/^/        /'
    echo '        """'
    cli flushall
}

echo '// SPDX-License-Identifier: Apache-2.0'
echo
echo '/// Snapshots that Redis 8.2.3 wrote, in base 64, by `make-fixtures.sh`.'
echo 'enum RedisFiles {'
cli set text hello
cli set integer 12345
cli set negative -7
cli set big 123456789012
cli set long "$(printf 'abcdefgh%.0s' {1..40})"
cli set ending soon PXAT 4102444800123
cli rpush list a 1 -1 100 4000 -4096 30000 8000000 2000000000 9000000000 "$(printf 'x%.0s' {1..70})"
cli hset hash field value number 42 empty ""
for i in {1..600}; do echo "hset table field$i value$i"; done | redis-cli -p "$port" >/dev/null
cli select 3
redis-cli -p "$port" -n 3 hset fields stays 1 ends 2 later 3 >/dev/null
redis-cli -p "$port" -n 3 hpexpireat fields 4102444800000 FIELDS 1 ends >/dev/null
redis-cli -p "$port" -n 3 hpexpireat fields 4102444900000 FIELDS 1 later >/dev/null
long=$(printf 'y%.0s' {1..80})
redis-cli -p "$port" -n 3 hset longfields stays "$long" ends "$long" >/dev/null
redis-cli -p "$port" -n 3 hpexpireat longfields 4102444800000 FIELDS 1 ends >/dev/null
emit plain
cli sadd integers 1 2 3
cli sadd words a b c
cli zadd scores 1.5 a 2 b
cli xadd stream 1-1 field value
cli xgroup create stream group 0
redis-cli -p "$port" xreadgroup group group consumer count 1 streams stream '>' >/dev/null
cli set last one
emit otherTypes
for quantization in NOQUANT Q8 BIN; do
    for i in {1..12}; do
        cli vadd "set$quantization" VALUES 4 $((i % 5 - 2)) $((i % 3)) $((i % 7 - 3)) 1 "e$i" \
            $quantization SETATTR "{\"n\":$i}"
    done
done
for i in {1..3}; do cli vadd projected REDUCE 2 VALUES 4 $i 1 0 $((i * i)) "p$i"; done
emit vectorSets
for i in {1..120}; do cli xadd events "$i-0" name "n$i" value "$i"; done
cli xadd events 121-7 other text
cli xdel events 5 121-7
cli xgroup create events readers 0
cli xreadgroup group readers amy count 3 streams events '>'
cli xclaim events readers bob 0 2 TIME 1700000000000 RETRYCOUNT 9
cli xgroup create events idlers 7 ENTRIESREAD 6
for i in 1 2 3; do cli xadd hollow "$i" a 1; done
cli xdel hollow 3
cli xtrim hollow MINID 3
emit streams
echo '}'
