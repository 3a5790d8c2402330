# The verbs of the project.  `make help` lists them.
PYTHON ?= python3
VENV   := .venv
RUN    := $(VENV)/bin/python
BUILD  := $(RUN) docs/_tools/build.py
NODE   := $(RUN) docs/_tools/node.py
SIZES  ?= 15 100
SHELL  := /bin/sh

.DEFAULT_GOAL := all
.PHONY: all html pdf epub live check test prove bench bench-live clean lock fix help
.SILENT:

all: $(VENV)/.installed ## Build the site and the book, PDF and EPUB (what plain `make` does)
	$(NODE)
	$(BUILD) html pdf epub

html: $(VENV)/.installed ## Build the site: _build/html/index.html
	$(NODE)
	$(BUILD) html

pdf: $(VENV)/.installed ## Build the book: _build/vitamin-k2-gut-brain-axis.pdf
	$(BUILD) pdf

epub: $(VENV)/.installed ## Build the book for e-readers: _build/vitamin-k2-gut-brain-axis.epub
	$(BUILD) epub

live: $(VENV)/.installed ## Show the site while you write: each edit, as soon as it is saved (PORT=8010, OPEN=no)
	$(NODE)
	exec $(RUN) docs/_tools/live.py $(if $(PORT),--port $(PORT)) $(if $(filter no,$(OPEN)),--no-open)

check: $(VENV)/.installed ## What an author needs to know: strict site, content rules, spelling, lint, types
	$(NODE)
	$(BUILD) html
	$(RUN) -m pytest tests/content
	$(RUN) -m codespell_lib README.md CHANGELOG.md docs tests
	$(RUN) -m ruff check --quiet docs tests
	$(RUN) -m ruff format --check --quiet docs tests
	$(RUN) -m mypy

test: $(VENV)/.installed ## Everything: the checks, and every test (names what the machine lacks)
	$(RUN) docs/_tools/needs.py
	$(MAKE) --no-print-directory check
	$(BUILD) html pdf epub
	$(RUN) -m pytest -n 2 tests

prove: test ## Everything, and the long checks: every page for every reader
	$(RUN) -m pytest -n 2 -m prove tests

bench: $(VENV)/.installed ## Measure builds of synthetic books (SIZES="15 100 1000" takes half an hour)
	$(RUN) tests/bench/bench.py --sizes $(SIZES)

bench-live: $(VENV)/.installed ## Measure make live, from save to sight (KINDS=sentence,source N=5)
	$(NODE)
	$(RUN) tests/bench/live.py $(if $(KINDS),--kinds $(KINDS)) $(if $(N),--edits $(N)) $(if $(LIVE_SIZES),--sizes $(LIVE_SIZES))

fix: $(VENV)/.installed ## Mend what is safe to mend: the form of the code
	$(RUN) -m ruff check --fix --quiet docs tests
	$(RUN) -m ruff format --quiet docs tests

clean: ## Remove all that was built (the environment stays)
	rm -rf _build

lock: ## Renew requirements.lock from pyproject.toml (needs the network)
	$(PYTHON) docs/_tools/lock.py

help: ## Show this list
	sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | awk -F '\t' '{ printf "make %-10s %s\n", $$1, $$2 }'

# One environment with every version pinned; made anew when the lock changes.
$(VENV)/.installed: requirements.lock
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
	  { echo "Python 3.11 or newer is needed ($(PYTHON) is older or missing): install it, or name one: make PYTHON=python3.12" >&2; exit 1; }
	$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
	  { echo "the venv module of $(PYTHON) is missing; on Debian or Ubuntu: apt-get install python3-venv" >&2; exit 1; }
	echo "installing the locked packages into $(VENV) (once)"
	$(PYTHON) -m venv --clear $(VENV)
	$(RUN) -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	touch $@
