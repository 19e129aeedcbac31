/*-------------------------------------------------------------------------
 *
 * proftree_stack.h
 *		A proftree that stacks are added to, as SQL gives them.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PYROTREE_PROFTREE_STACK_H
#define PYROTREE_PROFTREE_STACK_H

#include "proftree.h"
#include "utils/array.h"

/* a stack in the text form's syntax; throws, the tree then unchanged */
extern void proftree_add_text(ProftreeState *state, text *stack, int64 weight);
/* frames from root to leaf; throws, the tree then unchanged */
extern void proftree_add_frames(ProftreeState *state, ArrayType *frames, int64 weight);

#endif							/* PYROTREE_PROFTREE_STACK_H */
