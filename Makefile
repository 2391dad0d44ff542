.DEFAULT_GOAL := help
.PHONY: help install start demo lint check test written bench picture schema clean
SHELL := /bin/bash
PYTHON ?= $(shell command -v python3.11 || command -v python3.12 || command -v python3.13 || command -v python3)
READY := .venv/.ready
PYTEST := -n 2 --dist loadfile --no-loadscope-reorder
# where nothing compiled is kept, every process of the tests compiles all that it imports
export PYTHONDONTWRITEBYTECODE :=

help: ## Lists the targets
	@grep -E '^[a-z]+:.*## ' Makefile | awk -F ':.*## ' '{printf "make %-9s %s\n", $$1, $$2}'

install: $(READY) ## Makes .venv from the hashed lock

$(READY): requirements.lock
	@test -n "$(PYTHON)" || { echo "Python 3.11 saknas. Installera python3.11 med venv, eller ange PYTHON=/sökväg."; exit 2; }
	@"$(PYTHON)" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' || { echo "$(PYTHON) är inte Python 3.11-3.13. Ange en annan: make PYTHON=/sökväg/till/python3.11"; exit 2; }
	@test -w . || { echo "Mappen $(CURDIR) går inte att skriva i. Flytta projektet till en mapp som du äger."; exit 2; }
	@echo "1/3 Virtuell miljö i .venv" && "$(PYTHON)" -m venv --clear .venv
	@echo "2/3 Paket ur requirements.lock (någon minut första gången)" && .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	@echo "3/3 kommunplan" && .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $(READY)

start: $(READY) ## Starts everything on this machine; Ctrl-C ends it
	@.venv/bin/kommunplan start

demo: $(READY) ## Runs a whole year, fast-forwarded, on a real Prefect and SMTP server
	@.venv/bin/python -m running.demo

lint: $(READY) ## Lint, types, import contract
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/lint-imports
	.venv/bin/mypy

check: lint ## Lint and the fast tests, in a minute and a half: while you work
	.venv/bin/python -m pytest $(PYTEST) -m "not prefect and not slow"

test: lint ## Lint and all tests: what CI runs
	.venv/bin/python -m pytest $(PYTEST)

written: $(READY) ## Writes what follows: the step lists, prefect.yaml, tables, JSON, schema
	@.venv/bin/python -m docs.written

bench: $(READY) ## Prints what runs, forms, plans and delivery cost, each against a floor of the same run
	@.venv/bin/python -m bench.cost
	@.venv/bin/python -m bench.submit
	@.venv/bin/python -m bench.schedule
	@.venv/bin/python -m bench.delivery

picture: $(READY) ## Takes README's picture of the UI (needs Debian's chromium)
	@.venv/bin/python -m docs.screenshots

schema: $(READY) ## Writes the migration that is not released from models/tables.py, and a year begun with it
	@.venv/bin/python -m models.migrations.write
	@.venv/bin/python -m tests.tasks.released

clean: ## Removes .venv; keeps var/, where the data is
	rm -rf .venv
