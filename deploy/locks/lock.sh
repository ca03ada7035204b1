#!/usr/bin/env bash
# Pins every dependency anew, with hashes. Needs uv in the virtual environment: it resolves for every platform at once.
set -euo pipefail
cd "$(dirname "$0")/../.."
.venv/bin/python -m pip install --quiet uv
compile() {
  .venv/bin/python -m uv pip compile pyproject.toml --extra engines --generate-hashes --python-version 3.11 \
    --custom-compile-command 'make lock' --no-emit-index-url --no-emit-find-links --quiet --output-file "$@"
}
compile deploy/locks/run.txt
compile deploy/locks/dev.txt --extra training --extra cluster --group dev
