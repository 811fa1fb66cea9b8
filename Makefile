# Two commands matter to a new user: `make demo` and `make test`. Each makes the environment it needs.
PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin
EXTRAS = all,test,lint
DEMO = demo

.PHONY: demo test lint bench docs examples clean

$(VENV)/.ready: setup.cfg pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or later is needed; name it with PYTHON=python3.12")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check -e '.[$(EXTRAS)]'
	@touch $@

demo: $(VENV)/.ready
	@rm -rf $(DEMO)
	@# Exit code 3 says that an account waits for a decision, as one of the example accounts is meant to.
	$(BIN)/sma ingest examples/captures --config examples/sma.toml --out $(DEMO)/packages || test $$? -eq 3

test: $(VENV)/.ready
	@# A file of tests stays in one process: some look at what those before them found.
	$(BIN)/python -m pytest -n auto --maxprocesses 4 --dist loadfile

lint: $(VENV)/.ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: $(VENV)/.ready
	$(BIN)/pip install --quiet --disable-pip-version-check -e '.[bench]'
	$(BIN)/python -m bench

# What is made from data: commands, findings and tables in both languages, and the METS profile document.
docs: $(VENV)/.ready
	$(BIN)/python docs/make_docs.py
	$(BIN)/python mets_profiles/make_profile.py

examples: $(VENV)/.ready
	$(BIN)/python examples/make_examples.py

clean:
	rm -rf $(VENV) $(DEMO) build *.egg-info
