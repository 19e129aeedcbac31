# Files that are made before anything is compiled.  Included by the Makefile
# and by test/core.mk, from the top of the tree.

# The style and the script of pictures as C strings, without indentation and
# whole lines of comment.  Two makes may do this at once.
EMBED = sed -e 's/^[[:space:]]*//' -e '/^\/\*.*\*\/$$/d' -e '/^\/\*/,/\*\/$$/d' -e '/^$$/d' \
	-e 's/\\/\\\\/g' -e 's/"/\\"/g' -e 's/.*/"&\\n" \\/'

src/svg_assets.h: src/svg/flamegraph.css src/svg/flamegraph.js src/generated.mk
	{ echo '#define PT_SVG_STYLE \'; $(EMBED) src/svg/flamegraph.css; echo '""'; \
	  echo '#define PT_SVG_SCRIPT \'; $(EMBED) src/svg/flamegraph.js; echo '""'; } >$@.$$$$ && mv $@.$$$$ $@
