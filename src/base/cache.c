/*
 * cache.c
 *		What a function prepares from an argument once a query: see cache.h.
 */
#include "postgres.h"

#include "base/cache.h"

#include "common/hashfn.h"
#include "utils/memutils.h"

static Cache *
cache_of(FmgrInfo *flinfo)
{
	Cache	   *cache = flinfo->fn_extra;

	if (cache == NULL)
	{
		cache = MemoryContextAllocZero(flinfo->fn_mcxt, sizeof(Cache));
		cache->context = AllocSetContextCreate(flinfo->fn_mcxt, "kpi cache", ALLOCSET_DEFAULT_SIZES);
		flinfo->fn_extra = cache;
	}
	return cache;
}

/* A column of ever new calendars must not fill the memory: start afresh. */
static void
empty(Cache *cache)
{
	cache->last = NULL;
	cache->nentries = 0;
	memset(cache->buckets, 0, sizeof(cache->buckets));
	MemoryContextReset(cache->context);
}

void *
cache_get_slow(FmgrInfo *flinfo, const void *key, uint32 size, CacheMake make)
{
	uint32		hash;
	Cache	   *cache;
	CacheEntry **bucket;
	CacheEntry *entry;
	MemoryContext caller;

	if (flinfo == NULL)			/* called from C without one */
		return make(key);
	hash = hash_bytes((const unsigned char *) key, size);
	cache = cache_of(flinfo);
	/* the value found last may have grown since: so one passes the limit at most */
	if (MemoryContextMemAllocated(cache->context, true) >= CACHE_MAX_BYTES)
		empty(cache);
	bucket = &cache->buckets[hash % CACHE_BUCKETS];
	for (entry = *bucket; entry != NULL; entry = entry->next)
	{
		if (entry->hash == hash && entry->size == size && memcmp(entry->key, key, size) == 0)
		{
			cache->last = entry;
			return entry->value;
		}
	}
	if (cache->nentries >= CACHE_MAX_ENTRIES)
		empty(cache);
	caller = MemoryContextSwitchTo(cache->context);
	entry = palloc(offsetof(CacheEntry, key) + size);
	entry->hash = hash;
	entry->size = size;
	memcpy(entry->key, key, size);
	entry->value = make(key);	/* may fail: the entry is not linked yet */
	MemoryContextSwitchTo(caller);
	entry->next = *bucket;
	*bucket = entry;
	cache->nentries++;
	cache->last = entry;
	return entry->value;
}
