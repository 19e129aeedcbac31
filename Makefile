# pyrotree: a PostgreSQL extension.
#
#   make, make install     build and install (PGXS; PG_CONFIG chooses the server)
#   make demo, demo-stop   see it at work on recorded profiles, end that again
#   make test              install what is missing and run every test
#   make test-consumers    do the tools read our formats (browser, npm packages, Go)
#   make test-versions     build and test on other PostgreSQL majors
#   make bench             measure, and write bench/report.md
#   make fuzz              fuzz the parsers (FUZZ_SECONDS each)

EXTENSION = pyrotree
MODULE_big = pyrotree

# the version is written once, in the control file
EXTVERSION := $(shell sed -n "s/^default_version = '\(.*\)'/\1/p" pyrotree.control)

# the fmgr-free core, which tests, fuzzers and benchmarks build by themselves
CORE = core convert arena codec builder symbol_sort merge top regroup filter drill truncate compare draft stack_text folded json_text json_read flamebearer speedscope d3 gzip pprof.pb-c pprof_read pprof_samples pprof_write svg_color svg wire selector levels spread block block_build block_span block_wire
OBJS = $(addprefix src/, $(addsuffix .o, pyrotree $(CORE) \
	proftree_io proftree_expanded proftree_op proftree_scale proftree_agg proftree_srf \
	proftree_analysis proftree_compare proftree_info proftree_has proftree_gin \
	proftree_folded proftree_json proftree_pprof proftree_svg \
	wire_io regexp profblock_io profblock_agg profblock_op \
	store_series store_symbols store_time store_stacks store_transaction))

# joined in this order; the numbers keep it visible in a directory listing
SQL_PARTS = $(sort $(wildcard src/sql/*.sql))
SQL_SCRIPT = pyrotree--$(EXTVERSION).sql
DATA_built = $(SQL_SCRIPT)
DATA = $(wildcard src/sql/upgrade/pyrotree--*--*.sql)

REGRESS = $(patsubst sql/%.sql,%,$(sort $(wildcard sql/*.sql)))
REGRESS_OPTS += --inputdir=.
ISOLATION = $(patsubst test/specs/%.spec,%,$(sort $(wildcard test/specs/*.spec)))
ISOLATION_OPTS += --inputdir=test --outputdir=output_iso
TAP_TESTS =

# The server's headers are used as system headers: they are not ours to warn
# about, under gcc and under clang.
PG_CONFIG ?= pg_config
PG_CPPFLAGS = -DPYROTREE_VERSION='"$(EXTVERSION)"' \
	-isystem $(shell $(PG_CONFIG) --includedir-server) \
	-Wall -Wextra -Wno-unused-parameter

# messages of pprof files, and their gzip
SHLIB_LINK += -lprotobuf-c -lz

EXTRA_CLEAN = pyrotree--*.sql $(GENERATED) build output_iso results regression.diffs regression.out

# header dependencies
override autodepend = yes

# Without the server's development files (a fresh machine) only the targets
# below work; they install them.
PGXS := $(shell $(PG_CONFIG) --pgxs 2>/dev/null)
ifneq ($(wildcard $(PGXS)),)
include $(PGXS)
else
all install clean:
	@echo "pg_config or PGXS not found: install postgresql-server-dev-15 or set PG_CONFIG" >&2; exit 1
endif

include src/generated.mk
src/svg.o src/svg.bc: src/svg_assets.h
$(foreach name,pprof.pb-c $(PPROF_USERS),src/$(name).o src/$(name).bc): src/pprof.pb-c.h

$(SQL_SCRIPT): $(SQL_PARTS) pyrotree.control
	cat $(SQL_PARTS) > $@

# a new version reaches the objects that name it
src/pyrotree.o src/pyrotree.bc: pyrotree.control

.PHONY: demo demo-stop test test-consumers test-versions bench fuzz
demo:
	@demo/demo.sh
demo-stop:
	@demo/stop.sh
test:
	@test/run.sh
test-consumers:
	@test/consumers/run.sh
test-versions:
	@test/versions.sh
bench:
	@bench/run.sh
fuzz:
	@test/fuzz/run.sh
