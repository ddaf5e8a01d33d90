#!/bin/sh
# Makes Temporal's two databases and their schema, or brings an older schema up to date. Running it again changes nothing.
set -eu
SQL_PASSWORD="$(cat "$SQL_PASSWORD_FILE")"
export SQL_PASSWORD
schema() {
  # A database that was made just now is empty. Of one that stands, setup would reset the version, so it is only updated.
  if temporal-sql-tool --database "$1" create-database >/dev/null 2>&1; then
    temporal-sql-tool --database "$1" setup-schema --version 0.0
  fi
  temporal-sql-tool --database "$1" update-schema --schema-name "postgresql/v12/$2"
}
schema "$DBNAME" temporal
schema "$VISIBILITY_DBNAME" visibility
