# make test      the quick suite on PostgreSQL 18, which comes as a wheel: needs Python and nothing else
# make slow      what takes its time, and all values of what make test runs a sample of
# make test-all  the quick suite on 12 to 18, and what takes its time on the oldest and the newest
# make contrib   pgseq inside real frameworks, their oldest and newest releases, and in CI (NEW_PYTHON: for the newest Django)
# make security  what a hostile owner, file or name could do, on PostgreSQL 18
# make demo      a sequence that is out of sync, and its repair, on a PostgreSQL of its own
# make release-check  the built files, installed and run (RELEASE.md)
# make man       pages of the manual and completions of shells, as a wheel installs them, below build/share
# make site      the documentation as pages, below build/site
# make fuzz      the property tests for longer        make bench  the measurements        make clean

PYTHON ?= python3
BIN := .venv/bin
# More than two cores need: tests wait for servers and for commands.
WORKERS ?= 4
PYTEST := $(BIN)/pytest -n $(WORKERS)
# Every worker and every command that is started would compile all modules again.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: lint-corpus test slow test-all contrib security lint demo man site fuzz bench servers release-check clean

test: lint
	$(PYTEST) -m "not slow"

slow: .venv/installed
	$(PYTEST) -m slow

test-all: lint servers
	PGSEQ_MAJORS="12 13 14 15 16 17 18" $(PYTEST) -m "not slow"
	PGSEQ_MAJORS="12 18" $(PYTEST) -m slow

contrib: .venv/installed
	$(PYTEST) tests/e2e/contrib tests/e2e/ci

security: .venv/installed
	$(PYTEST) tests/security

lint: .venv/installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/typos

demo: .venv/installed
	$(BIN)/pgseq demo

man: .venv/installed
	$(BIN)/python -m share.files build/share

site: .venv/installed
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet

fuzz: .venv/installed
	$(PYTEST) -m fuzz --hypothesis-profile=fuzz

bench: .venv/installed
	$(BIN)/python -m bench.run --write

servers: .venv/installed
	$(BIN)/python -m tests.support.install_servers

release-check: .venv/installed
	rm -rf dist build
	$(BIN)/python -m build --quiet
	$(BIN)/python -m build --quiet --outdir build/again
	diff -r dist build/again
	$(BIN)/twine check --strict dist/*
	$(BIN)/python -m venv build/clean
	build/clean/bin/pip install --quiet --disable-pip-version-check dist/*.whl
	build/clean/bin/pgseq --help > build/help
	build/clean/bin/pip install --quiet --disable-pip-version-check "$$(echo dist/*.whl)[demo,lint,metrics,web]"
	build/clean/bin/pgseq demo
	$(BIN)/python -m tests.support.release

.venv/installed: pyproject.toml
	@test -x $(BIN)/pip || $(PYTHON) -m venv .venv \
	  || { rm -rf .venv; echo "No virtual environment: on Debian, apt-get install python3-venv" >&2; exit 1; }
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@

clean:
	rm -rf .venv .cache build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find src tests bench -name __pycache__ -prune -exec rm -rf {} +

# lint beside load-and-check, for any folders of SQL: make lint-corpus DIR="a b"
lint-corpus: .venv/installed
	$(BIN)/python -m tests.support.lint_corpus $(DIR)
