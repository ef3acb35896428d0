# The project's commands. `make help` lists them.
PYTHON ?= python3
BIN := .venv/bin
ifeq ($(OS),Windows_NT)
BIN := .venv/Scripts
endif
CHECKED := engine backend tools benchmarks

# Hundreds of short processes start here: each would compile every module again.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help setup browser demo serve test check unit bench lock screenshots wheel clean

help:  ## List these commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 22

setup:  ## Make or refresh the environment in .venv
	@$(PYTHON) tools/bootstrap.py

browser: setup  ## Find a Chromium, or install one
	@$(BIN)/aiwebtest browser --install

demo: browser  ## Run the example suite against the demo shop and write the HTML report
	@$(BIN)/aiwebtest demo

serve: browser  ## Start the server of the platform on http://127.0.0.1:8000
	@$(BIN)/aiwebtest-server serve

test: check unit  ## Lint, types, import contract and all tests

check: setup  ## Lint, types and the import contract
	$(BIN)/ruff check $(CHECKED)
	$(BIN)/ruff format --check $(CHECKED)
	cd engine && ../$(BIN)/lint-imports
	cd backend && ../$(BIN)/mypy  # the engine too
	cd backend && ../$(BIN)/lint-imports

unit: browser  ## All tests
	cd engine && ../$(BIN)/pytest -n auto --dist worksteal
	cd backend && ../$(BIN)/pytest -n auto --dist worksteal

bench: browser  ## Run the benchmarks (long)
	$(BIN)/python -m benchmarks

lock: setup  ## Resolve the dependencies anew into requirements.lock
	$(BIN)/pip install --quiet uv
	$(BIN)/uv pip compile engine/pyproject.toml backend/pyproject.toml --extra dev --universal --python-version 3.11 --generate-hashes \
		--no-emit-package aiwebtest --no-emit-index-url --no-header --no-annotate --quiet --output-file requirements.lock

screenshots: browser  ## Take pictures of each page of the web UI: light, dark, phone
	$(BIN)/python tools/screenshots.py

wheel: setup  ## Build the wheel and prove it in an empty environment
	$(BIN)/python tools/prove_wheel.py

clean:  ## Remove the environment and everything generated
	rm -rf .venv engine/dist aiwebtest-report results .aiwebtest screenshots
