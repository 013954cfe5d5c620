# Everything the project does. `make help` lists it.
SHELL := /bin/bash
.DEFAULT_GOAL := help
VENV := .venv
BENCH_VENV := _build/bench
BIN := $(VENV)/bin
QUARTO_CLI := 1.10.19
QUARTO_SITE := _quarto
# Tests of one file stay together; one that hangs fails, and is not begun again. Three at a time keep two
# cores busy, since they wait for browsers and kernels now and then; those of the press wait more.
TWO := --numprocesses 2 --max-worker-restart 0
THREE := --numprocesses 3 --max-worker-restart 0
FOUR := --numprocesses 4 --max-worker-restart 0
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# Containers like to forbid Python to keep what it compiles. Then every process compiles all that it
# imports again, and a kernel takes three times as long to start.
unexport PYTHONDONTWRITEBYTECODE
# Two chapters, or two tests, run at a time, each on a core. With a thread for each core in both, linear
# algebra waits for itself.
export OPENBLAS_NUM_THREADS := 1
# A chapter compiles hundreds of small programs. JAX keeps them beside those of the fits (pooling.store).
# Of two kernels one may read what the other is just writing: then it compiles, and need not say so.
STORE := $(or $(POOLING_STORE),$(or $(XDG_CACHE_HOME),$(HOME)/.cache)/partial-pooling)
QUIET := ignore:Error reading persistent compilation cache,ignore:Error writing persistent compilation cache
COMMA := ,
site preview test: export JAX_COMPILATION_CACHE_DIR := $(STORE)/compiled
site preview test: export JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS := 0
site preview test: export PYTHONWARNINGS := $(if $(PYTHONWARNINGS),$(PYTHONWARNINGS)$(COMMA))$(QUIET)

.PHONY: help
help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: site
site: $(VENV)/ready ## run the chapters; write website, PDF and EPUB to _site/
	$(BIN)/press render

.PHONY: preview
preview: $(VENV)/ready ## show the book as you write it, on this machine
	$(BIN)/press preview

# Without being told, pytest-xdist leaves files of few tests to the end. Those that run whole chapters are
# among them: in the order of the folders they come early, and no worker ends alone with them.
.PHONY: test
test: $(VENV)/ready ## run every test: packages, chapters, built site
	$(BIN)/press render
	$(BIN)/pytest $(THREE) --dist loadfile --no-loadscope-reorder
	$(BIN)/pytest $(FOUR) --dist loadfile press

.PHONY: test-quick
test-quick: $(VENV)/ready ## test in a minute what needs no kernel, no browser, no PDF and little computing
	$(BIN)/pytest $(TWO) --dist loadfile -m "not slow"
	$(BIN)/pytest $(TWO) --dist loadfile -m "not slow" press

.PHONY: test-long
test-long: $(VENV)/ready ## test the exact posterior on five hundred designs
	$(BIN)/pytest $(TWO) -m long

.PHONY: quarto
quarto: $(VENV)/ready ## render with Quarto to _quarto/; a warning or a lost reference is an error
	@mkdir -p _build
	@own=_build/quarto-cli/bin; quarto=$$(command -v quarto || command -v $$own/quarto || true); \
	if [ -z "$$quarto" ]; then \
	  echo 'No quarto on the PATH: installing quarto-cli $(QUARTO_CLI), which downloads it.'; \
	  $(BIN)/python -m venv --clear _build/quarto-cli \
	    && $$own/python -m pip install --quiet quarto-cli==$(QUARTO_CLI) > _build/quarto-cli.log 2>&1 \
	    && $$own/quarto --version > /dev/null \
	    || { rm -rf _build/quarto-cli; \
	         echo 'Quarto cannot be had here (see _build/quarto-cli.log). Where the network lets nothing be' >&2; \
	         echo 'downloaded, put Quarto on the PATH: https://quarto.org/docs/download. `make site` needs none.' >&2; \
	         exit 1; }; \
	  quarto=$$own/quarto; \
	fi; \
	set -o pipefail; export QUARTO_PYTHON=$(CURDIR)/$(BIN)/python; \
	$$quarto render --output-dir $(QUARTO_SITE) 2>&1 | tee _build/quarto.log
	! grep -E 'WARN|[Uu]nable to resolve' _build/quarto.log
	! grep -rF --include='*.html' '?@' $(QUARTO_SITE)
	@echo 'Website: open $(QUARTO_SITE)/index.html in a browser; the PDF is beside it'

