PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
RUNNING := $(VENV)/.run
INSTALLED := $(VENV)/.dev
PEERS := tests/peers/node_modules/.installed
NEWEST := .venv-newest
UV := $(VENV)/lock/bin/uv
COMPILE := $(UV) pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --custom-compile-command 'make lock'
# The workers of a test run, and the many processes that it starts, would each compile everything anew.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: run test quick newest lock test-real test-sift test-calendars test-payloads test-zones test-vendors pictures docs check lint types contracts bench format clean
.DEFAULT_GOAL := run

# An environment for development has all that running needs.
$(RUNNING): pyproject.toml sandbox/pyproject.toml requirements/run.txt requirements/install.py
	@if test -e $(INSTALLED); then $(MAKE) --no-print-directory $(INSTALLED); else $(PYTHON) requirements/install.py run; fi
	@touch $(RUNNING)

$(INSTALLED): pyproject.toml sandbox/pyproject.toml requirements/dev.txt requirements/peers.txt requirements/install.py
	@$(PYTHON) requirements/install.py dev
	@touch $(INSTALLED) $(RUNNING)

$(PEERS): tests/peers/package-lock.json
	@if command -v npm >/dev/null; then cd tests/peers && npm ci --no-audit --no-fund --silent; \
	else echo "npm is missing: the comparisons with JavaScript packages will be skipped"; fi
	@mkdir -p tests/peers/node_modules && touch $(PEERS)

run: $(RUNNING)  ## set up and start everything, with no account anywhere
	@$(BIN)/pagertree run

test: $(INSTALLED) $(PEERS)  ## all tests that need nothing installed beside them, on SQLite and PostgreSQL
	$(BIN)/python -m pytest -n 6 --dist loadgroup -m "not real" --durations=20 --durations-min=2

quick: $(INSTALLED)  ## the engine and the sources, without databases or servers: for while one works
	$(BIN)/python -m pytest -q -n 2 tests/engine tests/languages tests/payloads tests/sources -m "not real" --durations=15

test-real: $(INSTALLED) $(PEERS)  ## real programs against a running bot: browsers, mail servers, senders (those that are missing are skipped), and sixty random kills
	$(BIN)/python -m pytest -m real

test-sift: $(INSTALLED) $(PEERS)  ## agreement with sift and moment-timezone, at length
	$(BIN)/python -m tests.peers.sift_agreement --cases 80000
	$(BIN)/python -m tests.peers.moment_agreement --cases 30000

test-calendars: $(INSTALLED) $(PEERS)  ## a thousand calendar feeds, read as recurring-ical-events and ical.js read them
	$(BIN)/python -m tests.peers.calendar_agreement --feeds 1000

test-payloads: $(INSTALLED)  ## ten thousand bent payloads for each type of integration
	$(BIN)/python -m pytest tests/sources/test_contract.py -k no_payload --payloads=10000 -n 4

test-life: $(INSTALLED)  ## sixty long stories of an alert, by chance: nothing is forgotten, and nobody is paged for what is over
	LIFE=60x25 $(BIN)/python -m pytest -q tests/scenarios/test_nothing_is_forgotten.py

test-zones: $(INSTALLED)  ## every clock change of the next five years, in every zone by every name
	$(BIN)/python -m tests.engine.schedules.test_clock_changes

test-vendors: $(INSTALLED)  ## a few requests to a real workspace and to Twilio's test credentials (VENDOR_…; skipped with a sentence without them)
	$(BIN)/python -m pytest tests/vendors -rs

pictures: $(INSTALLED)  ## the pictures in docs/images, drawn by a real browser
	$(BIN)/python -m tests.pictures docs/images
	$(BIN)/python -m tests.page_pictures docs/images
	$(BIN)/python -m tests.night_pictures docs/images
	$(BIN)/python -m tests.company_pictures docs/images
	$(BIN)/python -m tests.sender_pictures docs/senders.md

docs: $(INSTALLED)  ## the pages that are written from the code
	$(BIN)/python -m bot.handlers.reference > docs/commands.md
	$(BIN)/python -m tests.source_tables docs/integrations.md
	$(BIN)/python -m bot.engine.alerts.life_page docs/alerts.md
	$(BIN)/python -m tests.channel_table docs/channels/README.md
	$(BIN)/python -m tests.recordings docs/channels
	$(BIN)/python -m tests.bad_night docs/channels
	$(BIN)/python -m tests.architecture_map docs/architecture.md
	$(BIN)/python -m tests.settings_pages .env.example docs/operations.md

lint: $(INSTALLED)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: $(INSTALLED)
	$(BIN)/mypy

contracts: $(INSTALLED)
	$(BIN)/lint-imports

check: lint types contracts test  ## what CI runs

lock: sandbox/pyproject.toml  ## the newest versions within the ranges of pyproject.toml, with their hashes
	$(PYTHON) -m venv $(VENV)/lock && $(VENV)/lock/bin/python -m pip install --quiet --require-hashes -r requirements/uv.txt
	$(COMPILE) requirements/uv.in -o requirements/uv.txt
	$(COMPILE) requirements/build.in -o requirements/build.txt
	$(COMPILE) pyproject.toml --extra dev -o requirements/dev.txt
	$(COMPILE) pyproject.toml --constraints requirements/dev.txt -o requirements/run.txt
	$(COMPILE) --no-deps requirements/peers.in -o requirements/peers.txt
	cp tests/peers/package.json $(VENV)/lock  # beside node_modules the lock would lose its hashes
	cd $(VENV)/lock && npm install --package-lock-only --omit-lockfile-registry-resolved --no-audit --no-fund --silent
	mv $(VENV)/lock/package-lock.json tests/peers
	rm -r $(VENV)/lock

newest: $(PEERS)  ## all tests, each variant on both databases, on the newest versions that the ranges allow, in an environment of its own
	$(PYTHON) -m venv --clear $(NEWEST)
	$(NEWEST)/bin/python -m pip install --quiet --upgrade pip
	$(NEWEST)/bin/python -m pip install --quiet --upgrade --editable '.[dev]' --editable ./sandbox
	$(NEWEST)/bin/python -m pip install --quiet --upgrade --no-deps -r requirements/peers.in
	$(NEWEST)/bin/python -m pip list --format freeze --exclude-editable > $(NEWEST)/versions.txt
	$(NEWEST)/bin/python -m pytest -n 6 --dist loadgroup -m "not real" --all-databases --durations=20 --durations-min=2

bench: $(INSTALLED) $(PEERS)  ## figures, each beside a peer or a bare baseline of the same run
	$(BIN)/python -m benchmarks

format: $(INSTALLED)
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

clean:
	rm -rf $(VENV) $(NEWEST) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build *.egg-info sandbox/build sandbox/*.egg-info
