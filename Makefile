# The verbs of the project.  `make help` lists them.
PYTHON ?= python3
VENV   := .venv
RUN    := $(VENV)/bin/python
BUILD  := $(RUN) -m build
NODE   := $(RUN) -m build.node
SIZES  ?= 15 100
SHELL  := /bin/sh
# Where the commands and the features lie.
export PYTHONPATH := docs/_tools:docs/_ext
# Python keeps what it compiled in __pycache__, also where the environment (many containers) forbids it:
# else each of the hundreds of processes that the tests start compiles all modules again.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := all
.PHONY: all html pdf epub live new check test prove reproduce bench bench-live bench-beside mutants clean lock fix help release sbom licenses linkcheck check-sources
.SILENT:

all: setup ## Build the site and the book, PDF and EPUB (what plain `make` does)
	$(BUILD) html pdf epub
	echo "open _build/html/index.html, or write with make live (make help lists all verbs)"

html: setup ## Build the site: _build/html/index.html
	$(BUILD) html

pdf: setup ## Build the book: _build/vitamin-k2-gut-brain-axis.pdf
	$(BUILD) pdf

epub: setup ## Build the book for e-readers: _build/vitamin-k2-gut-brain-axis.epub
	$(BUILD) epub

live: setup ## Show the site while you write: each edit, as soon as it is saved (PORT=8010, OPEN=no)
	exec $(RUN) -m live $(if $(PORT),--port $(PORT)) $(if $(filter no,$(OPEN)),--no-open)

new: setup ## Begin a chapter, claim, term or source: make new term NAME="..." (alone: how to)
	$(RUN) -m scaffold $(WORDS)

check: setup-test ## Tell what to mend before a pull request: strict site, content rules, spelling, lint, types (ONLY="content spelling")
	$(RUN) -m checks $(ONLY)

test: setup-test ## Everything: the checks, and every test (names what the machine lacks)
	$(NODE)
	$(RUN) -m upkeep.programs
	$(MAKE) --no-print-directory check
	$(BUILD) html pdf epub
	$(RUN) -m pytest -n 2

prove: test ## Everything, and the long checks: every page for every reader
	$(RUN) -m pytest -n 2 -m prove -o faulthandler_timeout=3600

reproduce: setup ## Build twice in unlike folders, languages, time zones and users, and compare every byte
	$(RUN) -m upkeep.reproduce

bench: setup-test ## Measure builds of synthetic books (SIZES="15 100 1000" takes half an hour)
	$(RUN) tests/bench/bench.py --sizes $(SIZES)

bench-live: setup-test ## Measure make live, from save to sight (KINDS=sentence,source N=5)
	$(RUN) tests/bench/live.py $(if $(KINDS),--kinds $(KINDS)) $(if $(N),--edits $(N)) $(if $(LIVE_SIZES),--sizes $(LIVE_SIZES))

bench-beside: setup-test ## Compare builds with those of an earlier checkout, with its .venv (OTHER=../earlier RUNS=3)
	$(RUN) tests/bench/beside.py "$(OTHER)" $(if $(RUNS),--runs $(RUNS))

mutants: setup-test ## Put small faults into the code and count what the tests notice (ONLY=kb/claims SAMPLE=60 SEED=1)
	$(RUN) -m upkeep.programs
	$(RUN) tests/bench/mutation.py $(or $(ONLY),kb/claims kb/sources kb/input_checks typstbook build) $(if $(SAMPLE),--sample $(SAMPLE)) $(if $(SEED),--seed $(SEED)) $(if $(filter yes,$(BROKEN)),--broken)

fix: setup-test ## Mend what is safe to mend: order of glossary and bibliography, white space, form of the code
	$(RUN) -m checks.fix

clean: ## Remove all that was built (the environment stays)
	$(PYTHON) -m build clean

release: setup ## Prepare a release: make release VERSION=1.1.0 (writes, commits nothing)
	$(BUILD) html
	$(RUN) -m upkeep.release "$(VERSION)"
	$(RUN) -m upkeep.sbom

sbom: setup ## List the packages of a release: _build/sbom.cdx.json, in CycloneDX (needs the network)
	$(RUN) -m upkeep.sbom

linkcheck: setup ## Ask every outside link whether it still leads somewhere (needs the network)
	$(RUN) -m upkeep.check_links $(if $(REPORTS),--report "$(REPORTS)/links.md")

check-sources: setup ## Compare every source with Crossref, and look for retractions (needs the network)
	$(RUN) -m upkeep.check_sources $(if $(REPORTS),--report "$(REPORTS)/sources.md")

licenses: setup-test ## List the license of everything that is installed
	$(RUN) -m upkeep.licenses

lock: ## Renew every lock from pyproject.toml (needs the network)
	$(PYTHON) -m upkeep.lock

help: ## Show this list
	sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | awk -F '\t' '{ printf "make %-13s %s\n", $$1, $$2 }'

# `make new term`: the word after `new` says what to begin, and is no goal of its own.
# What the author gives comes from the command line alone (some systems have a NAME in their
# environment), and is passed on unread: make would carry out a $(shell ...) in it.
ifeq (new,$(firstword $(MAKECMDGOALS)))
WORDS := $(wordlist 2,9,$(MAKECMDGOALS))
ODD   := $(filter-out chapter claim source term,$(WORDS))
$(if $(ODD),$(error new makes a chapter, claim, source or term, not '$(ODD)'; a name is given as NAME="several words" and a file as FROM=paper.bib (a food is a row of docs/data/foods.csv)))
given  = $(if $(filter command line,$(origin $(1))),$(value $(1)))
override NAME    := $(call given,NAME)
override IN      := $(call given,IN)
override FROM    := $(call given,FROM)
override DOI     := $(call given,DOI)
export NAME IN FROM DOI
.PHONY: $(WORDS)
$(WORDS): ; @:
endif

# The environment, whole or not at all; nothing is done where it is.  One word of Python starts it.
.PHONY : setup setup-test
setup:
	command -v $(PYTHON) >/dev/null || { echo "$(PYTHON) is missing: install Python 3.11 or newer" >&2; exit 1; }
	$(PYTHON) -m build.environment

setup-test:
	command -v $(PYTHON) >/dev/null || { echo "$(PYTHON) is missing: install Python 3.11 or newer" >&2; exit 1; }
	$(PYTHON) -m build.environment test
