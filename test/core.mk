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

PROTOC ?= protoc

COMPILE = -DFRONTEND -std=gnu99 -fwrapv -fno-strict-aliasing \
	-isystem $(shell $(PG_CONFIG) --includedir-server) -I$(BUILD) -Isrc \
	-Wall -Wextra -Wno-unused-parameter $(FLAGS)

$(BUILD)/libptcore.a: $(CORE:%=$(BUILD)/%.o)
	rm -f $@
	ar rcs $@ $^

$(BUILD)/%.o: src/%.c $(wildcard src/*.h)
	@mkdir -p $(BUILD)
	$(CC) $(COMPILE) -c $< -o $@

# generated code is each build's own, as several may run at a time
$(BUILD)/%.pb-c.o: $(BUILD)/%.pb-c.c
	$(CC) $(COMPILE) -c $< -o $@

$(BUILD)/%.pb-c.c: src/%.proto
	@mkdir -p $(BUILD)
	$(PROTOC) --proto_path=src --c_out=$(BUILD) $<

$(BUILD)/pprof_read.o $(BUILD)/pprof_samples.o $(BUILD)/pprof_write.o: $(BUILD)/pprof.pb-c.c

.PHONY: flags libs
flags:
	@echo '$(COMPILE)'
libs:
	@echo '$(BUILD)/libptcore.a -L$(shell $(PG_CONFIG) --pkglibdir) -L$(shell $(PG_CONFIG) --libdir) -lpgcommon -lpgport -lprotobuf-c -lz -lm'
