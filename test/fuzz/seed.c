/*-------------------------------------------------------------------------
 *
 * seed.c
 *		Writes the inputs that fuzzing starts with: small trees, in each form,
 *		files as others write them, and names of series and selectors.
 *
 *	seed DIRECTORY		makes DIRECTORY/<target>/seed-NNN
 *
 *-------------------------------------------------------------------------
 */
#include "fuzz.h"

#include "../unit/pprof_model.h"
#include "block.h"
#include "flamebearer.h"
#include "speedscope.h"

#include <sys/stat.h>

static const char *const texts[] = {
	"",
	"main 1",
	"main;parse 600\nmain;parse;parse_list 400\nmain;print 0",
	"\"a;b\";\"c\nd\";\"e\"\"f\" 1\n\"\"\"a\" 2\n\"\" 3\n;\"\" 4",
	"a;b;c 9223372036854775807",
	"a 0\nb 0\nb;c 0",
	"\303\251;\342\202\254;\364\217\277\277 5\n  a b ;\"c \" 6",
	"java.util.concurrent.ThreadPoolExecutor.runWorker;java.util.HashMap.get 20000000\n"
	"java.util.concurrent.ThreadPoolExecutor.runWorker;java.util.HashMap.getNode 30000000\n"
	"java.util.concurrent.ThreadPoolExecutor.runWorker;java.util.HashMap.put 10000000",
	"a;a;a;a;a;a;a;a;a;a;a;a;a;a;a;a;a;a;a;a 1\na;a;a;a;a;a;a;a;a;a 2\na;a;b 3",
	"r;a 1\nr;b 1\nr;c 1\nr;d 1\nr;e 1\nr;f 1\nr;g 1\nr;h 1\nr;i 1\nr;j 1\nr;k 1\nr;k;a 1\nr;k;b 1"
};

static const char *const selectors[] = {
	"web.cpu",
	"web.cpu{env=\"prod\",region=eu,}",
	" a { b = \"c\\\"d\\\\e\\nf\" , g_.1 = h/i:j@k.l+m-n , empty = \"\" } ",
	"{}",
	"{__name__=~\"web\\\\..*\",a!=b,c!~\"(?i)d|e\",f=~\"(?x)g #h\"}",
	"caf\303\251{ville=K\303\266ln}",
	"a{z=1,y=2,x=3,w=4,v=5,u=6,t=7,s=8,r=9,q=10}"
};

/* what we do not write ourselves, or not so */
static const char *const flamebearers[] = {
	"{\"names\":[\"total\",\"a\",\"b\"],\"levels\":[[0,9,1,0],[1,3,1,1,2,3,3,2,0,0,0,1],[2,2,2,2]],\"numTicks\":9}",
	"{\"names\":[\"total\",\"a\",\"b\"],\"levels\":[[0,9,1,0],[1,3,1,1,0,5,3,2,0,0,0,1],[2,2,2,2,3,2,2,1]],\"format\":\"single\"}",
	("{\"metadata\":{\"format\":\"single\",\"units\":\"samples\"},\"version\":1,\"timeline\":{\"samples\":[1,[2,{}]]},"
	 "\"flamebearer\":{\"levels\":[[0,2,0,0],[0,1e0,1.0,0,0,1,1,0]],\"names\":[\"\\u00e9\"]}}"),
	"{\"version\":1,\"flamebearer\":{\"names\":null,\"levels\":[],\"numTicks\":0}}"
};

static const char *const speedscopes[] = {
	("{\"profiles\":[{\"type\":\"sampled\",\"weights\":[0.01,0.02,0.5,1e-9],\"samples\":[[0,1],[0],[],[0,1,1]],"
	 "\"name\":\"a\",\"unit\":\"seconds\"},"
	 "{\"type\":\"evented\",\"name\":\"b\",\"unit\":\"milliseconds\",\"startValue\":-1,\"endValue\":3,\"events\":["
	 "{\"type\":\"O\",\"at\":-1,\"frame\":1},{\"at\":0.5,\"type\":\"O\",\"frame\":0},"
	 "{\"type\":\"C\",\"frame\":0,\"at\":1.5},{\"type\":\"C\",\"frame\":1,\"at\":2}]}],"
	 "\"shared\":{\"frames\":[{\"name\":\"f\",\"line\":3},{\"file\":\"x\",\"name\":\"g\"}]}}"),
	("{\"shared\":{\"frames\":[{\"name\":\"f\"}]},\"profiles\":[{\"type\":\"sampled\",\"name\":\"a\",\"unit\":\"bytes\","
	 "\"samples\":[[0]],\"weights\":[9223372036854775807]},"
	 "{\"type\":\"sampled\",\"name\":\"b\",\"unit\":\"none\",\"samples\":[[0]],\"weights\":[1]}]}")
};

static void
write_file(const char *directory, const char *target, int number, const char *bytes, size_t length)
{
	char		path[1024];
	FILE	   *file;

	snprintf(path, sizeof(path), "%s/%s", directory, target);
	mkdir(path, 0777);
	snprintf(path, sizeof(path), "%s/%s/seed-%03d", directory, target, number);
	file = fopen(path, "wb");
	if (file == NULL || fwrite(bytes, 1, length, file) != length || fclose(file) != 0)
	{
		perror(path);
		exit(1);
	}
}

