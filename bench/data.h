/*-------------------------------------------------------------------------
 *
 * data.h
 *		What the benchmarks run on: recorded profiles and made ones.
 *
 * Everything made here follows from a seed alone, so that two runs, and two
 * machines, do the same work.
 *
 *-------------------------------------------------------------------------
 */
#ifndef BENCH_DATA_H
#define BENCH_DATA_H

#include "folded.h"

/* random numbers: splitmix64 */
extern uint64 random_next(uint64 *state);
extern uint32 random_below(uint64 *state, uint32 limit);
/* in [0, 1) */
extern double random_unit(uint64 *state);

/*
 * A service: a call tree of which profiles are samples.  Its stacks have
 * popularities that fall as 1/rank, its symbols look like those of a JVM:
 * about 47 bytes, of which front coding leaves 19.
 */
typedef struct Service
{
	char	  **symbol;
	uint32		symbol_count;
	uint32		node_count;
	uint32	   *node_symbol;	/* [node_count] */
	uint32	   *node_parent;	/* PG_UINT32_MAX at the top */
	uint32	   *node_depth;		/* 1 at the top */
	uint32		stack_count;	/* nodes that are stacks: leaves and some more */
	uint32	   *stack;			/* [stack_count] its node, in folded order */
	double	   *popularity;		/* [stack_count] cumulative, up to 1 */
} Service;

extern Service *service_make(uint64 seed, uint32 nodes, double symbols_per_node);
/* folded text of a profile of so many samples; 0: every stack once */
extern void service_profile(const Service *service, uint64 seed, uint32 samples, StringInfo text);

/* lines of folded text in byte order, or in random order */
extern void sort_lines(StringInfo text);
extern void shuffle_lines(StringInfo text, uint64 seed);
extern uint64 count_frames(const char *text, size_t length);
extern uint64 count_lines(const char *text, size_t length);

extern void read_file(const char *path, StringInfo text);

/*
 * A recording cut into slots: lines of slot TAB stack TAB weight, ascending by
 * slot, to folded text for each slot.
 */
extern StringInfoData *read_slots(const char *path, uint32 *count);

#endif							/* BENCH_DATA_H */
