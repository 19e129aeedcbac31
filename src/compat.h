/*-------------------------------------------------------------------------
 *
 * compat.h
 *		Differences between server versions; the only file that asks for
 *		PG_VERSION_NUM.  Code is written in the newest server's names.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PYROTREE_COMPAT_H
#define PYROTREE_COMPAT_H

#ifdef FRONTEND
#include "postgres_fe.h"
#else
#include "postgres.h"
#endif

/* 15.1 named InitMaterializedSRF(), commit a19e5cee6 */
#if PG_VERSION_NUM < 150001
#error "pyrotree needs PostgreSQL 15.1 or later"
#endif

/*
 * 16 reports errors of input functions softly (commit d9f7f5d32): errsave()
 * fills fcinfo->context when the caller asks for it and throws otherwise.
 * Before, it always throws.
 */
#ifndef FRONTEND
#if PG_VERSION_NUM >= 160000
#include "nodes/miscnodes.h"
#include "varatt.h"				/* 16 took these out of postgres.h, d952373a9 */
#else
#define errsave(context, ...) \
	do { \
		(void) (context); \
		ereport(ERROR, __VA_ARGS__); \
	} while (0)
#endif
#endif							/* FRONTEND */

/*
 * The JSON parser (common/jsonapi.h).  From 16 on what it calls gives back how
 * it went and an escape that the encoding cannot hold is an error like others
 * (commit c60c9badb); before, it cannot be stopped, and the server throws for
 * such an escape.  From 17 on its state has a function to free it (commit
 * 1c99cde2f).
 */
#if PG_VERSION_NUM >= 160000
#define PT_JSON_ACTION		JsonParseErrorType
#define PT_JSON_RETURN(ok)	return (ok) ? JSON_SUCCESS : JSON_SEM_ACTION_FAILED
#else
#define PT_JSON_ACTION		void
#define PT_JSON_RETURN(ok) \
	do { \
		(void) (ok); \
		return; \
	} while (0)
#define JSON_UNICODE_UNTRANSLATABLE JSON_UNICODE_HIGH_ESCAPE
#endif
#if PG_VERSION_NUM >= 170000
#define pt_make_json_lexer(json, length, encoding) \
	makeJsonLexContextCstringLen(NULL, unconstify(char *, json), length, encoding, true)
#define pt_free_json_lexer(lexer)	freeJsonLexContext(lexer)
#else
#define pt_make_json_lexer(json, length, encoding) \
	makeJsonLexContextCstringLen(unconstify(char *, json), (int) (length), encoding, true)
#define pt_free_json_lexer(lexer) \
	do { \
		pfree((lexer)->strval->data); \
		pfree((lexer)->strval); \
		pfree(lexer); \
	} while (0)
#endif

/*
 * 18 lets a support function say that its function changes an expanded
 * argument in place when PL/pgSQL assigns to the same variable (commit
 * 6c7251db0).  Before, PL/pgSQL copies the value at each such assignment.
 */
#if PG_VERSION_NUM >= 180000
#define PYROTREE_HAVE_MODIFY_IN_PLACE 1
#endif

/* 18 writes it before the declaration; gcc and clang take it there always. */
#if PG_VERSION_NUM < 180000
#define pg_noreturn pg_attribute_noreturn()
#endif

/* 18 checks that modules are told by name and version (commit 9324c8c58). */
#if PG_VERSION_NUM >= 180000
#define PYROTREE_MODULE_MAGIC \
	PG_MODULE_MAGIC_EXT(.name = "pyrotree", .version = PYROTREE_VERSION)
#else
#define PYROTREE_MODULE_MAGIC PG_MODULE_MAGIC
#endif

#endif							/* PYROTREE_COMPAT_H */
