# Mingluo: `make demo` and `make test` set themselves up; nothing but Python 3.11 or newer and make is needed.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
# Compiled modules are kept even where the environment says otherwise: every process of demo and tests starts faster.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: help demo test lint format bench lock catalogues clean

help:  ## what can be made here
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("Mingluo needs Python 3.11 or newer; this is %s. Try: make PYTHON=python3.11 …" % sys.version.split()[0] if sys.version_info < (3, 11) else 0)'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $(READY)

demo: $(READY)  ## one warning from draft to every answer; ONCE=1 ends by itself
	$(BIN)/mingluo demo $(if $(ONCE),--once,)

test: $(READY)  ## the whole suite, on SQLite and PostgreSQL
	$(BIN)/python -m pytest -n 4 $(ARGS)

lint: $(READY)  ## ruff, mypy strict, import-linter, catalogue check
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m templates.check

format: $(READY)  ## let ruff lay out the code
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

catalogues: $(READY)  ## take new sentences up into both catalogues
	$(BIN)/python -m templates.catalogues

bench: $(READY)  ## ratios, written to docs/performance.md
	$(BIN)/python -m bench

lock:  ## pin the dependencies anew, with hashes and without addresses
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header --no-emit-index-url --extra dev pyproject.toml requirements-build.in --output-file requirements.lock

clean:  ## forget everything that was built here
	rm -rf $(VENV) var demo-data .mypy_cache .ruff_cache .pytest_cache .hypothesis
