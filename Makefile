# What a newcomer types. Paths are relative on purpose: a checkout may lie below a folder with spaces in its name.

PYTHON ?= $(shell for name in python3.11 python3.12 python3.13 python3; do command -v $$name && break; done)
PORT ?= 8000
IN_VENV := .venv/bin/python

.DEFAULT_GOAL := help
.PHONY: help run test fuzz check bench lock messages openapi clean installed-run installed-dev

help:  ## show this
	@sed -n 's/^\([a-z]*\):.*  ## /  make \1\t/p' Makefile | expand -t 18

run: installed-run  ## start the whole bank on http://127.0.0.1:8000 (PORT= changes it)
	@PORT='$(PORT)' exec $(IN_VENV) -m securebank.up --with-parent

test: installed-dev  ## run every test, in parallel, on engines of their own
	@$(IN_VENV) -m pytest -n logical $(ARGS)

fuzz: installed-dev  ## try many more random requests and payment codes than the tests do (EXAMPLES=500 for each operation)
	@SECUREBANK_FUZZ_EXAMPLES=$(or $(EXAMPLES),100) $(IN_VENV) -m pytest -n auto --timeout 0 \
	  tests/web/test_contract.py tests/qrpay/test_fuzz.py $(ARGS)

check: installed-dev  ## linters, types, import contracts, templates, migrations, settings, schema, versions
	@bash deploy/check.sh

bench: installed-dev  ## measure; writes docs/benchmarks.md
	@$(IN_VENV) -m tests.bench

openapi: installed-dev  ## write docs/openapi.yaml anew
	@bash deploy/offline.sh manage.py spectacular --file docs/openapi.yaml --validate --fail-on-warn

lock: installed-dev  ## pin every dependency anew, with hashes
	@bash deploy/locks/lock.sh

messages: installed-dev  ## collect what is to be translated, and compile the translations; needs GNU gettext
	@bash deploy/offline.sh manage.py makemessages -l hi -l es -l ar --no-wrap --no-obsolete --add-location file \
	  --ignore 'var/*' --ignore '.venv/*' --ignore 'tests/*' --ignore 'deploy/*'
	@bash deploy/offline.sh manage.py compilemessages --ignore var --ignore .venv

clean:  ## remove what can be made again; the bank's data in var/ stays
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -not -path './var/*' -prune -exec rm -rf {} +

# pip runs only when a lock differs from the one that was last installed.
installed-run: .venv/whole
	@cmp -s deploy/locks/run.txt .venv/run.txt || { \
	  $(IN_VENV) -m pip install --require-hashes -r deploy/locks/run.txt && cp deploy/locks/run.txt .venv/run.txt; }

installed-dev: .venv/whole
	@cmp -s deploy/locks/dev.txt .venv/dev.txt || { \
	  $(IN_VENV) -m pip install --require-hashes -r deploy/locks/dev.txt && cp deploy/locks/dev.txt .venv/dev.txt \
	  && cp deploy/locks/run.txt .venv/run.txt; }
	@cmp -s deploy/locks/torch.txt .venv/torch.txt || { \
	  $(IN_VENV) -m pip install -r deploy/locks/torch.txt && cp deploy/locks/torch.txt .venv/torch.txt; }

# Marked as whole at its end: an interrupted one is made anew.
.venv/whole:
	@test -n '$(PYTHON)' || { echo 'SecureBank needs Python 3.11 or newer; found none.' >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo 'SecureBank needs Python 3.11 or newer; $(PYTHON) is older. Set PYTHON=/path/to/python3.11.' >&2; exit 1; }
	@rm -rf .venv
	@$(PYTHON) -m venv .venv \
	  || { rm -rf .venv; echo 'Python could not make a virtual environment (on Debian: apt install python3-venv).' >&2; exit 1; }
	@touch .venv/whole
