PYTHON ?= $(shell command -v python3.11 || command -v python3)
# Another Python has an environment of its own: make test PYTHON=python3.13
VENV := .venv$(if $(filter command line environment,$(origin PYTHON)),-$(notdir $(PYTHON)))
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps
COMPILE := $(BIN)/uv pip compile pyproject.toml --group build --python-version 3.11 --universal \
	--generate-hashes --no-annotate --no-header --no-emit-index-url --quiet
PACKAGES := $(VENV)/packages.stamp
PROJECT := $(VENV)/project.stamp

# Where it is set, each process of a test compiles all modules anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help serve test durations proof check coverage platforms bench schema matrix format lock release clean
.DEFAULT_GOAL := serve

help: ## Show this
	@sed -n 's/^\([a-z]*\):.* ## \(.*\)/\1\t\2/p' $(MAKEFILE_LIST) | expand -t 12

serve: $(PROJECT) ## Start everything: databases, demo company, worker, API
	@exec $(BIN)/farley serve

# Three a core: many a test waits, for a key to be forgotten or a killed process to be missed.
WORKERS := 6
PYTEST := $(BIN)/pytest --numprocesses $(WORKERS) --dist loadfile --no-loadscope-reorder

test: $(PROJECT) ## Run the tests
	$(PYTEST) -m "not proof"

# What proves rather than tests (CONTRIBUTING.md): modules that are marked so.
EDGES := few

proof: $(PROJECT) ## Run the proofs (EDGES=all: every edge value, and many times the random ones)
	FARLEY_EDGES=$(EDGES) $(PYTEST) -m proof

durations: $(PROJECT) ## Run tests and proofs, and write down how long each module takes
	FARLEY_TEST_DURATIONS=1 $(PYTEST)

check: $(PROJECT) ## Run linter, formatter, type checker, import rules, schema and migration linter
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/farley schema --check
	$(BIN)/farley migrate --sql > $(VENV)/main.sql
	$(BIN)/farley migrate --sql --vault > $(VENV)/vault.sql
	$(BIN)/squawk --config .squawk.toml $(VENV)/main.sql $(VENV)/vault.sql

# Both locks have a wheel for every platform and version that Farley runs on; nothing is installed.
PLATFORMS := x86_64-manylinux_2_28 aarch64-manylinux_2_28 x86_64-apple-darwin aarch64-apple-darwin
RESOLVED := $(BIN)/uv pip install --no-config --dry-run --quiet --no-deps --require-hashes \
	--only-binary :all: --target $(VENV)/none

platforms: $(PROJECT) ## See that the locks have a wheel for every platform
	set -e; for platform in $(PLATFORMS); do for version in 3.11 3.12 3.13; do \
		for lock in requirements.lock requirements-dev.lock; do \
			echo "$$platform, Python $$version, $$lock"; \
			$(RESOLVED) --python-platform $$platform --python-version $$version --requirement $$lock; \
		done; done; done

# Of the unit tests only: tracing takes 2.6 times their CPU.
coverage: $(PROJECT) ## Say which lines the unit tests run
	$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest tests/unit -m "not proof" --quiet --numprocesses 2 --hypothesis-profile ci
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report

bench: $(PROJECT) ## Measure (docs/performance.md)
	$(BIN)/python -m tests.bench

# Through a second file, so that a failing command does not empty the committed schema.
schema: $(PROJECT) ## Write api/graphql/schema.graphql anew
	$(BIN)/farley schema > $(VENV)/schema.graphql
	cp $(VENV)/schema.graphql api/graphql/schema.graphql

# Who may do what, written anew for review.
matrix: $(PROJECT) ## Write the matrix of who may do what anew, for review
	FARLEY_TEST_WRITE=1 $(BIN)/pytest tests/policy/test_matrix.py

format: $(PROJECT) ## Mend what the linter can, and format
	$(BIN)/ruff check --fix-only
	$(BIN)/ruff format

# The second lock follows the first, so that the tests run on what is deployed.
lock: $(PACKAGES) ## Take newer packages into both locks
	$(COMPILE) --upgrade --extra embedded --extra demo --output-file requirements.lock
	$(COMPILE) --upgrade --all-extras --constraint requirements.lock --output-file requirements-dev.lock

# What is committed next is the release; the check of the schema starts from it then.
release: $(PROJECT) ## Make the changelog of VERSION, and keep its schema as the released one
	test -n "$(VERSION)"
	$(BIN)/towncrier build --yes --version $(VERSION)
	cp api/graphql/schema.graphql api/graphql/released.graphql
	sed -n '/^#/p' api/graphql/breaking.toml > $(VENV)/breaking.toml
	cp $(VENV)/breaking.toml api/graphql/breaking.toml

clean: ## Remove the environment and what tools left
	rm -rf .venv .venv-* dist .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache .coverage .coverage.*
	find . -name __pycache__ -type d -not -path './.git/*' -prune -exec rm -rf {} +

# A changed lock makes a new environment (so that dropped packages go), a changed pyproject.toml only
# reinstalls the project.
$(PACKAGES): requirements-dev.lock
	$(PYTHON) -m venv --clear $(VENV)
	$(PIP) --require-hashes --requirement requirements-dev.lock
	@touch $@

$(PROJECT): $(PACKAGES) pyproject.toml
	$(PIP) --no-build-isolation --editable .
	@touch $@
