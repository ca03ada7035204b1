#!/usr/bin/env bash
# Runs a script under production settings, for what needs neither database nor Valkey: deploy/offline.sh manage.py check
set -euo pipefail
cd "$(dirname "$0")/.."
unset SECUREBANK_DEMO
export DJANGO_SETTINGS_MODULE=securebank.settings PYTHONPATH=.
export DATABASE_URL=postgresql://nobody@127.0.0.1:1/none REDIS_URL=redis://127.0.0.1:1/0
export SECUREBANK_ORIGIN=https://bank.example SECUREBANK_HOSTS=bank.example
for name in SECRET_KEY TOKEN_KEY PIN_PEPPER; do
  export "SECUREBANK_$name=only-to-check-settings-$name-$(printf '%064d' 0 | tr 0 "${name:0:1}")-r4ndom"
done
exec "${PYTHON_IN_VENV:-.venv/bin/python}" "$@"
