# Builds the fmgr-free core as a static library, for unit tests, fuzzers and
# benchmarks:
#
#   make -s -f test/core.mk BUILD=build/unit CC=gcc FLAGS="-O1 -fsanitize=address"
#
# gives $(BUILD)/libptcore.a.  Programs that use it are compiled with what
# "make -f test/core.mk flags" prints and linked with what "... libs" prints.

PG_CONFIG ?= pg_config
BUILD ?= build/core
FLAGS ?= -O2 -g
CC = gcc

# the list of the core's files is the Makefile's
CORE := $(shell sed -n 's/^CORE = //p' Makefile)

COMPILE = -DFRONTEND -std=gnu99 -fwrapv -fno-strict-aliasing \
	-isystem $(shell $(PG_CONFIG) --includedir-server) -Isrc \
	-Wall -Wextra -Wno-unused-parameter $(FLAGS)

$(BUILD)/libptcore.a: $(CORE:%=$(BUILD)/%.o)
	rm -f $@
	ar rcs $@ $^

include src/generated.mk
$(BUILD)/svg.o: src/svg_assets.h
$(PPROF_USERS:%=$(BUILD)/%.o): src/pprof.pb-c.h

$(BUILD)/%.o: src/%.c $(wildcard src/*.h)
	@mkdir -p $(BUILD)
	$(CC) $(COMPILE) -c $< -o $@

.PHONY: flags libs
flags:
	@echo '$(COMPILE)'
libs:
	@echo '$(BUILD)/libptcore.a -L$(shell $(PG_CONFIG) --pkglibdir) -L$(shell $(PG_CONFIG) --libdir) -lpgcommon -lpgport -lprotobuf-c -lz -lm'