.PHONY: lint
lint: $(VENV)/ready ## check style, types and the chapters' dialect
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/press check

.PHONY: bench
bench: $(VENV)/ready ## measure builds, edits and samplers (an hour; on a machine that is idle)
	$(BIN)/python benchmarks/publisher.py
	$(MAKE) --no-print-directory bench-samplers

.PHONY: bench-samplers
bench-samplers: $(BENCH_VENV)/ready ## measure the samplers only (a quarter of an hour)
	$(BENCH_VENV)/bin/python benchmarks/samplers/run.py

.PHONY: lighthouse
lighthouse: $(VENV)/ready ## print Lighthouse's scores of every page of the site (needs npm and Chromium)
	mkdir -p _build/lighthouse
	cp benchmarks/lighthouse/package*.json _build/lighthouse/
	npm ci --prefix _build/lighthouse --ignore-scripts --no-audit --no-fund --loglevel=error
	$(BIN)/python benchmarks/lighthouse/scores.py

.PHONY: clean
clean: ## delete what the build wrote, not the set-up
	if [ -x $(BIN)/press ]; then $(BIN)/press clean; else rm -rf _site _site-without-solutions _build; fi
	rm -rf $(QUARTO_SITE) .quarto _freeze
	find . -path ./$(VENV) -prune -o -name '*.quarto_ipynb' -exec rm {} +

COMPILE = $(BIN)/uv pip compile --universal --python-version 3.12 --generate-hashes \
  --no-emit-index-url --no-header --quiet --upgrade

.PHONY: lock
lock: $(VENV)/ready ## pin the newest versions of the dependencies
	$(COMPILE) pyproject.toml press/pyproject.toml --extra dev --output-file requirements.lock
	$(COMPILE) pyproject.toml --extra bench --constraint requirements.lock \
	  --output-file benchmarks/requirements.lock

# A set-up is redone only when its lock changes. `ready` is written last, so a set-up that was
# interrupted starts afresh the next time. uv does in seconds what takes pip more than a minute;
# pip brings uv, and does the work itself where uv cannot.
$(VENV)/ready: requirements.lock
$(BENCH_VENV)/ready: benchmarks/requirements.lock
$(VENV)/ready: PARTS := --editable . --editable press
$(BENCH_VENV)/ready: PARTS := --editable .
$(VENV)/ready $(BENCH_VENV)/ready:
	@python=$$(for candidate in python3.13 python3.14 python3.12 python3 python; do \
	  "$$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 12))' 2>/dev/null \
	    && echo "$$candidate" && break; done) \
	  || { echo 'Python 3.12 or newer is needed, and none was found on the PATH.' >&2; exit 1; }; \
	echo "Setting up $(@D) with $$($$python --version)"; \
	"$$python" -m venv --clear $(@D)
	@sed -n '/^uv==/,/[^\\]$$/p' requirements.lock > $(@D)/uv.lock
	@sed '/^uv==/,/[^\\]$$/d' $< > $(@D)/without-uv.lock
	@if $(@D)/bin/python -m pip install --quiet --require-hashes --requirement $(@D)/uv.lock \
	  && $(@D)/bin/uv pip sync --quiet --require-hashes --python $(@D) $<; then \
	  $(@D)/bin/uv pip install --quiet --no-deps --no-build-isolation --python $(@D) $(PARTS); \
	else \
	  echo 'uv cannot set this up (see above), so pip does; that takes a minute or two.' >&2; \
	  $(@D)/bin/python -m pip install --quiet --require-hashes --requirement $(@D)/without-uv.lock \
	  && $(@D)/bin/python -m pip install --quiet --no-deps --no-build-isolation $(PARTS); \
	fi
	@touch $@
