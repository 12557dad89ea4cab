# The two commands of the README, and what they are made of.
#   make run     sets up, builds, loads the demonstration data the first time, serves on port 6379
#   make test    sets up and runs every test
#   make bench   measures against Redis 8.2.3 and hnswlib and prints tables of ratios

PORT ?= 6379
DATA ?= data
VECTORS ?= .cache/wordnet-minilm
SWIFT ?= swift
PYTHON = .venv/bin/python
ENGRAM = .build/release/engram
# Overlapping access is checked in the tests, not in the release build: a tenth of a small request.
UNCHECKED = -Xswiftc -enforce-exclusivity=unchecked
CHECKED = --explicit-target-dependency-import-check error

.PHONY: run test bench bench-kv bench-memory bench-growth bench-context bench-vectors bench-filters build setup lint unit live docs clean

run: build $(PYTHON)
	@PORT=$(PORT) DATA=$(DATA) Datasets/serve_demo.sh $(ENGRAM) $(PYTHON)

test: setup lint unit live

# Packages of the system; the Swift toolchain is the one thing that must be there already.
setup: .cache/system $(PYTHON)

.cache/system: .ci/packages.txt
	@.ci/system.sh
	@mkdir -p .cache && touch $@

$(PYTHON): .cache/system Datasets/requirements.txt
	@Datasets/setup.sh
	@touch $@

build: .cache/system
	$(SWIFT) build -c release --product engram $(UNCHECKED)

lint:
	$(SWIFT) format lint --strict -r Sources Tests Benchmarks Package.swift

# Unit and property tests, one at a time: some talk to a server in the same process, and wait for it
# on threads that it needs. The import check fails on any import that Package.swift does not name.
unit: .cache/system
	$(SWIFT) build --build-tests $(CHECKED)
	@$(SWIFT) test --skip-build --no-parallel > .build/unit.txt 2>&1 \
		&& tail -n 1 .build/unit.txt \
		|| { grep -E '✘|recorded an issue|Fatal|error:' .build/unit.txt; tail -n 5 .build/unit.txt; exit 1; }

# Tests that talk to a real server: clients, the comparison with Redis, hostile input, rebuild kills.
live: build $(PYTHON)
	ENGRAM_BINARY=$(ENGRAM) $(PYTHON) -m pytest -q Tests/Clients
	$(PYTHON) Tests/Differential/differential.py --engram $(ENGRAM) --commands 50000 --resp both \
		--restart --families all
	$(PYTHON) Tests/Differential/differential.py --engram $(ENGRAM) --commands 5000 --resp both \
		--restart --families vectors,keys
	$(PYTHON) Tests/Fuzz/fuzz_requests.py --engram $(ENGRAM) --requests 50000
	$(PYTHON) Tests/Fuzz/fuzz_state.py --engram $(ENGRAM) --commands 50000

bench: bench-kv bench-memory bench-growth bench-context bench-vectors bench-filters

bench-kv: build $(PYTHON)
	$(PYTHON) Benchmarks/kv.py --engram $(ENGRAM)

bench-memory: build $(PYTHON)
	$(PYTHON) Benchmarks/memory.py --engram $(ENGRAM)

# 5 GB; with deadlines 7.
bench-growth: .cache/system
	$(SWIFT) build -c release --product engram-bench-growth $(UNCHECKED)
	.build/release/engram-bench-growth
	.build/release/engram-bench-growth --ttl

bench-context: build $(PYTHON)
	$(PYTHON) Benchmarks/context.py --engram $(ENGRAM)

bench-vectors: build $(PYTHON)
	$(SWIFT) build -c release --product engram-bench-vectors $(UNCHECKED)
	-$(PYTHON) -m pip install --quiet --no-deps --requirement Benchmarks/Vectors/requirements.txt
	Datasets/build.sh
	$(PYTHON) Benchmarks/Vectors/compare.py $(VECTORS)
	$(PYTHON) Benchmarks/Vectors/alive.py $(VECTORS) --engram $(ENGRAM)

bench-filters: build $(PYTHON)
	$(SWIFT) build -c release --product engram-bench-vectors $(UNCHECKED)
	-$(PYTHON) -m pip install --quiet --no-deps --requirement Benchmarks/Vectors/requirements.txt
	Datasets/build.sh
	$(PYTHON) Benchmarks/Vectors/filters.py $(VECTORS)

clean:
	rm -rf .build .cache .venv
