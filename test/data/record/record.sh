#!/bin/bash
# Record the profiles of test/data again (Debian 12, as root).
#
#   record.sh postgres|go|python|node|all
#
# Needed: linux-perf build-essential flex bison liblz4-dev zlib1g-dev dpkg-dev
#         and a deb-src line for bookworm main    (postgres, 35 minutes)
#         golang-go                               (go, 1 minute)
#         python3 python3-pip                     (python, 2 minutes)
#         nodejs npm                              (node, 1 minute)
#
# Variables: OUT       where the files go      (default: the directory above)
#            WORK      scratch directory       (default: mktemp -d)
#            PGVERSION source package version  (default: see below)
#            PGPREFIX  a PostgreSQL 15 built before, instead of building one
#            GO, PYTHON, NODE  the programs
#            PHASE_SECONDS  length of one of the 32 phases of the PostgreSQL load
#
# The timings of a new recording differ, of course; update README.md with them.
set -euo pipefail

HERE=$(cd "$(dirname "$0")" && pwd)
OUT=${OUT:-$(dirname "$HERE")}
WORK=${WORK:-$(mktemp -d)}
PGVERSION=${PGVERSION:-15.18-0+deb12u1}
PGUSERNAME=${PGUSERNAME:-pgprof}
GO=${GO:-go} PYTHON=${PYTHON:-/usr/bin/python3} NODE=${NODE:-node}
mkdir -p "$WORK" && chmod 755 "$WORK"

say() { echo "record.sh: $*" >&2; }

# pack FILE NAME: the compressed copy that is committed
pack() { nice -n 5 xz -9e -T1 -c "$1" >"$OUT/$2.xz"; }

# Debian's own binary is stripped (static functions have no names), so build the
# same source with symbols and frame pointers.
build_postgres() {
  mkdir -p "$WORK/src"
  (cd "$WORK" && apt-get source --download-only "postgresql-15=$PGVERSION")
  tar xf "$WORK"/postgresql-15_*.orig.tar.* -C "$WORK/src" --strip-components=1
  cd "$WORK/src"
  ./configure -q --prefix="$PGPREFIX" --without-readline --without-icu --with-lz4 \
    CFLAGS="-O2 -g1 -fno-omit-frame-pointer"
  make -s -C src/backend generated-headers
  local d
  for d in src/common src/port src/timezone src/backend src/include src/interfaces/libpq src/fe_utils \
    src/bin/initdb src/bin/pg_ctl src/bin/psql src/bin/pgbench src/pl/plpgsql/src src/backend/snowball; do
    make -s -C $d all
    make -s -C $d install
  done
  cd "$HERE"
}

# perf is the parent of all: the server and its clients inherit the event, and
# nothing else on the machine is seen. CLOCK_REALTIME gives wall-clock times.
postgres() {
  if [ -z "${PGPREFIX:-}" ]; then
    PGPREFIX=$WORK/pg
    build_postgres
  fi
  id "$PGUSERNAME" >/dev/null 2>&1 ||
    useradd --system --home-dir /nonexistent --shell /usr/sbin/nologin "$PGUSERNAME"
  mkdir -p "$WORK/run"
  chown "$PGUSERNAME" "$WORK/run"
  cp -r "$HERE/postgres" "$WORK/load" # readable by the other user
  chmod -R a+rX "$WORK/load"
  perf record -k CLOCK_REALTIME -F 99 -g -o "$WORK/perf.data" -- \
    runuser -u "$PGUSERNAME" -- env PGBIN="$PGPREFIX/bin" RUN="$WORK/run" HERE="$WORK/load" \
    PHASE_SECONDS="${PHASE_SECONDS:-61}" DUTY=42 "$WORK/load/driver.sh"
  fold_postgres "$WORK/perf.data"
  say "phases, deploy and fix:"
  cat "$WORK/run/phases.tsv"
}

fold_postgres() {
  perf script -i "$1" -F comm,tid,time,ip,sym,dso |
    "$PYTHON" "$HERE/fold_perf.py" "$WORK/slots.tsv" "$WORK/merged.folded"
  pack "$WORK/slots.tsv" postgres-perf.tsv
  pack "$WORK/merged.folded" postgres-perf.folded
}

go_() {
  local d=$WORK/go
  mkdir -p "$d"
  cp "$HERE"/go/* "$d"
  cd "$d"
  GOTOOLCHAIN=local GOPROXY=off GOFLAGS=-mod=mod "$GO" build -trimpath -o gowork .
  nice -n 5 ./gowork -goroot "$("$GO" env GOROOT)" -seconds 30 -cpu cpu.pb.gz -heap heap.pb.gz
  cp cpu.pb.gz "$OUT/go-cpu.pb.gz"
  cp heap.pb.gz "$OUT/go-heap.pb.gz"
  "$GO" tool pprof -raw cpu.pb.gz | "$PYTHON" "$HERE/fold_pprof.py" cpu >cpu.folded
  "$GO" tool pprof -raw heap.pb.gz | "$PYTHON" "$HERE/fold_pprof.py" alloc_space >heap.folded
  pack cpu.folded go-cpu.folded
  pack heap.folded go-heap-alloc_space.folded
  cd "$HERE"
}

# py-spy writes one format at a time: the program is recorded twice.
python() {
  local d=$WORK/python
  mkdir -p "$d"
  "${PIP:-pip3}" install -q --root-user-action=ignore --target "$d/pyspy" py-spy
  cp "$HERE/python/workload.py" "$d"
  cd "$d"
  nice -n 5 pyspy/bin/py-spy record -r 100 -f raw -o raw.folded -- "$PYTHON" workload.py 40
  nice -n 5 pyspy/bin/py-spy record -r 100 -f speedscope -o speedscope.json -- "$PYTHON" workload.py 40
  # the program's own path: base name only
  sed -i "s|$d/||g" speedscope.json
  pack raw.folded python-pyspy.folded
  pack speedscope.json python-pyspy.speedscope.json
  cd "$HERE"
}

node() {
  local d=$WORK/node
  mkdir -p "$d"
  cp "$HERE/node/workload.js" "$d"
  cd "$d"
  npm install --silent --no-fund --no-audit typescript@5
  nice -n 5 "$NODE" --cpu-prof --cpu-prof-interval 1000 --cpu-prof-dir="$d" --cpu-prof-name=raw.cpuprofile \
    workload.js "$d/node_modules/typescript"
  "$PYTHON" "$HERE/fold_cpuprofile.py" raw.cpuprofile clean.cpuprofile node.folded
  pack clean.cpuprofile node.cpuprofile
  pack node.folded node.folded
  cd "$HERE"
}

[ $# -gt 0 ] || { sed -n '2,/^set /{/^#/s/^# \{0,1\}//p}' "$0"; exit 2; }
for what in "$@"; do
  case $what in
  postgres) postgres ;;
  go) go_ ;;
  python) python ;;
  node) node ;;
  all) go_; python; node; postgres ;;
  *) say "unknown: $what"; exit 2 ;;
  esac
done
say "scratch files are in $WORK"
