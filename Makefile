# Everything a contributor runs. Needs only make and Python 3.11 or later: both targets set up .venv by themselves.
#
#   make demo     builds a small library from the bundled corpus and shows what exokb can do
#   make test     the one gate: format, lint, types, layers, documentation, wheel, tests with coverage
#   make help     lists the rest
#
# PYTHON=python3.12 chooses the interpreter, JOBS=4 the number of test processes, PYTEST_ARGS="-k search" the tests.

ifndef PYTHON
PYTHON := $(shell for p in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
endif
JOBS ?= 2
PYTEST_ARGS ?=
COVERAGE_FLOOR := 95

# What a caller has on these must not leak into the project's own environment.
unexport PYTHONPATH PYTHONHOME VIRTUAL_ENV

BIN := $(if $(filter Windows_NT,$(OS)),.venv/Scripts,.venv/bin)
RUN := $(BIN)/python -m
CODE := src tests tools $(wildcard alembic benchmarks)
TYPED := src tests tools

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help python environment dev demo test format format-check lint types layers docs docs-update docs-serve \
	wheel unit bench picture constraints clean distclean

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1 \2/p' Makefile | awk '{ n = $$1; $$1 = ""; printf "make %-14s%s\n", n, $$0 }'

python:
	@test -n "$(PYTHON)" || { echo "exokb needs Python 3.11 or later, and none was found on the PATH;" \
		"install one, or say where it is: make PYTHON=/path/to/python3.12" >&2; exit 2; }
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "exokb needs Python 3.11 or later;" \
		"$(PYTHON) is not: choose another with make PYTHON=python3.12" >&2; exit 2; }

environment: python
	@"$(PYTHON)" tools/environment.py run

dev: python ## set up .venv with everything a contributor needs
	@"$(PYTHON)" tools/environment.py dev

demo: environment ## the main job on the bundled corpus, without network
	@$(RUN) exokb demo

test: format-check lint types layers docs wheel unit ## the one gate

format: dev ## tidy the code
	$(RUN) ruff format $(CODE)
	$(RUN) ruff check --fix $(CODE)

format-check: dev
	$(RUN) ruff format --check $(CODE)

lint: dev ## ruff's rules
	$(RUN) ruff check $(CODE)

types: dev ## mypy --strict
	$(RUN) mypy $(TYPED)

layers: dev ## imports point down (import-linter)
	$(BIN)/lint-imports

docs: dev ## build the documentation into site/
	NO_MKDOCS_2_WARNING=1 $(RUN) mkdocs build --strict --quiet

docs-update: dev ## write again what is generated in docs/
	$(RUN) tools.reference

docs-serve: dev ## the documentation at http://127.0.0.1:8000
	$(RUN) mkdocs serve

wheel: dev ## build the wheel, look inside, install it into an empty environment, run it
	$(RUN) tools.wheel_check

unit: dev ## tests with coverage
	$(RUN) pytest -n $(JOBS) --cov --cov-report=term --cov-fail-under=$(COVERAGE_FLOOR) $(PYTEST_ARGS)

bench: dev ## measure exokb against its peers
	$(RUN) benchmarks

picture: dev ## draw the terminal session of the README again
	$(RUN) tools.picture

constraints: dev ## write constraints.txt from what .venv holds
	$(BIN)/python tools/environment.py constraints

clean: ## remove what was built
	rm -rf build dist site .coverage .coverage.* htmlcov .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find src tests tools -name __pycache__ -type d -prune -exec rm -rf {} +

distclean: clean ## and the environment too
	rm -rf .venv
