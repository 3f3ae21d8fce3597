# make run    starts the lab at http://127.0.0.1:7860 (the first time it installs it; EXTRAS=cuda for an NVIDIA GPU)
# make test   everything: check, then the tests
# make test-fast  only what needs no browser, engine, recognizer or other process: between two saves
# make test-pocket  the tests of pocket-tts, in an environment of their own, for which they download PyTorch (gigabytes)
# make coverage  which lines the quick tests run
# make docs   the docs as a site, in build/site; fails at a warning
# make check  style, types, layers, and a proof that the requirements resolve on every platform without PyTorch
# make bench  prints the budgets: start, recognition, speaking, memory
# make bench-transcripts  prints how many planted errors the check of a text finds, and how many right words it blames
# make bench-bleed  prints how well leaked words are found, on texts no threshold was tuned on (an hour or more; it resumes)
# make bench-checked prints how many faults get past checked speech, and what it costs (a quarter of an hour)
# make bench-statistics  prints what listening tests claim against simulated truth, and their intervals' coverage
# make bench-cluster  prints what a take costs on a cluster against in-process
# make bench-listening puts 200 listeners at once before a listening test
# make bench-watching prints what it costs the lab that somebody watches a comparison of 1,000 takes
# make bench-page  prints, in a real browser, clicks, the time to the first sound and what the page takes to load
# make bench-server puts 1,000 requests to the server, 50 at once
# make bench-first-byte prints how long an OpenAI client waits for sound, beside the lab's own streaming route
# make bench-pocket prints how fast pocket-tts is here, with random weights of the full size (in that environment, too)
# make bench-reliability  attacks: hostile files, an engine hurt at random, many clients (FLAGS="--soak-minutes 30")
# make reliability-quick  the part of it that CI runs, in under two minutes; exits with 1 where something did not hold
# make format puts the source into its one format
# make requirements  makes the requirements files of pyproject.toml, and locks them anew

# The first Python of at least 3.11 that can make a virtual environment. Choose another with make PYTHON=...
CANDIDATES := python3 python3.13 python3.12 python3.14 python3.11
FITS := import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))
PYTHON := $(shell for python in $(CANDIDATES); do \
	"$$python" -c '$(FITS)' >/dev/null 2>&1 && { echo "$$python"; break; }; done)

BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
# What computes under Linux: cpu, or cuda for an NVIDIA GPU. Both bring one and the same file, so what was chosen is
# kept. Macs need neither.
EXTRAS := $(or $(shell cat .venv/.extras 2>/dev/null),cpu)
# What is installed, written once it is: the second time is quick.
LAB := .venv/.installed-$(EXTRAS)
TOOLS := .venv/.installed-dev
RESOLVED := .venv/.resolved
# PyTorch, kept away from the rest.
POCKET_BIN := .venv-pocket/bin
POCKET := .venv-pocket/.installed
# What the checks of the JavaScript need, pinned in tests/javascript/package-lock.json; node itself comes as a wheel.
SCRIPTS := tests/javascript/node_modules/.installed
# More flags for app.py, as in: make run FLAGS="--port 7861"
FLAGS :=

.PHONY: run test test-fast test-pocket bench-pocket coverage docs check bench bench-transcripts bench-bleed bench-checked bench-cluster bench-listening bench-page bench-reliability reliability-quick bench-first-byte bench-server bench-statistics bench-watching format requirements

run: $(LAB)
	$(BIN)/python app.py $(FLAGS)

# Two at a time, a file in one piece: more would each load a recognizer, a browser and an engine of their own.
# The longest files come first (tests/conftest.py), not those with the most tests.
test: check
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder

test-fast: $(TOOLS)
	$(BIN)/python -m pytest --fast -n 2 --dist loadfile

test-pocket: $(POCKET)
	$(POCKET_BIN)/python -m pytest tests/engines/pocket/with_torch.py

bench-pocket: $(POCKET)
	$(POCKET_BIN)/python -m tests.bench_pocket

# Of the quick tests: with all of them the run is half as long again.
coverage: $(TOOLS)
	$(BIN)/python -m pytest --fast -n 2 --dist loadfile --cov=voicelab --cov-report=term:skip-covered

docs: $(TOOLS)
	$(BIN)/mkdocs build --strict

check: $(TOOLS) $(RESOLVED) $(SCRIPTS)
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/node tests/javascript/node_modules/eslint/bin/eslint.js --config tests/javascript/eslint.config.js voicelab tests
	$(BIN)/node tests/javascript/node_modules/typescript/bin/tsc --project tests/javascript

bench: $(TOOLS)
	$(BIN)/python -m tests.bench_budgets

# The goals; docs/transcripts.md says which figures were reached.
BENCH_FLAGS := --speed --fail-under 0.99 --fail-over 0.03

bench-transcripts: $(TOOLS)
	$(BIN)/python -m tests.transcripts.bench $(BENCH_FLAGS)

bench-checked: $(TOOLS)
	$(BIN)/python -m tests.bench_checked

bench-bleed: $(TOOLS)
	$(BIN)/python -m tests.bench_bleed

bench-statistics: $(TOOLS)
	$(BIN)/python -m tests.bench_statistics

bench-cluster: $(TOOLS)
	$(BIN)/python -m tests.bench_cluster

bench-listening: $(TOOLS)
	$(BIN)/python -m tests.bench_listening

bench-watching: $(TOOLS)
	$(BIN)/python -m tests.bench_watching

bench-page: $(TOOLS)
	$(BIN)/python -m tests.bench_page

bench-first-byte: $(TOOLS)
	$(BIN)/python -m tests.bench_first_byte

bench-server: $(TOOLS)
	$(BIN)/python -m tests.bench_server

bench-reliability: $(TOOLS)
	$(BIN)/python -m tests.reliability.bench $(FLAGS)

reliability-quick: $(TOOLS)
	$(BIN)/python -m tests.reliability.bench --quick

format: $(TOOLS)
	$(BIN)/ruff format
	$(BIN)/ruff check --fix

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "Voice Lab needs Python 3.11 or newer with venv (on macOS, whose own is older: brew install python@3.13, or the installer of python.org; on Debian: apt-get install python3-venv)." >&2; exit 1; }
	$(PYTHON) -m venv .venv

requirements: $(TOOLS)
	$(BIN)/python -m tests.requirement_files

# Editable: the command is .venv/bin/voicelab, and what it runs is this checkout.
$(LAB): pyproject.toml | $(BIN)/python
	$(PIP) install --editable ".[$(EXTRAS)]"
	@echo "$(EXTRAS)" >.venv/.extras
	@touch $@

# In CI exactly what was locked, with its hashes; elsewhere whatever fits, as a user would get it.
$(TOOLS): pyproject.toml requirements-lock.txt | $(BIN)/python
ifdef CI
	$(PIP) install --require-hashes -r requirements-lock.txt
	$(PIP) install --no-deps --no-build-isolation --editable .
else
	$(PIP) install --editable ".[$(EXTRAS),dev]"
endif
	@touch $@

$(POCKET): pyproject.toml
	$(PYTHON) -m venv .venv-pocket
	$(POCKET_BIN)/python -m pip --disable-pip-version-check install --editable ".[pocket]" $$(grep '^pytest==' requirements-dev.txt)
	@touch $@

$(RESOLVED): pyproject.toml tests/resolving.py | $(TOOLS)
	$(BIN)/python -m tests.resolving
	@touch $@

$(SCRIPTS): tests/javascript/package.json tests/javascript/package-lock.json | $(TOOLS)
	PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/npm ci --prefix tests/javascript
	@touch $@
