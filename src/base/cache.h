/*
 * cache.h
 *		What a function prepares from an argument once a query, not once a row:
 *		a business calendar, a zone's clock.
 *
 * The cache hangs on fn_extra and lives in fn_mcxt: it ends with the query.  It
 * is keyed by the bytes of the argument, so that a column of several calendars
 * prepares each of them once, and nothing depends on its surviving.
 */
#ifndef KPI_CACHE_H
#define KPI_CACHE_H

#include "fmgr.h"

#define CACHE_BUCKETS 256
#define CACHE_MAX_ENTRIES 1024
#define CACHE_MAX_BYTES (64 * 1024 * 1024)

typedef struct CacheEntry
{
	struct CacheEntry *next;	/* of the same bucket */
	void	   *value;
	uint32		hash;
	uint32		size;
	char		key[FLEXIBLE_ARRAY_MEMBER];
} CacheEntry;

typedef struct Cache
{
	MemoryContext context;		/* of the entries and their values */
	CacheEntry *last;			/* the one found last */
	int			nentries;
	CacheEntry *buckets[CACHE_BUCKETS];
} Cache;

/* Prepares the value of a key, in the current memory context. */
typedef void *(*CacheMake) (const void *key);

extern void *cache_get_slow(FmgrInfo *flinfo, const void *key, uint32 size, CacheMake make);

static inline void *
cache_get(FmgrInfo *flinfo, const void *key, uint32 size, CacheMake make)
{
	Cache	   *cache = flinfo ? flinfo->fn_extra : NULL;

	if (likely(cache != NULL && cache->last != NULL && cache->last->size == size &&
			   memcmp(cache->last->key, key, size) == 0))
		return cache->last->value;
	return cache_get_slow(flinfo, key, size, make);
}

#endif							/* KPI_CACHE_H */
