# `make run` starts the chat, `make test` tests it; each sets up what it needs into .venv/ by itself.
# ARGS= is handed on to the program: make run ARGS='--port 6000', make test ARGS='tests/sync -k hole'

.DEFAULT_GOAL := help
.PHONY: help install run run-broker run-server run-client test check lint chaos screen screenshots perf perf-full perf-gui profile lock clean

BIN := .venv/bin
INSTALLED := .venv/.installed
PERF_INSTALLED := .venv/.installed-perf
REQUIREMENTS := requirements/dev.txt requirements/gui.txt
ARGS ?=

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-12s %s\n", $$1, $$2}' Makefile

install: $(INSTALLED) ## everything into .venv/ (the other targets do it by themselves)

$(INSTALLED): $(REQUIREMENTS) pyproject.toml scripts/bootstrap
	@scripts/bootstrap $(REQUIREMENTS)

run: $(INSTALLED) ## broker, server, and a client: on the desktop, else in the terminal
	@scripts/run $(ARGS)

run-broker: $(INSTALLED) ## the broker alone
	@$(BIN)/zmqchat broker $(ARGS)

run-server: $(INSTALLED) ## the server alone
	@$(BIN)/zmqchat server $(ARGS)

run-client: $(INSTALLED) ## the desktop client where there is a display, else the terminal client
	@scripts/client $(ARGS)

test: $(PERF_INSTALLED) ## the tests (minutes; without chaos)
	$(BIN)/python -m pytest -n auto $(ARGS)

check: lint test ## what CI runs: style, types, import floors, and the tests

lint: $(INSTALLED) ## style, types and import floors
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy zmqchat gui/zmqchat_gui tests $(wildcard perf)
	$(BIN)/lint-imports
	scripts/qml check

chaos: $(INSTALLED) ## the slow tests that kill processes in the middle of traffic
	$(BIN)/python -m pytest -m chaos --timeout 900 $(ARGS)

screen: $(INSTALLED) ## the desktop client in real windows, by real keys and clicks (minutes)
	scripts/screen $(ARGS)

perf: $(PERF_INSTALLED) ## measures throughput and latency on this machine (about 4 minutes)
	$(BIN)/python -m perf run $(ARGS)

perf-full: $(PERF_INSTALLED) ## all scenarios and more rounds (about half an hour)
	$(BIN)/python -m perf run --full $(ARGS)

perf-gui: $(INSTALLED) ## how quickly the desktop client's window shows what comes (half a minute)
	$(BIN)/python -m perf.gui

screenshots: $(INSTALLED) ## pictures of the desktop client for docs/screenshots/, from a real run
	$(BIN)/python scripts/screenshots $(ARGS)

profile: $(PERF_INSTALLED) ## where a server's and a broker's time goes, message by message
	$(BIN)/python -m perf profile $(ARGS)

$(PERF_INSTALLED): requirements/perf.txt $(INSTALLED)
	@$(BIN)/python -m pip --quiet --disable-pip-version-check install --no-deps --require-hashes --requirement $<
	@touch $@

lock: $(INSTALLED) ## pins the dependencies again (ARGS=--upgrade: to the newest)
	scripts/lock $(ARGS)

clean: ## removes what the other targets made; realms, profiles and messages stay
	rm -rf .venv build dist .coverage* htmlcov .hypothesis .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
