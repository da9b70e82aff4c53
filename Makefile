# `make` alone shows what there is. Settings: SERVER, IMAGE, SCENARIOS, ONLY, TAGS, RERUN_FAILED, KEEP, REUSE, LANES,
# RETRIES, REPEAT, QUIET, VERBOSE, SHARD, DURATIONS, ARTIFACTS, PRESET, MINUTES, SEED, N, M, FUZZ_SECONDS, RELEASES, FROM, CHART, CELLS.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

SERVER ?= auto
IMAGE ?=
SCENARIOS ?= *
ONLY ?=
TAGS ?=
RERUN_FAILED ?=
SHARD ?=
DURATIONS ?=
KEEP ?= never
REUSE ?=
LANES ?= 3
RETRIES ?=
REPEAT ?=
QUIET ?=
VERBOSE ?=
ARTIFACTS ?= artifacts
PRESET ?= dev
MINUTES ?= 30
FUZZ_SECONDS ?= 60
RELEASES ?= 50
SEED ?= 1
N ?= 20
M ?=
CHART ?= chart
export E2E_FROM := $(FROM)
CELLS ?=
FROM ?= $(shell tests/chart/release.py --before)

BUILD := build/$(PRESET)
PROGRAM := $(BUILD)/stalwart-e2e
PREPARED := build/prepared.env
# What an earlier run found or made, when there was one.
WITH_PREPARED := if [ -f $(PREPARED) ]; then set -a; . $(PREPARED); set +a; fi;
CACHE := $(if $(XDG_CACHE_HOME),$(XDG_CACHE_HOME),$(HOME)/.cache)/stalwart-e2e

# The program reads these; as variables of the environment they need no quoting on the way.
export E2E_FILTER := $(SCENARIOS)
export E2E_ONLY := $(ONLY)
export E2E_TAGS := $(TAGS)
export E2E_RERUN_FAILED := $(RERUN_FAILED)
export E2E_KEEP := $(KEEP)
export E2E_REUSE := $(REUSE)
export E2E_LANES := $(LANES)
export E2E_RETRIES := $(RETRIES)
export E2E_REPEAT := $(REPEAT)
export E2E_QUIET := $(QUIET)
export E2E_VERBOSE := $(VERBOSE)
export E2E_MUTANTS := $(M)
export E2E_SHARD := $(SHARD)
export E2E_DURATIONS := $(DURATIONS)

.PHONY: help
help: ## Show this list
	@awk 'BEGIN {FS = ":.*## "} /^[a-z0-9-]+:.*## / {printf "  make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@echo
	@echo "  make e2e SERVER=auto|auto-0.16|reference|stalwart-0.15|stalwart-0.16|fake-0.16 IMAGE=repository:tag SCENARIOS='persistence/*' \\"
	@echo "           ONLY=smoke/ports TAGS='chart,!guard' RERUN_FAILED=1 KEEP=never|failed|always REUSE=1 LANES=3 RETRIES=0 REPEAT=1 QUIET=1 VERBOSE=1 \\"
	@echo "           ARTIFACTS=artifacts"

.PHONY: e2e
e2e: program prerequisites-cluster prepare ## Run the scenarios on a real cluster; sets up all it needs
	@set -a; . $(PREPARED); set +a; exec $(PROGRAM) run --artifacts "$(ARTIFACTS)"

.PHONY: times
times: ## Write where the time of the newest run below ARTIFACTS went into the README
	@tests/bench/times.py "$(ARTIFACTS)" README.md

.PHONY: bench-lanes
bench-lanes: program prerequisites-cluster prepare ## Compare the time of SCENARIOS with one lane and with three
	@set -a; . $(PREPARED); set +a; exec tests/bench-lanes $(PROGRAM) run --artifacts "$(ARTIFACTS)"

.PHONY: bench-start
bench-start: program ## Measure how long `list` and the check of 500 scenarios take
	@exec tests/bench-start $(PROGRAM) "$(ARTIFACTS)"

.PHONY: bench-mail
bench-mail: configure prerequisites-cluster ## Compare the mail clients with smtp-source and curl, on the reference server
	@cmake --build --preset $(PRESET) --target mail-bench
	@mkdir -p build
	@kind-config/prepare --server reference --out build/bench.env
	@set -a; . build/bench.env; set +a; exec tests/bench-mail $(BUILD)/tests/mail-bench "$$E2E_SERVER_IMAGE" "$(ARTIFACTS)"

