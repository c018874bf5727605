/*
 * bitmap.c
 *		Pages that an index names: yesterday, this week.
 *
 * The plan below the node makes a bitmap of tuples, as for the server's own bitmap
 * scan.  WHERE is evaluated whole, the index's clauses first, so a bitmap need
 * only name enough: of a page with many named tuples all visible ones are taken,
 * as from a sequential scan, and of a page with few only those that are named.
 * Lossy pages are pages with many.
 */
#include "postgres.h"

#include "batch/batch.h"

#include "access/tableam.h"
#include "access/xact.h"
#include "miscadmin.h"
#include "nodes/tidbitmap.h"
#include "pgstat.h"
#include "storage/bufmgr.h"
#include "storage/condition_variable.h"
#include "storage/predicate.h"
#include "storage/spin.h"
#include "utils/dsa.h"
#include "utils/rel.h"
#include "utils/spccache.h"
#include "utils/wait_event.h"

#define RING 32					/* pages that are asked of the disk ahead */
#define DENSE 16				/* named tuples from which on a page is read as a whole */
#define ALL_TUPLES (-1)

typedef struct NamedPage
{
	BlockNumber block;
	int			ntuples;		/* or ALL_TUPLES */
	OffsetNumber tuples[MaxHeapTuplesPerPage];
} NamedPage;

typedef enum SharedState
{
	NOBODY_MAKES,
	SOMEBODY_MAKES,
	IS_MADE
} SharedState;

/* In shared memory: one process makes the bitmap, all of a parallel plan read it. */
typedef struct SharedBitmap
{
	slock_t		mutex;
	SharedState state;
	ConditionVariable made;
	dsa_pointer iterator;
} SharedBitmap;

struct BatchBitmap
{
	PlanState  *child;
	EState	   *estate;
	SharedBitmap *shared;		/* NULL in a serial plan */
	TIDBitmap  *bitmap;			/* of the process that made it */
	bool		iterating;
#if PG_VERSION_NUM >= 180000
	TBMIterator iterator;
#else
	TBMIterator *iterator;
	TBMSharedIterator *shared_iterator;
#endif
	NamedPage  *ring;
	int			first;
	int			nring;
	int			ahead;			/* pages that are kept in the ring, */
	bool		prefetches;		/* and asked of the disk */
	bool		exhausted;
	bool		sparse;			/* of the page that was read last */
	int64		sparse_pages;
};

BatchBitmap *
batch_bitmap_create(PlanState *child, EState *estate)
{
	BatchBitmap *b = palloc0(sizeof(BatchBitmap));

	b->child = child;
	b->estate = estate;
	return b;
}

/* ---------- the bitmap ---------- */

static void
make_bitmap(BatchBitmap *b)
{
	b->bitmap = (TIDBitmap *) MultiExecProcNode(b->child);
	if (b->bitmap == NULL || !IsA(b->bitmap, TIDBitmap))
		elog(ERROR, "unrecognized result from subplan");
}

/* The first process that comes makes the bitmap, the others wait for it. */
static void
make_shared(BatchBitmap *b)
{
	SharedBitmap *shared = b->shared;
	SharedState state;

	for (;;)
	{
		SpinLockAcquire(&shared->mutex);
		state = shared->state;
		if (state == NOBODY_MAKES)
			shared->state = SOMEBODY_MAKES;
		SpinLockRelease(&shared->mutex);
		if (state != SOMEBODY_MAKES)
			break;
		ConditionVariableSleep(&shared->made, WAIT_EVENT_PARALLEL_BITMAP_SCAN);
	}
	ConditionVariableCancelSleep();
	if (state == IS_MADE)
		return;
	make_bitmap(b);
	shared->iterator = tbm_prepare_shared_iterate(b->bitmap);
	SpinLockAcquire(&shared->mutex);
	shared->state = IS_MADE;
	SpinLockRelease(&shared->mutex);
	ConditionVariableBroadcast(&shared->made);
}

static void
begin_iterating(BatchBitmap *b)
{
	if (b->shared != NULL)
		make_shared(b);
	else
		make_bitmap(b);
#if PG_VERSION_NUM >= 180000
	if (b->shared != NULL)
		b->iterator = tbm_begin_iterate(NULL, b->estate->es_query_dsa, b->shared->iterator);
	else
		b->iterator = tbm_begin_iterate(b->bitmap, NULL, InvalidDsaPointer);
#else
	if (b->shared != NULL)
		b->shared_iterator = tbm_attach_shared_iterate(b->estate->es_query_dsa, b->shared->iterator);
	else
		b->iterator = tbm_begin_iterate(b->bitmap);
#endif
	b->iterating = true;
}

