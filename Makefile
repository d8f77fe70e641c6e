# `make demo` and `make test` are all you need: both install what they need into .venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: help demo test real-models lint format catalogues demo-model eval-demo install install-dev clean

help: ## list the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/'

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: $(BIN)/python pyproject.toml constraints.txt
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable .
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[dev]'
	@touch $@

install: $(VENV)/.installed ## install the bot into .venv
install-dev: $(VENV)/.installed-dev ## install what tests and exports need too

demo: install ## talk to the bot in the terminal: no Discord account, no model needed
	@$(BIN)/ovbot demo

test: install-dev ## lint, type-check and test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest

real-models: install-dev ## fetch real models for the tests marked real_model (minutes, 0.7 GB; ALL=1: more)
	$(BIN)/python -m tools.real_models $(if $(ALL),--all)

lint: install-dev ## lint and type-check
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: install-dev ## format the code
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

catalogues: install-dev ## update the translations in bot/i18n from the code; says what is missing
	$(BIN)/python -m tools.catalogues

demo-model: install-dev ## make the demo model anew: corpus, training, export (minutes on a GPU, a day or two without)
	$(BIN)/python -m tools.demo_model

eval-demo: install-dev ## measure the demo model's abilities
	$(BIN)/python -m tools.demo_model.evaluate

clean: ## remove the virtual environment and caches
	rm -rf $(VENV) .cache .mypy_cache .pytest_cache .ruff_cache .hypothesis build *.egg-info
