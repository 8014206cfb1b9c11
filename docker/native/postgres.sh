#!/usr/bin/env bash
# The checkout's own PostgreSQL: own data folder, reachable through a socket only. Usage: postgres.sh start|stop
# The machine's clusters are never touched.
# shellcheck source=docker/native/lib.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"
# shellcheck source=docker/native/postgres_lib.sh
source "$NATIVE/postgres_lib.sh"

# The server outlives us: it must not inherit a caller's lock (see only_one).
exec 9>&-
case ${1:-} in
start) with_lock "$LOCKS/postgres" "$NATIVE/postgres.sh" locked-start ;;
locked-start) start_cluster ;;
stop) stop_cluster ;;
*) die "usage: postgres.sh start|stop" ;;
esac