.PHONY: bench-react
bench-react: program prerequisites-cluster prepare ## Measure how soon a hundred waits notice a change, and what they ask of the API server
	@cmake --build --preset $(PRESET) --target react-bench
	@set -a; . $(PREPARED); set +a; exec tests/bench-react $(BUILD)/tests/react-bench "$(ARTIFACTS)" $(PROGRAM)

.PHONY: bench-peers
bench-peers: program prerequisites-cluster prepare ## Do the same work with the harness, a plain script and e2e-framework, in turns
	@kind-config/prerequisites peers
	@set -a; . $(PREPARED); set +a; exec tests/bench-peers $(PROGRAM) "$(ARTIFACTS)"

.PHONY: bench-scale
bench-scale: program prerequisites-cluster ## Measure what a scenario costs among a thousand, and RELEASES at once on one cluster (50)
	@mkdir -p build
	@kind-config/prepare --server fake-0.16 --out build/scale.env
	@set -a; . build/scale.env; set +a; exec tests/bench-scale $(PROGRAM) "$(ARTIFACTS)" "$(RELEASES)"

.PHONY: bench
bench: bench-start bench-mail bench-react bench-peers bench-scale ## All of them; their tables as ARTIFACTS/bench.json and bench.md
	@tests/bench/join.py "$(ARTIFACTS)"

.PHONY: soak
soak: program prerequisites-cluster prepare ## MINUTES of traffic with one fault after another, which SEED decides; then the ledger's verdict
	@set -a; . $(PREPARED); set +a; exec $(PROGRAM) soak --minutes "$(MINUTES)" --seed "$(SEED)" --artifacts "$(ARTIFACTS)"

.PHONY: soak-harness
soak-harness: program prerequisites-cluster prepare ## Run the smoke scenarios N times, each on a new cluster; the machine must be as before
	@set -a; . $(PREPARED); set +a; exec tests/soak-harness "$(N)" $(PROGRAM) run --tags smoke --artifacts "$(ARTIFACTS)"

.PHONY: prove
prove: program prerequisites-cluster prepare ## Break the product on purpose, in all ways or in M; the named checks must notice
	@set -a; . $(PREPARED); set +a; exec $(PROGRAM) prove --artifacts "$(ARTIFACTS)"

.PHONY: qualify
qualify: program prerequisites-cluster prepare ## Decide whether CHART may follow the releases before it (FROM, or the last two)
	@set -a; . $(PREPARED); set +a; exec $(PROGRAM) qualify --chart "$(CHART)" --artifacts "$(ARTIFACTS)"

.PHONY: qualify-cases
qualify-cases: program prerequisites-cluster prepare ## Show that a renamed claim is NOT QUALIFIED and one label more is, on a real cluster
	@set -a; . $(PREPARED); set +a; exec tests/qualify-cases $(PROGRAM) "$(ARTIFACTS)"

.PHONY: matrix
matrix: program prerequisites-cluster ## Run the chart on pairs of Kubernetes, Helm, server and case, or on CELLS of them; what passed is kept
	@exec kind-config/matrix --cells "$(CELLS)" --program $(PROGRAM) --artifacts "$(ARTIFACTS)"

.PHONY: up down doctor
up: program prerequisites-cluster prepare ## Bring a cluster up and keep it; then: make e2e REUSE=1
	@set -a; . $(PREPARED); set +a; exec $(PROGRAM) up
down: program ## Delete the clusters that are kept
	@$(WITH_PREPARED) exec $(PROGRAM) down
doctor: program ## Look whether this machine can do a run, and what to do where it cannot
	@$(WITH_PREPARED) exec $(PROGRAM) doctor

.PHONY: test
test: build ## Run every test that needs no cluster
	@kind-config/prerequisites page
	@tools=$$(kind-config/chart-tools); export $$tools; \
	ctest --preset $(PRESET) --no-tests=error --output-junit junit.xml

.PHONY: screenshots
screenshots: ## Take pictures of the newest reports below ARTIFACTS, of a run that passed and of one that did not
	@kind-config/prerequisites page
	@tests/page/screenshots.py "$(ARTIFACTS)"

.PHONY: docs golden-accept
docs: ## Write the chart's README from the comments of its values
	@tools=$$(kind-config/chart-tools); export $$tools; tests/chart/test_docs.py --accept
golden-accept: ## Take what the chart renders now as what it shall render
	@tools=$$(kind-config/chart-tools); export $$tools; tests/chart/test_golden.py --accept

