/*-------------------------------------------------------------------------
 *
 * store.h
 *		What the C functions of the store share: settings and slots of times.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PYROTREE_STORE_H
#define PYROTREE_STORE_H

#include "postgres.h"

#include "datatype/timestamp.h"
#include "levels.h"

/*
 * Ranges of the settings, which pyrotree.c defines.  What is later than a day
 * is late for good; a clock a year ahead is wrong; with less memory than 64 kB
 * a statement would store every few stacks by themselves.
 */
#define PYROTREE_DEFAULT_CLOCK_SKEW		600 /* s */
#define PYROTREE_MAX_CLOCK_SKEW			(365 * 24 * 60 * 60)
#define PYROTREE_DEFAULT_LATE_AFTER		60	/* s */
#define PYROTREE_MAX_LATE_AFTER			(24 * 60 * 60)
#define PYROTREE_MIN_STACKS_MEMORY		64	/* kB */
#define PYROTREE_DEFAULT_STACKS_MEMORY	(64 * 1024)

extern bool pyrotree_setting_auto_compact;
extern int	pyrotree_setting_clock_skew;
extern int	pyrotree_setting_late_after;
extern int	pyrotree_setting_stacks_memory;

/* microseconds from the Unix epoch to PostgreSQL's, whole days */
#define PYROTREE_EPOCH_DIFFERENCE	((POSTGRES_EPOCH_JDATE - UNIX_EPOCH_JDATE) * USECS_PER_DAY)

/*
 * The slot that holds a finite time.  The Unix time of the last timestamps
 * passes bigint, so the epochs' difference is added as slots.
 */
static inline int64
pyrotree_slot_of(TimestampTz time, int64 resolution)
{
	return pt_floor_slot(time, resolution) / resolution + PYROTREE_EPOCH_DIFFERENCE / resolution;
}

#endif							/* PYROTREE_STORE_H */
