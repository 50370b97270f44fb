PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
PEERS := tests/peers/node_modules/.installed
# The workers of a test run, and the many processes that it starts, would each compile everything anew.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: run test test-real test-sift test-calendars test-payloads test-zones pictures docs check lint types contracts bench format clean
.DEFAULT_GOAL := run

$(INSTALLED): pyproject.toml tests/peers/requirements.txt
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --editable '.[dev]'
	$(BIN)/python -m pip install --quiet --no-deps -r tests/peers/requirements.txt
	touch $(INSTALLED)

$(PEERS): tests/peers/package.json
	if command -v npm >/dev/null; then cd tests/peers && npm install --no-audit --no-fund --no-package-lock --silent; \
	else echo "npm is missing: the comparisons with JavaScript packages will be skipped"; fi
	mkdir -p tests/peers/node_modules && touch $(PEERS)

run: $(INSTALLED)  ## set up and start everything, with no account anywhere
	$(BIN)/pagertree run

test: $(INSTALLED) $(PEERS)  ## all tests that need nothing installed beside them, on SQLite and PostgreSQL
	$(BIN)/python -m pytest -n 6 --dist loadgroup -m "not real"

test-real: $(INSTALLED) $(PEERS)  ## real programs against a running bot: browsers, mail servers, senders (those that are missing are skipped), and sixty random kills
	$(BIN)/python -m pytest -m real

test-sift: $(INSTALLED) $(PEERS)  ## agreement with sift and moment-timezone, at length
	$(BIN)/python -m tests.peers.sift_agreement --cases 80000
	$(BIN)/python -m tests.peers.moment_agreement --cases 30000

test-calendars: $(INSTALLED) $(PEERS)  ## a thousand calendar feeds, read as recurring-ical-events and ical.js read them
	$(BIN)/python -m tests.peers.calendar_agreement --feeds 1000

test-payloads: $(INSTALLED)  ## ten thousand bent payloads for each type of integration
	$(BIN)/python -m pytest tests/sources/test_contract.py -k no_payload --payloads=10000 -n 4

test-zones: $(INSTALLED)  ## every clock change of the next five years, in every zone by every name
	$(BIN)/python -m tests.engine.schedules.test_clock_changes

pictures: $(INSTALLED)  ## the pictures in docs/images, drawn by a real browser
	$(BIN)/python -m tests.pictures docs/images
	$(BIN)/python -m tests.page_pictures docs/images

docs: $(INSTALLED)  ## the pages that are written from the code
	$(BIN)/python -m bot.handlers.reference > docs/commands.md
	$(BIN)/python -m bot.sources.catalogue docs/integrations.md
	$(BIN)/python -m tests.recordings docs/channels

lint: $(INSTALLED)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: $(INSTALLED)
	$(BIN)/mypy

contracts: $(INSTALLED)
	$(BIN)/lint-imports

check: lint types contracts test  ## what CI runs

bench: $(INSTALLED) $(PEERS)  ## figures, each beside a peer or a bare baseline of the same run
	$(BIN)/python -m benchmarks

format: $(INSTALLED)
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build *.egg-info
