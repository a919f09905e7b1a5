# `make run` starts the chat, `make test` tests it; each sets up what it needs into .venv/ by itself.
# ARGS= is handed on to the program: make run ARGS='--port 6000', make test ARGS='tests/sync -k hole'

.DEFAULT_GOAL := help
.PHONY: help install install-chat run run-broker run-server run-client test check lint slow chaos soak screen screenshots fuzz perf perf-full perf-gui perf-attack profile lock clean

BIN := .venv/bin
ARGS ?=

# What a target needs of requirements/: the chat with its desktop client, its tests, its measuring.
CHAT := @scripts/bootstrap gui
TESTS := @scripts/bootstrap gui dev perf
PERF := @scripts/bootstrap gui perf
FUZZ := @scripts/bootstrap gui dev fuzz

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-12s %s\n", $$1, $$2}' Makefile

install: ## everything into .venv/ (the other targets install what they need by themselves)
	$(TESTS)

install-chat: ## the chat alone into .venv/, without what tests and measures it
	$(CHAT)

run: ## broker, server, and a client: on the desktop, else in the terminal
	$(CHAT)
	@scripts/run $(ARGS)

run-broker: ## the broker alone
	$(CHAT)
	@$(BIN)/zmqchat broker $(ARGS)

run-server: ## the server alone
	$(CHAT)
	@$(BIN)/zmqchat server $(ARGS)

run-client: ## the desktop client where there is a display, else the terminal client
	$(CHAT)
	@scripts/client $(ARGS)

test: ## the tests (minutes; without slow, chaos and screen)
	$(TESTS)
	$(BIN)/python -m pytest -n auto $(ARGS)

check: lint test ## what CI runs: style, types, import floors, and the tests

lint: ## style, types and import floors
	$(TESTS)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy zmqchat gui/zmqchat_gui tests perf
	$(BIN)/lint-imports
	scripts/qml check

slow: ## the tests that start very many processes, or install (minutes)
	$(TESTS)
	$(BIN)/python -m pytest -n auto -m slow $(ARGS)

chaos: ## faults on purpose: the tests of it and a seed (half an hour); SEED=1 SECONDS=60: that seed
	$(TESTS)
	$(if $(SEED)$(SCRIPT),,$(BIN)/python -m pytest -m chaos --timeout 900 $(ARGS))
	$(BIN)/python -m tests.chaos --seed $(or $(SEED),1) --seconds $(or $(SECONDS),60) $(if $(SCRIPT),--script $(SCRIPT))

soak: ## seeds of faults one after another, HOURS=1 long, from SEED=1 on, SECONDS=60 each
	$(TESTS)
	$(BIN)/python -m tests.chaos --hours $(or $(HOURS),1) --seed $(or $(SEED),1) --seconds $(or $(SECONDS),60) $(ARGS)

screen: ## the desktop client in real windows, by real keys and clicks (minutes)
	$(TESTS)
	scripts/screen $(ARGS)

fuzz: ## looks for inputs that break what decodes peers' bytes (SECONDS=600 over all of it)
	$(FUZZ)
	$(BIN)/python -m tests.fuzz --seconds $(or $(SECONDS),600) $(ARGS)

perf: ## measures throughput and latency on this machine (about 4 minutes)
	$(PERF)
	$(BIN)/python -m perf run $(ARGS)

perf-full: ## all scenarios and more rounds (about half an hour)
	$(PERF)
	$(BIN)/python -m perf run --full $(ARGS)

perf-gui: ## how quickly the desktop client's window shows what comes (half a minute)
	$(PERF)
	$(BIN)/python -m perf.gui

perf-attack: ## what the honest wait for beside attackers, as ratios (four minutes)
	$(PERF)
	$(BIN)/python -m perf.attack $(ARGS)

profile: ## where a server's and a broker's time goes, message by message
	$(PERF)
	$(BIN)/python -m perf profile $(ARGS)

screenshots: ## pictures of the desktop client for docs/screenshots/, from a real run
	$(CHAT)
	$(BIN)/python scripts/screenshots $(ARGS)

lock: ## pins the dependencies again (ARGS=--upgrade: to the newest)
	$(CHAT)
	scripts/lock $(ARGS)

clean: ## removes what the other targets made; realms, profiles and messages stay
	rm -rf .venv build dist .coverage* htmlcov .hypothesis .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
