# The commands of the project. `make` alone lists them.
PYTHON ?= python3
PORT ?= 8000
BIN := .venv/bin
FLASK := $(BIN)/flask
export PORT

.DEFAULT_GOAL := help
.PHONY: help run test lint fmt bench translations clean

help: ## Show this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  make \1\t\2/' | expand -t 24

## --- use -----------------------------------------------------------------------------------

run: .venv/run.done ## Serve the portal on http://127.0.0.1:8000 (PORT=, DATABASE_URL=)
	@echo "1/4  database: migrations"
	@$(FLASK) db upgrade
	@echo "2/4  seed data"
	@$(FLASK) seed
	@echo "3/4  languages and static files"
	@$(FLASK) translations compile
	@$(BIN)/python -m whitenoise.compress --quiet static
	@echo "4/4  the portal is at http://127.0.0.1:$(PORT)/  (Ctrl+C stops it)"
	@exec $(BIN)/gunicorn --log-level warning wsgi:app

## --- develop -------------------------------------------------------------------------------

test: .venv/dev.done ## Install what the tests need, then run them all
	@$(BIN)/python -m tests.browser.provide
	@$(FLASK) translations compile
	$(BIN)/python -m pytest -n 2 --dist loadgroup $(ARGS)

lint: .venv/dev.done ## Style, types, templates, import contracts, catalogs
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/djlint templates --lint --quiet
	$(BIN)/lint-imports
	$(FLASK) translations check

fmt: .venv/dev.done ## Format the code
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: .venv/dev.done ## Measure speed, memory and bytes as ratios to a bare Flask page
	$(BIN)/python -m bench

translations: .venv/dev.done ## Extract strings, update catalogs, make the Latin one anew
	$(FLASK) translations update

clean: ## Remove what the other commands made, but never instance/
	rm -rf .venv .cache .mypy_cache .ruff_cache .pytest_cache
	find static -name '*.gz' -delete -o -name '*.br' -delete

## --- environments --------------------------------------------------------------------------

.venv/bin/python:
	@echo "making the virtual environment in .venv"
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or later is needed") if sys.version_info < (3, 11) else None'
	@$(PYTHON) -m venv .venv

.venv/run.done: requirements.txt | .venv/bin/python
	@echo "installing what the portal needs (first time: a minute)"
	@$(BIN)/pip install -qq --disable-pip-version-check -r requirements.txt
	@touch $@

.venv/dev.done: requirements.txt requirements-dev.txt | .venv/bin/python
	@echo "installing what the tests need (first time: a minute or two)"
	@$(BIN)/pip install -qq --disable-pip-version-check -r requirements-dev.txt
	@touch $@ .venv/run.done