.PHONY: compare
compare: program ## Show what an upgrade FROM a release (the last one) to the chart changes, and what of it can't be done
	@tools=$$(kind-config/chart-tools); export $$tools; exec $(PROGRAM) compare "chart/releases/$(FROM)" "$(CHART)"

.PHONY: release released packages
release: ## Make the chart the release that its version says, kept in chart/releases; packages all of them
	@tools=$$(kind-config/chart-tools); export $$tools; tests/chart/release.py
released: ## Package what chart/releases holds, and fail unless the chart as it stands is in it (with TAG, under that tag)
	@tools=$$(kind-config/chart-tools); export $$tools; tests/chart/release.py --released
packages: ## Package what chart/releases holds, into chart/releases/*.tgz
	@tests/chart/release.py --packages

.PHONY: build program configure
build: configure ## Build the harness and its tests
	@cmake --build --preset $(PRESET)
program: configure
	@cmake --build --preset $(PRESET) --target stalwart-e2e
configure: prerequisites-build
	@test -f $(BUILD)/build.ninja || cmake --preset $(PRESET) >/dev/null

.PHONY: prepare
prepare: ## Make engine, tools and images ready
	@mkdir -p build
	@kind-config/prepare --server "$(SERVER)" $(if $(IMAGE),--image "$(IMAGE)") --out $(PREPARED)

.PHONY: prerequisites-build prerequisites-cluster
prerequisites-build:
	@kind-config/prerequisites build
prerequisites-cluster:
	@kind-config/prerequisites cluster

.PHONY: cache-key
cache-key: ## Print the key under which CI keeps what was built from source
	@kind-config/cache-key

.PHONY: lint
lint: program ## Check every scenario without starting anything
	@$(PROGRAM) lint

.PHONY: list
list: program ## Show the scenarios
	@$(PROGRAM) list --artifacts "$(ARTIFACTS)"

.PHONY: schema
schema: program ## Write scenarios/*.schema.json, by which editors complete and check scenarios and mutants
	@$(PROGRAM) schema >$(BUILD)/scenario.schema.json && mv $(BUILD)/scenario.schema.json scenarios/
	@$(PROGRAM) schema --mutants >$(BUILD)/mutant.schema.json && mv $(BUILD)/mutant.schema.json scenarios/

.PHONY: asan tsan
asan: ## Run the tests under the address and undefined behaviour sanitizers
	@$(MAKE) test PRESET=asan
tsan: ## Run the tests under the thread sanitizer
	@$(MAKE) test PRESET=tsan

.PHONY: coverage
coverage: ## Show how much of each layer the tests run; less than 90 of 100 lines of one of them is a failure
	@kind-config/prerequisites coverage
	@find build/coverage -name '*.gcda' -delete 2>/dev/null || true
	@$(MAKE) --no-print-directory test PRESET=coverage
	@tests/coverage build/coverage "$(ARTIFACTS)/coverage"

.PHONY: mutation
mutation: build ## Change the code that decides (verdicts, ledger, outages), place by place: a unit test must notice each change
	@tests/mutation/run $(BUILD) "$(ARTIFACTS)/mutation"

.PHONY: fuzz
fuzz: ## Feed every parser with changed inputs, FUZZ_SECONDS for each (60), under the sanitizers; needs clang
	@kind-config/prerequisites fuzz
	@$(MAKE) --no-print-directory configure PRESET=fuzz
	@cmake --build --preset fuzz --target fuzz_targets
	@tests/fuzz/run build/fuzz/tests/fuzz "$(FUZZ_SECONDS)" "$(ARTIFACTS)/fuzz"

.PHONY: engine
engine: ## Print the export line of the engine in use
	@echo "export DOCKER_HOST=$$(kind-config/engine host)"

.PHONY: reap
reap: program ## Remove clusters that killed runs left or that were kept
	@$(WITH_PREPARED) exec $(PROGRAM) reap

.PHONY: fmt fmt-check tidy
fmt: ## Format the C++ sources
	@git ls-files '*.cpp' '*.h' | xargs clang-format -i
fmt-check: ## Fail when a source is not formatted
	@git ls-files '*.cpp' '*.h' | xargs clang-format --dry-run -Werror
tidy: build ## Run clang-tidy over the harness
	@git ls-files 'harness/*.cpp' | xargs -P 2 -n 4 clang-tidy --quiet -p $(BUILD)

.PHONY: clean clean-all
clean: ## Remove what was built here
	@rm -rf build
clean-all: clean ## Also stop the private engine and remove everything cached
	@kind-config/engine stop
	@rm -rf "$(CACHE)"
