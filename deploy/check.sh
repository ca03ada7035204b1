#!/usr/bin/env bash
# Everything that can be said about the code without running the bank. Goes on after a failure, and names what failed.
set -uo pipefail
cd "$(dirname "$0")/.."
bin=${PYTHON_IN_VENV:-.venv/bin/python}
failed=()

step() {
  local title=$1 began=$SECONDS
  shift
  if "$@"; then printf '✓ %s (%s s)\n' "$title" $((SECONDS - began)); else failed+=("$title"); printf '✗ %s\n' "$title"; fi
}

same_schema() {
  local made
  made=$(mktemp)
  bash deploy/offline.sh manage.py spectacular --file "$made" --validate --fail-on-warn \
    && diff -u docs/openapi.yaml "$made" >&2 || { echo 'docs/openapi.yaml is not what the code says: make openapi' >&2; return 1; }
  rm -f "$made"
}

templates() {
  [ -d templates ] || return 0
  "$bin" -m djlint templates --check --quiet && "$bin" -m djlint templates --lint --quiet
}

step 'ruff' "$bin" -m ruff check .
step 'ruff format' "$bin" -m ruff format --check .
step 'mypy' bash deploy/offline.sh -m mypy .
step 'import contracts' "$bin" -c 'from importlinter.cli import lint_imports_command as lint; lint()'
step 'dependencies' "$bin" -m deptry .
step 'version floors' "$bin" deploy/check_floors.py
step 'templates' templates
step 'migrations' bash deploy/offline.sh deploy/check_migrations.py
step 'production settings' bash deploy/offline.sh manage.py check --deploy --fail-level WARNING
step 'OpenAPI file' same_schema

if [ ${#failed[@]} -gt 0 ]; then
  printf 'make check: FAILED: %s\n' "${failed[*]}"
  exit 1
fi
echo 'make check: all good'