/* The next page that is named; false at the end. */
static bool
next_named(BatchBitmap *b, NamedPage *named)
{
#if PG_VERSION_NUM >= 180000
	TBMIterateResult page;

	if (!tbm_iterate(&b->iterator, &page))
		return false;
	named->block = page.blockno;
	named->ntuples = page.lossy ? ALL_TUPLES : tbm_extract_page_tuple(&page, named->tuples, MaxHeapTuplesPerPage);
#else
	TBMIterateResult *page = b->shared != NULL ? tbm_shared_iterate(b->shared_iterator) : tbm_iterate(b->iterator);

	if (page == NULL)
		return false;
	named->block = page->blockno;
	named->ntuples = page->ntuples < 0 ? ALL_TUPLES : page->ntuples;
	if (page->ntuples > 0)
		memcpy(named->tuples, page->offsets, sizeof(OffsetNumber) * page->ntuples);
#endif
	return true;
}

static void
end_iterating(BatchBitmap *b)
{
	if (b->iterating)
	{
#if PG_VERSION_NUM >= 180000
		tbm_end_iterate(&b->iterator);
#else
		if (b->shared != NULL)
			tbm_end_shared_iterate(b->shared_iterator);
		else
			tbm_end_iterate(b->iterator);
#endif
	}
	b->iterating = false;
	if (b->bitmap)
		tbm_free(b->bitmap);
	b->bitmap = NULL;
}

/* ---------- its pages ---------- */

void
batch_bitmap_begin(BatchBitmap *b, BatchScan *scan)
{
#if PG_VERSION_NUM >= 170000 && PG_VERSION_NUM < 180000
	scan->desc = table_beginscan_bm(scan->rel, scan->snapshot, 0, NULL, true);
#else
	scan->desc = table_beginscan_bm(scan->rel, scan->snapshot, 0, NULL);
#endif
	begin_iterating(b);
	b->ahead = Min(get_tablespace_io_concurrency(scan->rel->rd_rel->reltablespace), RING);
	/* shared pages go to whoever comes first */
	b->prefetches = b->ahead > 0 && b->shared == NULL;
	b->ahead = b->prefetches ? b->ahead : 1;
	b->ring = MemoryContextAlloc(b->estate->es_query_cxt, sizeof(NamedPage) * b->ahead);
	b->first = b->nring = 0;
	b->exhausted = false;
}

/*
 * Fills the ring up to n pages, and asks for them where that is more than the next
 * one.  Behind the end that the table had when the scan began there is nothing
 * that its snapshot sees, but a serializable transaction has to lock it.
 */
static void
fill_ring(BatchBitmap *b, BatchScan *scan, int n, bool prefetch)
{
	HeapScanDesc heap = (HeapScanDesc) scan->desc;

	while (!b->exhausted && b->nring < n)
	{
		NamedPage  *named = &b->ring[(b->first + b->nring) % b->ahead];

		if (!next_named(b, named))
			b->exhausted = true;
		else if (named->block < heap->rs_nblocks)
		{
			b->nring++;
			if (prefetch)
				PrefetchBuffer(scan->rel, MAIN_FORKNUM, named->block);
		}
		else if (IsolationIsSerializable())
			PredicateLockPage(scan->rel, named->block, scan->snapshot);
	}
}

static void
read_block(BatchScan *scan, BlockNumber block)
{
	HeapScanDesc heap = (HeapScanDesc) scan->desc;

	heap->rs_cbuf = ReleaseAndReadBuffer(heap->rs_cbuf, scan->rel, block);
	heap->rs_cblock = block;
}

/* All visible tuples of a page, as the server's sequential scan finds them; that one locks the table. */
static void
read_whole(BatchScan *scan, BlockNumber block)
{
#if PG_VERSION_NUM >= 170000
	read_block(scan, block);
	heap_prepare_pagescan(scan->desc);
#else
	heapgetpage(scan->desc, block);
#endif
	PredicateLockPage(scan->rel, block, scan->snapshot);
}

