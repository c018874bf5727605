/*
 * scan.c
 *		The pages of a heap: which tuples of each the query may see.
 *
 * The server's own scan does all of that: heap_getnext steps to the next page
 * with something on it, prunes it, checks the visibility of all its tuples at
 * once and takes predicate locks.  We take the whole page's answer instead of
 * asking for one tuple after the other.
 */
#include "postgres.h"

#include "batch/batch.h"

#include "access/tableam.h"
#include "miscadmin.h"
#include "pgstat.h"
#include "storage/bufmgr.h"
#include "utils/guc.h"

/* heap_getnext counted the first tuple of the page. */
static void
count_tuples(Relation rel, int n)
{
	if (pgstat_should_count_relation(rel))
#if PG_VERSION_NUM >= 160000
		rel->pgstat_info->counts.tuples_returned += n;
#else
		rel->pgstat_info->t_counts.t_tuples_returned += n;
#endif
}

void
batch_scan_init(BatchScan *scan, Relation rel, Snapshot snapshot)
{
	scan->rel = rel;
	scan->snapshot = snapshot;
	/* no more than the share of one backend, of which there may be as many as the server allows */
	scan->max_pins = Max(1, Min(BATCH_MAX_PINS, RelationUsesLocalBuffers(rel) ? num_temp_buffers / 8 : NBuffers / MaxBackends));
}

static void
scan_begin(BatchScan *scan)
{
	if (scan->two_pages == NULL)
		scan->two_pages = palloc0(sizeof(BatchPage) * 2);
	scan->page = &scan->two_pages[0];
	scan->ahead = &scan->two_pages[1];
	if (scan->bitmap)
		batch_bitmap_begin(scan->bitmap, scan);
	else if (scan->parallel)
		scan->desc = table_beginscan_parallel(scan->rel, scan->parallel);
	else
		scan->desc = table_beginscan(scan->rel, scan->snapshot, 0, NULL);
	/* a snapshot that no page-wise check can be made for would be a defect of the planner's part */
	if ((scan->desc->rs_flags & SO_ALLOW_PAGEMODE) == 0)
		elog(ERROR, "batch execution needs an MVCC snapshot");
}

/*
 * Reads the next page that has visible tuples, into "ahead".  The scan itself
 * keeps it pinned until the next call.
 */
static void
read_ahead(BatchScan *scan)
{
	BatchPage  *ahead = scan->ahead;
	HeapScanDesc heap;
	Page		page;

	CHECK_FOR_INTERRUPTS();
	ahead->ntuples = 0;
	if (scan->bitmap ? !batch_bitmap_page(scan->bitmap, scan) :
		heap_getnext(scan->desc, ForwardScanDirection) == NULL)
		return;
	heap = (HeapScanDesc) scan->desc;
	ahead->ntuples = (int) heap->rs_ntuples;
	page = BufferGetPage(heap->rs_cbuf);
	for (int i = 0; i < ahead->ntuples; i++)
		ahead->tuples[i] = (HeapTupleHeader) PageGetItem(page, PageGetItemId(page, heap->rs_vistuples[i]));
	if (scan->bitmap && batch_bitmap_is_sparse(scan->bitmap))
	{
		/* not the whole page for a few tuples */
		for (int i = 0; i < ahead->ntuples; i++)
		{
			__builtin_prefetch(ahead->tuples[i]);
			__builtin_prefetch((char *) ahead->tuples[i] + CACHE_LINE);
		}
		scan->prefetch.begin = scan->prefetch.end = NULL;
	}
	else
	{
		scan->prefetch.begin = (char *) page + ((PageHeader) page)->pd_upper;
		scan->prefetch.end = (char *) page + ((PageHeader) page)->pd_special;
	}
	/* the next call goes on behind the last of them */
	heap->rs_cindex = heap->rs_ntuples - 1;
	scan->pages++;
	if (!scan->bitmap)
		count_tuples(scan->rel, ahead->ntuples - 1);
}

/* The page that was worked on is done with. */
static void
leave_page(BatchScan *scan)
{
	if (scan->page == NULL)
		return;
	if (BufferIsValid(scan->page->buffer))
		ReleaseBuffer(scan->page->buffer);
	scan->page->buffer = InvalidBuffer;
	scan->page->ntuples = scan->page->next = 0;
}

/*
 * The next page that has visible tuples; false at the end of the table.  The
 * page behind it is read at once: its tuples are on their way from memory while
 * we work on this one.
 */
bool
batch_scan_page(BatchScan *scan)
{
	BatchPage  *ahead;

	if (scan->desc == NULL)
		scan_begin(scan);
	if (!scan->begun)
		read_ahead(scan);
	scan->begun = true;
	ahead = scan->ahead;
	leave_page(scan);
	if (ahead->ntuples == 0)
		return false;
	scan->ahead = scan->page;
	scan->page = ahead;
	ahead->buffer = ((HeapScanDesc) scan->desc)->rs_cbuf;
	IncrBufferRefCount(ahead->buffer);
	read_ahead(scan);
	return true;
}

/* Keeps the page in memory until batch_scan_unpin: values point into it. */
void
batch_scan_pin(BatchScan *scan)
{
	IncrBufferRefCount(scan->page->buffer);
	scan->pins[scan->npins++] = scan->page->buffer;
}

void
batch_scan_unpin(BatchScan *scan)
{
	while (scan->npins > 0)
		ReleaseBuffer(scan->pins[--scan->npins]);
}

/* Begin anew, perhaps with other parameters. */
void
batch_scan_rewind(BatchScan *scan)
{
	batch_scan_unpin(scan);
	leave_page(scan);
	scan->begun = false;
	if (scan->bitmap)
		batch_bitmap_end(scan->bitmap, scan);
	else if (scan->desc)
		table_rescan(scan->desc, NULL);
}

/* Do others read other pages of it? */
bool
batch_scan_is_shared(BatchScan *scan)
{
	return scan->bitmap ? batch_bitmap_is_shared(scan->bitmap) : scan->parallel != NULL;
}

void
batch_scan_end(BatchScan *scan)
{
	batch_scan_unpin(scan);
	leave_page(scan);
	if (scan->bitmap)
		batch_bitmap_end(scan->bitmap, scan);
	if (scan->desc)
		table_endscan(scan->desc);
	if (scan->two_pages)
		pfree(scan->two_pages);
	scan->two_pages = NULL;
	scan->desc = NULL;
	scan->page = NULL;
	scan->begun = false;
}
