#!/bin/sh
# Makes the two roles and the database, once, when the data folder is empty. The owner migrates and may do anything to
# the tables; the application may read and write rows (manage.py grant_application_role says which) and has no DDL.
set -eu
owner_password=$(cat "$SECUREBANK_OWNER_PASSWORD_FILE") app_password=$(cat "$SECUREBANK_APP_PASSWORD_FILE")
psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --set owner_password="$owner_password" --set app_password="$app_password" \
  --username "${POSTGRES_USER:-postgres}" --dbname postgres <<'SQL'
CREATE ROLE securebank_owner LOGIN PASSWORD :'owner_password';
CREATE ROLE securebank_app LOGIN PASSWORD :'app_password';
CREATE DATABASE securebank OWNER securebank_owner;
REVOKE ALL ON DATABASE securebank FROM PUBLIC;
GRANT CONNECT ON DATABASE securebank TO securebank_app;
\connect securebank
REVOKE ALL ON SCHEMA public FROM PUBLIC;
ALTER SCHEMA public OWNER TO securebank_owner;
SQL
