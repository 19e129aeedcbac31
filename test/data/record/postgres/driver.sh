#!/bin/bash
# The recorded workload. record.sh runs it as an ordinary user below
# `perf record`, so that everything started here is profiled and nothing else.
#
# Environment: PGBIN     bin directory of the PostgreSQL under test
#              RUN       an empty directory this user may write to
#              HERE      the directory of this script
#              PHASE_SECONDS  length of one phase (two rounds of 16 phases)
#              DUTY      percentage of one core the foreground may take
set -u
export PATH="$PGBIN:$PATH" HOME="$RUN" LC_ALL=C.UTF-8
export PGHOST="$RUN" PGPORT=54329 PGDATABASE=postgres PGUSER=app PGAPPNAME=workload
export PGOPTIONS='-c search_path=app,public -c client_min_messages=warning'
PHASE_SECONDS=${PHASE_SECONDS:-60} DUTY=${DUTY:-42}
cd "$RUN"

stamp() { printf '%s\t%s\t%s\n' "$(date +%s)" "$(date -u +%FT%TZ)" "$1" >>"$RUN/phases.tsv"; }

stamp setup
initdb -D data -U app -A trust -E UTF8 --locale=C.UTF-8 >initdb.log || exit 1
cat >>data/postgresql.conf <<CONF
port = $PGPORT
unix_socket_directories = '$RUN'
listen_addresses = ''
shared_buffers = 128MB
fsync = off
max_parallel_workers_per_gather = 0
autovacuum_naptime = 20s
checkpoint_timeout = 2min
jit = off
CONF
pg_ctl -D data -l server.log -w start >/dev/null || exit 1
trap 'pg_ctl -D data -m fast -w stop >/dev/null' EXIT
pgbench -i -q -s 2 2>/dev/null
psql -qX -f "$HERE/setup.sql" >/dev/null || exit 1

TOTAL=$((32 * PHASE_SECONDS))
START=$(date +%s)

# Constant background load, throttled by rate.
pgbench -n -c 2 -R 30 -T $TOTAL >tpcb.log 2>&1 &
pgbench -n -c 1 -R 160 -T $TOTAL -M prepared -f "$HERE/hot_lookup.sql" >lookup.log 2>&1 &
pgbench -n -c 1 -R 16 -T $TOTAL -f "$HERE/hot_search.sql" >search.log 2>&1 &

# Two clients whose names the kernel cuts within a character (15 bytes).
ln -s "$(command -v python3)" générations-éphémères
ln -s "$PGBIN/psql" импортер-заказов
"$RUN/générations-éphémères" "$HERE/datagen.py" $((TOTAL - 15)) |
  "$RUN/импортер-заказов" -qX -c "COPY imported FROM STDIN" >import.log 2>&1 &
( sleep 20; for p in $(pgrep -u "$(id -u)"); do cat /proc/$p/comm; done 2>/dev/null |
  LC_ALL=C grep -a '[^ -~]' | od -An -tx1 >comm.hex ) &

( sleep $((16 * PHASE_SECONDS)); stamp DEPLOY; psql -qX -f "$HERE/deploy.sql" || stamp "deploy failed"
  sleep $((10 * PHASE_SECONDS)); stamp FIX; psql -qX -f "$HERE/fix.sql" || stamp "fix failed" ) &

# Foreground: one phase after the other. Each file is run five times in one
# session, then there is a pause, until the time of the phase is over.
now_ms() { echo $(($(date +%s%N) / 1000000)); }
n=0
for round in 1 2; do
  for sql in "$HERE"/phases/*.sql; do
    n=$((n + 1))
    stop=$((START + n * PHASE_SECONDS))
    stamp "round $round $(basename "$sql" .sql)"
    runs=0
    while [ "$(date +%s)" -lt $stop ]; do
      t0=$(now_ms)
      psql -qXAt -f "$sql" -c 'DISCARD ALL' -f "$sql" -c 'DISCARD ALL' -f "$sql" \
        -c 'DISCARD ALL' -f "$sql" -c 'DISCARD ALL' -f "$sql" >out.tmp 2>>phase-errors.log
      spent=$(($(now_ms) - t0)) runs=$((runs + 1))
      pause=$((spent * (100 - DUTY) / DUTY))
      left=$(((stop - $(date +%s)) * 1000))
      [ $pause -gt $left ] && pause=$left
      [ $pause -gt 0 ] && sleep "$(printf '%d.%03d' $((pause / 1000)) $((pause % 1000)))"
    done
    printf '%s\t%s\t%s\n' "$round" "$(basename "$sql")" $runs >>runs.tsv
  done
done
stamp end
wait %1 %2 %3 2>/dev/null
wait
