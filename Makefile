# palate: `make demo` opens the chat, `make test` runs the tests; both set everything up first.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
ARGS ?=
FUZZ_SECONDS ?= 600
JOBS ?= $(shell nproc 2>/dev/null || echo 2)
APART := vllm or sentences or fuzz
ALONE := model or browser

.PHONY: demo test lint fix test-vllm test-sentences test-fuzz load faults bench lenskit audit clean

demo: $(STAMP)
	$(BIN)/palate demo $(ARGS)

# Side by side what is small; one after the other what has a model or a browser, each of which wants every core.
# pytest says 5 where ARGS leaves nothing of a kind.
test: $(VENV)/.installed-dev
	$(BIN)/python -m pytest -n $(JOBS) --dist loadfile -m "not ($(APART) or $(ALONE))" $(ARGS) || [ $$? -eq 5 ]
	$(BIN)/python -m pytest -m "($(ALONE)) and not ($(APART))" $(ARGS) || [ $$? -eq 5 ]

lint: $(VENV)/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

fix: $(VENV)/.installed-dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

test-vllm: $(VENV)/.installed-dev
	$(BIN)/python scripts/vllm_cpu.py prepare
	$(BIN)/python scripts/sentences_cpu.py prepare
	$(BIN)/python -m pytest -m vllm $(ARGS)

test-sentences: $(VENV)/.installed-dev
	$(BIN)/python scripts/sentences_cpu.py prepare
	$(BIN)/python -m pytest -m "sentences and not vllm" $(ARGS)

# Whatever can be sent to the service, for ten minutes.
test-fuzz: $(VENV)/.installed-dev
	FUZZ_SECONDS=$(FUZZ_SECONDS) $(BIN)/python -m pytest -m fuzz -s $(ARGS)

# The service under load: 200 who talk for five minutes, shops that ask, different texts and repeated ones.
load: $(VENV)/.installed-dev
	$(BIN)/python -m tests.load.run talk
	$(BIN)/python -m tests.load.run distinct --minutes 1 --people 3
	$(BIN)/python -m tests.load.run repeated --minutes 1 --people 6 --workers 2

# Each fault while 50 people talk to the service, with a table of what came of it.
faults: $(VENV)/.installed-dev
	$(BIN)/python -m tests.faults.run $(ARGS)

bench: $(VENV)/.installed-dev
	$(BIN)/python -m tests.bench $(ARGS)

lenskit: $(STAMP)
	$(BIN)/python scripts/lenskit_env.py

audit: $(VENV)/.installed-dev
	$(BIN)/python -m tests.audit.run $(ARGS)

$(VENV)/bin/python:
	@if command -v uv >/dev/null 2>&1; then uv venv --quiet --seed --python '>=3.11' $(VENV); \
	else $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo 'palate needs Python 3.11 or newer; try: make PYTHON=python3.12'; exit 1; }; \
	$(PYTHON) -m venv $(VENV) || { echo 'Python cannot make an environment; on Debian and Ubuntu: apt install python3-venv'; exit 1; }; \
	$(BIN)/python -m pip install --quiet --upgrade pip; fi

$(STAMP): pyproject.toml $(VENV)/bin/python
	@echo 'Installing palate …'
	@if command -v uv >/dev/null 2>&1; then uv pip install --quiet --python $(BIN)/python -e .; \
	else $(BIN)/python -m pip install --quiet --no-compile -e .; fi
	@touch $@

$(VENV)/.installed-dev: pyproject.toml $(VENV)/bin/python
	@echo 'Installing palate and its tests …'
	@if command -v uv >/dev/null 2>&1; then uv pip install --quiet --python $(BIN)/python -e . --group dev; \
	else $(BIN)/python -m pip install --quiet --no-compile -e . --group dev; fi
	@touch $@ $(STAMP)

clean:
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache
