PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
JOBS ?= 2
COMPARED ?= one memory files rules rows

.PHONY: demo test docs pictures lint types soak soak-tables soak-maps bench peers compare accept schemas wheel clean

# What the tool answers, on the policy that ships.
demo: $(VENV)/.installed
	@$(BIN)/strikerules check examples/forward-launch-site.yaml
	@echo
	@echo "All the examples, a line each:"
	@$(BIN)/strikerules check --quiet --exit-zero examples/*.yaml

# All checks that a change has to pass.
test: $(VENV)/.tested lint types
	$(BIN)/python -m pytest -q -n $(JOBS) --dist worksteal

# These pages as a site that needs no network: docs/_build/html/index.html
docs: $(VENV)/.documented
	$(BIN)/python -m sphinx -b html -q -W --keep-going -n -j $(JOBS) -d docs/_build/doctrees docs docs/_build/html
	@echo "the pages are in docs/_build/html/index.html"

# The pictures in the README.
pictures: $(VENV)/.tested
	$(BIN)/strikerules map examples/forward-launch-site.yaml --output docs/pictures/forward-launch-site.png
	$(BIN)/strikerules diff kharkiv broader-targets --map docs/pictures/kharkiv-broader-targets.png >/dev/null; test $$? -le 1

lint: $(VENV)/.tested
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.tested
	$(BIN)/mypy

# 100,000 random policies and scenarios against the reference evaluator (about half an hour).
soak: $(VENV)/.tested
	STRIKERULES_SOAK=100000 $(BIN)/python -m pytest -q -n $(JOBS) tests/reference

# A million rows under each shipped policy, each in a table and by the engine one by one, all of them
# both ways (an hour or two on two cores; started again, it goes on where it was).
soak-tables: $(VENV)/.tested
	mkdir -p build
	$(BIN)/python -m tests.batch.million 1000000 --workers $(JOBS) --notes build/million.jsonl

# 100,000 points of random maps, decided one by one (two or three minutes).
soak-maps: $(VENV)/.tested
	$(BIN)/python -m tests.analysis.landscape_points 100000

# How long a check, a comparison, a proof and a suite take, beside their peers.
bench: $(VENV)/.tested
	$(BIN)/python benchmarks/start.py
	$(BIN)/python benchmarks/analysis.py
	$(BIN)/python benchmarks/suites.py

# How long rows, tables and files take beside rule engines, numpy and spatial databases, and how it
# grows (about twenty-five minutes; `make peers PEERS=--quick` takes three).
peers: $(VENV)/.benched
	$(BIN)/python benchmarks/batch.py $(PEERS)

# Most of the same, and how its ratios have changed since those that are kept (about ten minutes).
compare: $(VENV)/.benched
	$(BIN)/python benchmarks/baseline.py --against benchmarks/ratios.json --only $(COMPARED)

# After an edit of rules/, geodata/zones.yaml or seeds/: validate them and note their digests.
accept: $(VENV)/.tested
	$(BIN)/python -c "from strikerules.documents.accepted import main; main()"

# After a change of the models or the vocabulary: the JSON Schemas that editors use.
schemas: $(VENV)/.tested
	for kind in scenario policy timeline test sweep results decision batch diff verify zones source weapons; do \
		$(BIN)/strikerules schema $$kind --output schemas/$$kind.json; done

wheel: $(VENV)/.tested
	$(BIN)/python -m pip -q install build
	$(BIN)/python -m build --wheel

$(VENV)/.made:
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.installed: $(VENV)/.made pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	$(BIN)/python -m compileall -q src
	@touch $@

$(VENV)/.tested: $(VENV)/.installed pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable ".[test]"
	@touch $@

$(VENV)/.documented: $(VENV)/.installed pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable ".[docs]"
	@touch $@

$(VENV)/.benched: $(VENV)/.installed pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable ".[test,bench]"
	@touch $@

clean:
	rm -rf $(VENV) dist build docs/_build docs/_pictures docs/reference/*/ .pytest_cache .mypy_cache .ruff_cache .hypothesis .strikerules_cache
