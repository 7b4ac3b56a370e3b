# Every way to start, test and check Intendant; `make help` lists them.

PYTHON ?= python3
WORKERS ?= 2
ARGS ?=

venv := .venv
outside := tests/audit/node_modules
python := $(venv)/bin/python
flask := $(python) -m flask --app app
pytest := $(python) -m pytest -n $(WORKERS)
babel := $(python) -m babel.messages.frontend --quiet
texts_extract := $(babel) extract -F pyproject.toml -k _l -k NN_:1,2
pip_install := $(python) -m pip install --quiet --disable-pip-version-check --require-hashes
pip_compile := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-header

.DEFAULT_GOAL := help
.PHONY: help run demo test check audit bench migrate screenshots texts lock

help: ## What can be made
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile

run: $(venv)/.run-stamp ## Start Intendant; everything it needs is installed and made first
	@$(flask) serve

demo: $(venv)/.run-stamp ## Start it on a demo data set of its own (var/demo); prints who can sign in
	@$(flask) demo

test: $(venv)/.dev-stamp $(outside)/.stamp ## Run all tests, on SQLite and on PostgreSQL (ARGS="-k name" narrows)
	INTENDANT_TEST_DATABASE=sqlite $(pytest) $(ARGS)
	@if $(python) -m tests.services postgresql; then \
		echo INTENDANT_TEST_DATABASE=postgresql $(pytest) $(ARGS); \
		INTENDANT_TEST_DATABASE=postgresql $(pytest) $(ARGS); \
	elif [ "$$CI" = true ]; then exit 1; fi

check: $(venv)/.dev-stamp ## Format, lint, types, templates and translatable texts
	$(python) -m ruff format --check .
	$(python) -m ruff check .
	$(python) -m mypy
	$(python) -m djlint --lint --quiet templates
	$(texts_extract) -o /dev/null .

audit: $(venv)/.dev-stamp $(outside)/.stamp ## The slow looks: accessibility and HTML of every page, theme and language
	INTENDANT_TEST_AUDIT=full $(pytest) -m audit $(ARGS)

bench: $(venv)/.dev-stamp ## The benchmark table (bench/README.md says what it measures)
	$(python) -m bench $(ARGS)

migrate: $(venv)/.run-stamp ## Bring the database's schema up to date
	@$(flask) migrate

texts: $(venv)/.dev-stamp ## Bring the catalogues of translations/ in step with the texts of the program
	@pot=$$(mktemp); trap 'rm -f "$$pot"' EXIT; \
	$(texts_extract) --no-location --sort-output --no-wrap -o "$$pot" . && \
	$(babel) update --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date --no-wrap -d translations -i "$$pot"

screenshots: $(venv)/.dev-stamp ## Take the pictures of the README again
	$(python) -m tests.screenshots $(ARGS)

lock: ## Remake both lock files from pyproject.toml (needs the network)
	@set -e; tools=$$(mktemp -d); trap 'rm -rf "$$tools"' EXIT; \
	$(PYTHON) -m venv "$$tools"; "$$tools/bin/pip" install --quiet uv; PATH="$$tools/bin:$$PATH"; \
	$(pip_compile) --extra server --output-file requirements.lock pyproject.toml; \
	$(pip_compile) --extra server --extra dev --output-file requirements-dev.lock pyproject.toml

# The interpreter is a link to the system's: when that Python goes, the link dangles,
# make takes it for missing, and the environment is made again from scratch.
$(python):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		echo "Intendant needs Python 3.11 or later: name one with 'make PYTHON=/path/to/python3 …'." >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		echo "This Python can't make virtual environments: install its venv package (python3-venv on Debian)." >&2; exit 1; }
	@echo "Making the virtual environment $(venv)/ …"
	@$(PYTHON) -m venv --clear $(venv)

$(venv)/.run-stamp: requirements.lock $(python)
	@echo "Installing the locked packages …"
	@$(pip_install) -r requirements.lock
	@touch $@

# The packages of the tests are a superset, so they serve `make run` as well.
$(venv)/.dev-stamp: requirements-dev.lock requirements.lock $(python)
	@echo "Installing the locked packages of the tests …"
	@$(pip_install) -r requirements-dev.lock
	@touch $@ $(venv)/.run-stamp

# What looks at pages from outside comes from npm. Where that can't be had, its tests say so themselves.
$(outside)/.stamp: tests/audit/package-lock.json
	@if npm --version >/dev/null 2>&1; then \
		echo "Installing the locked npm packages …"; npm ci --silent --prefix tests/audit && touch $@ || \
		echo "npm could not install them; what needs them is not tested." >&2; fi