/* Those that are named, or what has become of them, as the server's bitmap scan finds them. */
static void
read_named(BatchScan *scan, const NamedPage *named)
{
	HeapScanDesc heap = (HeapScanDesc) scan->desc;
	int			n = 0;

	read_block(scan, named->block);
	heap_page_prune_opt(scan->rel, heap->rs_cbuf);
	LockBuffer(heap->rs_cbuf, BUFFER_LOCK_SHARE);
	for (int i = 0; i < named->ntuples; i++)
	{
		ItemPointerData tid;
		HeapTupleData tuple;

		ItemPointerSet(&tid, named->block, named->tuples[i]);
		if (heap_hot_search_buffer(&tid, scan->rel, heap->rs_cbuf, scan->snapshot, &tuple, NULL, true))
			heap->rs_vistuples[n++] = ItemPointerGetOffsetNumber(&tid);
	}
	LockBuffer(heap->rs_cbuf, BUFFER_LOCK_UNLOCK);
	heap->rs_ntuples = n;
}

static void
count_fetched(Relation rel, int n)
{
	if (pgstat_should_count_relation(rel))
#if PG_VERSION_NUM >= 160000
		rel->pgstat_info->counts.tuples_fetched += n;
#else
		rel->pgstat_info->t_counts.t_tuples_fetched += n;
#endif
}

/*
 * Lets the scan read the next page with visible tuples; false at the end.  Pages
 * are asked for behind the one that is read: before it the kernel would take the
 * order for a random one.
 */
bool
batch_bitmap_page(BatchBitmap *b, BatchScan *scan)
{
	HeapScanDesc heap = (HeapScanDesc) scan->desc;

	for (;;)
	{
		NamedPage  *named;

		CHECK_FOR_INTERRUPTS();
		fill_ring(b, scan, 1, false);
		if (b->nring == 0)
			return false;
		named = &b->ring[b->first];
		b->sparse = named->ntuples != ALL_TUPLES && named->ntuples < DENSE;
		if (b->sparse)
		{
			b->sparse_pages++;
			read_named(scan, named);
		}
		else
			read_whole(scan, named->block);
		b->first = (b->first + 1) % b->ahead;
		b->nring--;
		if (b->prefetches)
			fill_ring(b, scan, b->ahead, true);
		if (heap->rs_ntuples > 0)
		{
			count_fetched(scan->rel, (int) heap->rs_ntuples);
			return true;
		}
	}
}

bool
batch_bitmap_is_shared(BatchBitmap *b)
{
	return b->shared != NULL;
}

/* Is the page that was read last one of which few tuples were wanted? */
bool
batch_bitmap_is_sparse(BatchBitmap *b)
{
	return b->sparse;
}

int64
batch_bitmap_sparse_pages(BatchBitmap *b)
{
	return b->sparse_pages;
}

/* Ends the scan; it may begin anew, with another bitmap. */
void
batch_bitmap_end(BatchBitmap *b, BatchScan *scan)
{
	end_iterating(b);
	if (scan->desc)
		table_endscan(scan->desc);
	scan->desc = NULL;
	if (b->ring)
		pfree(b->ring);
	b->ring = NULL;
	b->nring = 0;
}

void
batch_bitmap_rescan(BatchBitmap *b, Bitmapset *changed)
{
	if (changed != NULL)
		UpdateChangedParamSet(b->child, changed);
	if (b->child->chgParam == NULL)
		ExecReScan(b->child);
}

/* ---------- parallel workers ---------- */

Size
batch_bitmap_shared_size(void)
{
	return sizeof(SharedBitmap);
}

void
batch_bitmap_share(BatchBitmap *b, void *coordinate)
{
	/* without shared memory there will be no workers */
	if (b->estate->es_query_dsa == NULL)
		return;
	b->shared = coordinate;
	SpinLockInit(&b->shared->mutex);
	b->shared->state = NOBODY_MAKES;
	ConditionVariableInit(&b->shared->made);
	b->shared->iterator = InvalidDsaPointer;
}

void
batch_bitmap_share_anew(BatchBitmap *b)
{
	if (b->shared == NULL)
		return;
	if (b->shared->state == IS_MADE)
		tbm_free_shared_area(b->estate->es_query_dsa, b->shared->iterator);
	b->shared->state = NOBODY_MAKES;
	b->shared->iterator = InvalidDsaPointer;
}

void
batch_bitmap_attach(BatchBitmap *b, void *coordinate)
{
	b->shared = coordinate;
}
