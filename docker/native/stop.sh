#!/usr/bin/env bash
# make stop: ends the server and the PostgreSQL of this checkout, nothing else.
# shellcheck source=docker/native/lib.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"
# shellcheck source=docker/native/server_lib.sh
source "$NATIVE/server_lib.sh"

stop_server
"$NATIVE/postgres.sh" stop >/dev/null
say "PostgreSQL of this checkout stopped"
