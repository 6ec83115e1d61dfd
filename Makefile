# Every target makes the environment it needs. Two of them matter: `make demo` and `make test`.

PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
CODE   := ledger api migrations tests
ARGS   ?=

# With one `q` pip still remarks on the machine; with two it says only what went wrong.
PIP := $(BIN)/python -m pip --disable-pip-version-check -qq --no-input

# Python compiles what it imports. Compiling all the rest would take ten seconds of an install.
INSTALL := $(PIP) install --no-compile --require-hashes -r

# A stamp is younger than the lock file it was installed from.
RUN := $(VENV)/.run
DEV := $(VENV)/.dev

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo test coverage check lint types bench fuzz soak foreign format lock clean

help:  ## list these targets
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 10

demo: $(RUN)  ## the whole story on data found on this machine
	@$(BIN)/ledger demo $(ARGS)

PYTEST := $(BIN)/python -m pytest -n auto --maxprocesses 4 --dist worksteal

test: $(DEV)  ## all tests, warnings as errors
	@$(PYTEST) $(ARGS)

# Apart from `test`: watching every line and branch takes as long again as running them.
coverage: $(DEV)  ## all tests, and which lines and branches they reach
	@$(PYTEST) --cov --cov-report=term $(ARGS)

check: lint types test  ## all that a change must pass: format, lint, types, then `make test`

lint: $(DEV)  ## format and lint, changing nothing
	@$(BIN)/ruff format --quiet --check $(CODE) || { $(BIN)/ruff format --check $(CODE); \
	  echo "make format mends it" >&2; exit 1; }
	@$(BIN)/ruff check --quiet $(CODE)

types: $(DEV)  ## mypy --strict on everything, tests included
	@$(BIN)/mypy --no-error-summary

bench: $(DEV)  ## measure, and print the table of docs/benchmarks.md
	@$(BIN)/python -m tests.benchmarks $(ARGS)

fuzz: $(DEV)  ## fuzz every parser: ARGS='--seconds 3600'
	@$(BIN)/python -m tests.fuzz $(ARGS)

soak: $(DEV)  ## kills, writers, faults by the thousand: ARGS='kills --scale 0.1'
	@$(BIN)/python -m tests.soak $(ARGS)

# Log clients that nobody here wrote, for tests/interop. They need Python 3.12, so they stand apart.
FOREIGN_PYTHON ?= python3.12
foreign: .venv-foreign/.done  ## other people's log clients, for tests/interop
.venv-foreign/.done: .requirements/foreign.txt
	@$(FOREIGN_PYTHON) -m venv .venv-foreign
	@.venv-foreign/bin/python -m pip --disable-pip-version-check -qq --no-input install \
	  --no-compile --require-hashes -r $<
	@touch $@

format: $(DEV)  ## rewrite the code in the house format
	@$(BIN)/ruff check --quiet --fix-only $(CODE)
	@$(BIN)/ruff format --quiet $(CODE)

# The demo installs a subset of what the tests install, in the same versions: -c says so.
# ARGS=--upgrade takes newer versions; without it only what pyproject.toml asks for changes. Extras
# stay written (`coverage[toml]`), or some versions of pip look at the newest release for them.
LOCK := $(BIN)/uv pip compile --quiet pyproject.toml --universal --python-version 3.11 \
  --generate-hashes --no-strip-extras --no-emit-index-url --no-emit-find-links --no-annotate
lock: export UV_CUSTOM_COMPILE_COMMAND = make lock
lock: $(VENV)/pyvenv.cfg  ## choose versions anew, with hashes
	@test -x $(BIN)/uv || $(INSTALL) .requirements/dev.txt
	@$(LOCK) --all-extras --group dev -o .requirements/dev.txt $(ARGS)
	@$(LOCK) --extra pdf --group build -c .requirements/dev.txt -o .requirements/run.txt $(ARGS)

clean:  ## remove all that make made
	@rm -rf $(VENV) .venv-foreign build dist htmlcov .coverage .coverage.* .hypothesis .mypy_cache \
	  .pytest_cache .ruff_cache .cache
	@find $(CODE) -name __pycache__ -prune -exec rm -rf {} +

$(VENV)/pyvenv.cfg:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "make: Python 3.11 or newer is needed, and '$(PYTHON)' is not that." >&2; \
	  echo "      Name one: make PYTHON=/path/to/python3.12 $(MAKECMDGOALS)" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo "make: '$(PYTHON)' cannot make virtual environments: its ensurepip is missing." >&2; \
	  echo "      On Debian and Ubuntu: apt-get install python3-venv" >&2; exit 1; }
	@echo "Installing into $(VENV), once; it takes about a minute." >&2
	@$(PYTHON) -m venv $(VENV)

# The lock files hold the build backend too, so nothing is fetched without its hash.
$(RUN): .requirements/run.txt pyproject.toml | $(VENV)/pyvenv.cfg
	@$(INSTALL) $<
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

$(DEV): .requirements/dev.txt pyproject.toml | $(VENV)/pyvenv.cfg
	@$(INSTALL) $<
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@ $(RUN)