static void
write_forms(const char *directory, int number, PtBuilder *builder)
{
	PtTree		tree;
	StringInfoData bytes;

	pt_tree_init(&tree, NULL);
	pt_builder_flatten(builder, &tree);
	encode_tree(&tree, &bytes);
	write_file(directory, "stored", number, bytes.data, bytes.len);
	resetStringInfo(&bytes);
	pt_write_wire(&tree, &bytes, NULL, NULL, NULL);
	write_file(directory, "wire", number, bytes.data, bytes.len);
	resetStringInfo(&bytes);
	pt_print_text(&tree, &bytes, 1 << 30, NULL);
	write_file(directory, "text", number, bytes.data, bytes.len);
	resetStringInfo(&bytes);
	pt_print_folded(&tree, &bytes, NULL);
	write_file(directory, "folded", number, bytes.data, bytes.len);
	resetStringInfo(&bytes);
	pt_print_flamebearer(&tree, &bytes, NULL);
	write_file(directory, "flamebearer", number, bytes.data, bytes.len);
	resetStringInfo(&bytes);
	pt_print_speedscope(&tree, "a", number % 2 ? "nanoseconds" : "none", &bytes, NULL);
	write_file(directory, "speedscope", number, bytes.data, bytes.len);
	pfree(bytes.data);
	pt_tree_free(&tree);
}

/* A block of several of the texts, some in one lane. */
static void
write_block(const char *directory, int number, size_t step)
{
	PtBlockBuilder builder;
	PtBlock		block;
	PtTree		scratch;
	uint8	   *encoded;
	size_t		length;
	StringInfoData wire;
	PtError		error;

	pt_tree_init(&scratch, NULL);
	pt_block_init(&block, NULL);
	pt_block_builder_init(&builder, NULL, 1);
	for (size_t i = number % lengthof(texts); i < lengthof(texts); i += step)
	{
		PtBuilder	tree;
		StringInfoData bytes;

		pt_builder_init(&tree, NULL, 1);
		if (!pt_parse_text(&tree, texts[i], strlen(texts[i]), &error))
			abort();
		encode_builder(&tree, &bytes);
		if (!pt_block_builder_add(&builder, (uint32) (i * number / 2), (uint8 *) bytes.data, bytes.len,
								  number, i, &scratch, &error))
			abort();
		pfree(bytes.data);
		pt_builder_free(&tree);
	}
	/* what does not fit in one lane is no seed */
	if (pt_block_builder_flatten(&builder, &block, &error))
	{
		if (!pt_block_encode(&block, NULL, 0, &encoded, &length, &error))
			abort();
		write_file(directory, "block", number, (char *) encoded, length);
		pt_free(encoded);
		/* and the wire form, from behind its version to before its checksum */
		initStringInfo(&wire);
		if (!pt_block_write_wire(&block, &wire, NULL, NULL, &error))
			abort();
		write_file(directory, "block", 100 + number, wire.data + 1, wire.len - 5);
		pfree(wire.data);
	}
	pt_block_free(&block);
	pt_tree_free(&scratch);
	pt_block_builder_free(&builder);
}

/* Files of the model; the byte in front is the fuzz target's. */
static void
write_pprofs(const char *directory)
{
	Model	   *model = pg_malloc(sizeof(Model));
	int			number = 0;

	for (int i = 0; number < 40; i++)
	{
		Random		random = {i};
		StringInfoData file;
		StringInfoData bytes;

		model_make(model, &random);
		model_write(model, &file, &random);
		if (file.len < 1000)
		{
			initStringInfo(&bytes);
			appendStringInfoChar(&bytes, (char) (number * 37));
			appendBinaryStringInfo(&bytes, file.data, file.len);
			write_file(directory, "pprof", number++, bytes.data, bytes.len);
			pfree(bytes.data);
		}
		pfree(file.data);
	}
	pg_free(model);
}

int
main(int argc, char **argv)
{
	int			number = 0;
	PtError		error;

	if (argc != 2)
		return 2;
	mkdir(argv[1], 0777);
	for (size_t i = 0; i < lengthof(texts); i++)
	{
		PtBuilder	builder;

		pt_builder_init(&builder, NULL, 1);
		if (!pt_parse_text(&builder, texts[i], strlen(texts[i]), &error))
			abort();
		write_forms(argv[1], number++, &builder);
		pt_builder_free(&builder);
	}
	for (int i = 0; i < 40; i++)
		write_block(argv[1], i, 1 + i / 10);
	for (size_t i = 0; i < lengthof(selectors); i++)
		write_file(argv[1], "selector", (int) i, selectors[i], strlen(selectors[i]));
	for (size_t i = 0; i < lengthof(flamebearers); i++)
		write_file(argv[1], "flamebearer", 100 + (int) i, flamebearers[i], strlen(flamebearers[i]));
	for (size_t i = 0; i < lengthof(speedscopes); i++)
		write_file(argv[1], "speedscope", 100 + (int) i, speedscopes[i], strlen(speedscopes[i]));
	write_pprofs(argv[1]);
	pt_core_encoding = PG_UTF8;
	/* awkward profiles, those that are valid UTF-8 */
	for (int i = 0; number < 60; i++)
	{
		Random		random = {i};
		Profile		profile;

		profile_make(&profile, &random);
		if (pt_core_encoding == PG_UTF8 && profile.count < 20)
		{
			PtBuilder	builder;

			pt_builder_init(&builder, NULL, 1);
			if (!profile_build(&profile, 0, profile.count, &builder))
				abort();
			write_forms(argv[1], number++, &builder);
			pt_builder_free(&builder);
		}
		profile_free(&profile);
	}
	return 0;
}
