/*-------------------------------------------------------------------------
 *
 * svg_color_test.c
 *		Modules of symbols as languages and profilers write them, and colours.
 *
 *-------------------------------------------------------------------------
 */
#include "support.h"

#include "svg_color.h"

/* symbol and module; NULL for none */
static const char *const modules[][2] = {
	/* Go */
	{"runtime.mallocgc", "runtime"},
	{"main.main.func1", "main.main"},
	{"net/http.(*conn).serve", "net/http"},
	{"net/http.HandlerFunc.ServeHTTP", "net/http"},
	{"github.com/jackc/pgx/v5.(*Conn).Query", "github.com/jackc/pgx/v5"},
	{"slices.SortFunc[go.shape.[]io/fs.DirEntry,go.shape.interface { Info() }]", "slices"},
	/* Java, Scala, C# */
	{"java.util.HashMap.get", "java.util"},
	{"java/util/HashMap.get", "java/util"},
	{"java.util.concurrent.ThreadPoolExecutor$Worker.run", "java.util.concurrent"},
	{"Main.run", "Main"},
	{"System.Linq.Enumerable.ToList", "System"},
	/* C++ and Rust */
	{"std::sort<int*>", "std"},
	{"void std::swap<int>(int&, int&)", "std"},
	{"<alloc::vec::Vec<T> as core::ops::Drop>::drop", "alloc"},
	{"tokio::runtime::park", "tokio"},
	{"(anonymous namespace)::go", NULL},
	{"operator+(A const&, A const&)", NULL},
	/* Python, Node.js */
	{"parse (lexer.py:12)", "lexer.py"},
	{"<module> (app/main.py:1)", "app/main.py"},
	{"(anonymous) (typescript.js:127960)", "typescript.js"},
	{"processTimers (node:internal/timers:504)", "node:internal/timers"},
	{"f (file.js:10:22)", "file.js"},
	{"(root)", NULL},
	{"(program)", NULL},
	{"f (:3)", NULL},
	{"f (12:3)", "12"},
	{"f (a:b)", NULL},
	/* binaries and C */
	{"[libc.so.6]", "libc.so.6"},
	{"[unknown]", "unknown"},
	{"[]", NULL},
	{"[", NULL},
	{"libc.so.6+0x1f2e", "libc.so.6"},
	{"+0x1f", NULL},
	{"AllocSetAlloc", NULL},
	{"__libc_start_main", NULL},
	{"fold.constprop.0", NULL},
	{"fold.part.0.cold", NULL},
	{"fold.llvm.123", NULL},
	{"0x7f00deadbeef", NULL},
	/* no names at all */
	{"", NULL},
	{" ", NULL},
	{".", NULL},
	{"..a", NULL},
	{"a.", "a"},
	{"/", NULL},
	{"::", NULL},
	{"()", NULL},
	{")", NULL},
	{"/usr/bin/python3.11", "/usr/bin/python3"}
};

static bool
has_module(const char *symbol, const char *expected)
{
	size_t		length = 0;
	/* no byte behind the symbol is looked at */
	char	   *exact = memcpy(pg_malloc(Max(strlen(symbol), 1)), symbol, strlen(symbol));
	const char *module = pt_symbol_module(exact, strlen(symbol), &length);
	bool		same = expected == NULL ? module == NULL :
		module != NULL && length == strlen(expected) && memcmp(module, expected, length) == 0;

	if (!same)
		diagnose("\"%s\": \"%.*s\"", symbol, module == NULL ? 0 : (int) length, module == NULL ? "" : module);
	pg_free(exact);
	return same;
}

static bool
all_modules(void)
{
	bool		good = true;

	for (int i = 0; i < (int) lengthof(modules); i++)
		good &= has_module(modules[i][0], modules[i][1]);
	return good;
}

/* a module lies within the symbol, whatever that is; colours exist */
static bool
any_symbol(Random *random)
{
	static const char alphabet[] = "aZ0_./:()[]<>+x ";
	size_t		length = random_below(random, 12);
	char	   *symbol = pg_malloc(Max(length, 1));
	size_t		module_length = 0;
	const char *module;

	for (size_t i = 0; i < length; i++)
		symbol[i] = alphabet[random_below(random, sizeof(alphabet) - 1)];
	module = pt_symbol_module(symbol, length, &module_length);
	require(module == NULL || (module_length > 0 && module >= symbol && module + module_length <= symbol + length));
	require(pt_symbol_color(symbol, length) < PT_COLOR_ALL);
	pg_free(symbol);
	return true;
}

static bool
all_colors(void)
{
	char		text[PT_COLOR_SIZE];

	for (uint32 i = 0; i < PT_COLORS; i++)
	{
		pt_color_text(i, false, text);
		require(strlen(text) == 7 && text[0] == '#' && strspn(text + 1, "0123456789abcdef") == 6);
	}
	for (uint32 i = 0; i < PT_DIFF_COLORS; i++)
	{
		pt_color_text(i, true, text);
		require(strlen(text) == 7 && text[0] == '#' && strspn(text + 1, "0123456789abcdef") == 6);
	}
	return true;
}

static bool
diff_colors(void)
{
	require(pt_diff_color(0.5, 0.5) == PT_DIFF_COLORS / 2);
	require(pt_diff_color(0.5, 0) == 0);
	require(pt_diff_color(0, 1e-300) == PT_DIFF_COLORS - 1);
	require(pt_diff_color(0.25, 0.5) == 15);
	require(pt_diff_color(0.5, 0.25) == 5);
	return true;
}

/* the same for ever and everywhere: pictures of today and of last year compare */
static bool
known_colors(void)
{
	require(pt_symbol_color("main", 4) == 113);
	require(pt_symbol_color("runtime.mallocgc", 16) == 29);
	require(pt_symbol_color("java.util.HashMap.get", 21) == 46);
	return true;
}

int
main(void)
{
	report(all_modules(), "modules of symbols");
	run_cases("symbols of any characters", 20000, any_symbol);
	report(all_colors(), "every colour is one");
	report(diff_colors(), "colours of differences");
	report(known_colors(), "colours do not change");
	return finish();
}
