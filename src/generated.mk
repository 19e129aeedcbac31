# Files that are made before anything is compiled.  Included by the Makefile
# and by test/core.mk, from the top of the tree.

# The style and the script of pictures as C strings, without indentation and
# whole lines of comment.  Two makes may do this at once.
EMBED = sed -e 's/^[[:space:]]*//' -e '/^\/\*.*\*\/$$/d' -e '/^\/\*/,/\*\/$$/d' -e '/^$$/d' \
	-e 's/\\/\\\\/g' -e 's/"/\\"/g' -e 's/.*/"&\\n" \\/'

src/svg_assets.h: src/svg/flamegraph.css src/svg/flamegraph.js src/generated.mk
	{ echo '#define PT_SVG_STYLE \'; $(EMBED) src/svg/flamegraph.css; echo '""'; \
	  echo '#define PT_SVG_SCRIPT \'; $(EMBED) src/svg/flamegraph.js; echo '""'; } >$@.$$$$ && mv $@.$$$$ $@

# The messages of pprof files as protobuf-c knows them.  protoc makes two files
# at a time; of these make knows the second one, and the first comes with it.
PROTOC ?= protoc
PPROF_USERS = pprof_read pprof_samples pprof_write
src/pprof.pb-c.h: src/pprof.pb-c.c ;
src/pprof.pb-c.c: src/pprof.proto
	mkdir -p $@.$$$$ && $(PROTOC) --proto_path=src --c_out=$@.$$$$ $< && \
		mv $@.$$$$/pprof.pb-c.h $@.$$$$/pprof.pb-c.c src/ && rmdir $@.$$$$

GENERATED = src/svg_assets.h src/pprof.pb-c.c src/pprof.pb-c.h
