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

static void
scan_begin(BatchScan *scan)
{
	if (scan->parallel)
		scan->desc = table_beginscan_parallel(scan->rel, scan->parallel);
	else
		scan->desc = table_beginscan(scan->rel, scan->snapshot, 0, NULL);
	/* a snapshot that no page-wise check can be made for would be a defect of the planner's part */
	if ((scan->desc->rs_flags & SO_ALLOW_PAGEMODE) == 0)
		elog(ERROR, "batch execution needs an MVCC snapshot");
}

/* The next page that has visible tuples; false at the end of the table. */
bool
batch_scan_page(BatchScan *scan)
{
	HeapScanDesc heap;
	Page		page;

	CHECK_FOR_INTERRUPTS();
	if (scan->desc == NULL)
		scan_begin(scan);
	if (heap_getnext(scan->desc, ForwardScanDirection) == NULL)
		return false;
	heap = (HeapScanDesc) scan->desc;
	scan->pages++;
	scan->next = 0;
	scan->ntuples = (int) heap->rs_ntuples;
	page = BufferGetPage(heap->rs_cbuf);
	for (int i = 0; i < scan->ntuples; i++)
		scan->tuples[i] = (HeapTupleHeader) PageGetItem(page, PageGetItemId(page, heap->rs_vistuples[i]));
	/* the next call goes on behind the last of them */
	heap->rs_cindex = heap->rs_ntuples - 1;
	count_tuples(scan->rel, scan->ntuples - 1);
	return true;
}

/* Keeps the page just read in memory until batch_scan_unpin: values point into it. */
void
batch_scan_pin(BatchScan *scan)
{
	Buffer		buffer = ((HeapScanDesc) scan->desc)->rs_cbuf;

	IncrBufferRefCount(buffer);
	scan->pins[scan->npins++] = buffer;
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
	scan->next = scan->ntuples = 0;
	if (scan->desc)
		table_rescan(scan->desc, NULL);
}

void
batch_scan_end(BatchScan *scan)
{
	batch_scan_unpin(scan);
	if (scan->desc)
		table_endscan(scan->desc);
	scan->desc = NULL;
}
