/*
 * span_window.h
 *		Edges that come and go: the state of a window frame.
 *
 * A B-tree of edges by time.  Beside each child stands a digest of the edges
 * below it, in counts relative to its start, so digests of neighbours combine:
 * the peak and the covered time of the whole are read off the root, and adding
 * or removing an edge spoils only the digests on its path.  Those are made
 * again when they are read next, as often the edges of one row and of the next
 * lie below the same children.
 *
 * Edges at -infinity and infinity stand apart: the digests deal in lengths.
 *
 * Between the two edges of a span, between the rows of a frame that made-up
 * summaries fill, and where a caller removes what was never added, counts may
 * pass any bound; they wrap, and are right again once the rest is in.  Whether
 * they are right when they are read is known: the sum of the rows' peaks bounds
 * them all, and where that is too large, every count is looked at.
 */
#ifndef SPAN_WINDOW_H
#define SPAN_WINDOW_H

#include "span/span_edges.h"

#include "utils/memutils.h"

/* With these a leaf takes half a kB and an inner node one. */
#define SPAN_LEAF_EDGES 31
#define SPAN_CHILDREN 14

/*
 * A list of edges in short.  The counts after the last edge do not matter to
 * min: how long they last is known to a neighbour only.
 */
typedef struct SpanDigest
{
	int64		first;			/* times of the first and last edge */
	int64		last;
	int64		sum;			/* of the changes */
	int64		max;			/* greatest count after an edge */
	int64		min;			/* least count between two edges */
	uint64		min_length;		/* how long it lasted; 0 without two edges */
} SpanDigest;

typedef struct SpanLeaf
{
	int64		n;
	SpanEdge	edges[SPAN_LEAF_EDGES];
} SpanLeaf;

typedef struct SpanChild
{
	void	   *node;			/* never an empty one */
	bool		stale;			/* the digest is to be made again */
	SpanDigest	digest;
} SpanChild;

typedef struct SpanInner
{
	int64		n;
	/* Child i > 0 holds the times from from[i] on; child 0 all earlier ones. */
	int64		from[SPAN_CHILDREN];
	SpanChild	child[SPAN_CHILDREN];
} SpanInner;

typedef struct SpanWindow
{
	MemoryContext context;
	int			height;			/* 0: the root is a leaf */
	void	   *root;
	Size		n;				/* edges in the tree */
	int64		begin_change;	/* at -infinity */
	int64		end_change;		/* at infinity */
	int64		most;			/* no more spans can be open at a time ... */
	int64		most_wraps;		/* ... and 2^64 times this more */
	struct SpanWindow *wraps;	/* of changes: as edges by 2^64; or NULL */
} SpanWindow;

/* ---------- digests ---------- */

/*
 * One more stretch of time, and the count during it.  The comparisons are
 * turned into arithmetic: as branches nobody could predict them.
 */
static inline void
span_digest_stretch(int64 *min, uint64 *min_length, int64 count, uint64 length)
{
	uint64		kept = count < *min ? 0 : *min_length;

	*min_length = kept + (count <= *min ? length : 0);
	*min = Min(*min, count);
}

/* the digest of a leaf's edges; n > 0 */
static inline void
span_digest_leaf(const SpanLeaf *leaf, SpanDigest *digest)
{
	const SpanEdge *edges = leaf->edges;
	int			n = (int) leaf->n;
	int64		sum = edges[0].change;
	int64		max = sum;
	int64		min = PG_INT64_MAX;
	uint64		min_length = 0;

	for (int i = 1; i < n; i++)
	{
		span_digest_stretch(&min, &min_length, sum,
							(uint64) edges[i].time - (uint64) edges[i - 1].time);
		sum = span_wrapping_sum(sum, edges[i].change);
		max = Max(max, sum);
	}
	digest->first = edges[0].time;
	digest->last = edges[n - 1].time;
	digest->sum = sum;
	digest->max = max;
	digest->min = min;
	digest->min_length = min_length;
}

/* the digest of a node, from those of its children */
static inline void
span_digest_node(void *node, int height, SpanDigest *digest)
{
	SpanInner  *inner = node;
	int			n;
	int64		sum = 0;
	int64		max = PG_INT64_MIN;
	int64		min = PG_INT64_MAX;
	uint64		min_length = 0;

	if (height == 0)
	{
		span_digest_leaf(node, digest);
		return;
	}
	n = (int) inner->n;
	for (int i = 0; i < n; i++)
	{
		SpanChild  *child = &inner->child[i];
		const SpanDigest *d = &child->digest;

		if (child->stale)
		{
			span_digest_node(child->node, height - 1, &child->digest);
			child->stale = false;
		}
		if (i > 0)
			span_digest_stretch(&min, &min_length, sum,
								(uint64) d->first - (uint64) inner->child[i - 1].digest.last);
		if (d->min_length != 0)
			span_digest_stretch(&min, &min_length, span_wrapping_sum(sum, d->min), d->min_length);
		max = Max(max, span_wrapping_sum(sum, d->max));
		sum = span_wrapping_sum(sum, d->sum);
	}
	digest->first = inner->child[0].digest.first;
	digest->last = inner->child[n - 1].digest.last;
	digest->sum = sum;
	digest->max = max;
	digest->min = min;
	digest->min_length = min_length;
}

/* ---------- changing the tree ---------- */

static inline SpanWindow *
span_window_create(MemoryContext context)
{
	SpanWindow *window = MemoryContextAllocZero(context, sizeof(SpanWindow));
	SpanLeaf   *root = MemoryContextAlloc(context, sizeof(SpanLeaf));

	root->n = 0;
	window->context = context;
	window->root = root;
	return window;
}

static inline void span_window_change(SpanWindow *window, SpanEdge edge);

/* *change, of an edge at a time, += value; where it wraps, that is noted. */
static inline void
span_window_add(SpanWindow *window, int64 *change, SpanEdge edge)
{
	SpanEdge	wrap = {edge.time, 0};

	span_wrapping_add(change, edge.change, &wrap.change);
	if (unlikely(wrap.change != 0))
	{
		if (window->wraps == NULL)
			window->wraps = span_window_create(window->context);
		span_window_change(window->wraps, wrap);
	}
}

/* Opens room for an item at position i of an array of n. */
#define SPAN_OPEN(array, n, i) \
	memmove(&(array)[(i) + 1], &(array)[i], ((n) - (i)) * sizeof((array)[0]))
#define SPAN_CLOSE(array, n, i) \
	memmove(&(array)[i], &(array)[(i) + 1], ((n) - (i) - 1) * sizeof((array)[0]))

/* How many items of a full node stay when it splits for one at position i. */
static inline int
span_split_at(int n, int i)
{
	/* Rows come in order of time more often than not: leave full nodes behind. */
	return i == n ? n : n / 2;
}

/*
 * Changes the count at a time.  Returns the right half when the leaf had to
 * split; the leaf may be left empty.
 */
static inline SpanLeaf *
span_leaf_change(SpanWindow *window, SpanLeaf *leaf, SpanEdge edge)
{
	SpanLeaf   *right = NULL;
	int			n = (int) leaf->n;
	int			low = 0;
	int			high = n;

	while (low < high)
	{
		int			middle = (low + high) / 2;

		if (leaf->edges[middle].time < edge.time)
			low = middle + 1;
		else
			high = middle;
	}
	if (low < n && leaf->edges[low].time == edge.time)
	{
		span_window_add(window, &leaf->edges[low].change, edge);
		if (leaf->edges[low].change == 0)
		{
			SPAN_CLOSE(leaf->edges, n, low);
			leaf->n--;
			window->n--;
		}
		return NULL;
	}
	window->n++;
	if (n == SPAN_LEAF_EDGES)
	{
		int			keep = span_split_at(n, low);

		right = MemoryContextAlloc(window->context, sizeof(SpanLeaf));
		right->n = n - keep;
		memcpy(right->edges, &leaf->edges[keep], (n - keep) * sizeof(SpanEdge));
		leaf->n = keep;
		if (low >= keep)
		{
			leaf = right;
			low -= keep;
		}
		n = (int) leaf->n;
	}
	SPAN_OPEN(leaf->edges, n, low);
	leaf->edges[low] = edge;
	leaf->n++;
	return right;
}

/* Which child holds a time. */
static inline int
span_child_of(const SpanInner *inner, int64 time)
{
	int			low = 0;
	int			high = (int) inner->n;

	while (low + 1 < high)
	{
		int			middle = (low + high) / 2;

		if (time < inner->from[middle])
			high = middle;
		else
			low = middle;
	}
	return low;
}

static inline void
span_inner_insert(SpanInner *inner, int i, int64 from, void *node)
{
	int			n = (int) inner->n;

	SPAN_OPEN(inner->from, n, i);
	SPAN_OPEN(inner->child, n, i);
	inner->from[i] = from;
	inner->child[i].node = node;
	inner->child[i].stale = true;
	inner->n++;
}

static inline void
span_inner_delete(SpanInner *inner, int i)
{
	int			n = (int) inner->n;

	pfree(inner->child[i].node);
	SPAN_CLOSE(inner->from, n, i);
	SPAN_CLOSE(inner->child, n, i);
	inner->n--;
}

/* Two small leaves side by side become one. */
static inline void
span_inner_join(SpanInner *inner, int i)
{
	SpanLeaf   *left;
	SpanLeaf   *right;

	if (i < 0 || i + 1 >= (int) inner->n)
		return;
	left = inner->child[i].node;
	right = inner->child[i + 1].node;
	if (left->n + right->n > SPAN_LEAF_EDGES / 2)
		return;
	memcpy(&left->edges[left->n], right->edges, right->n * sizeof(SpanEdge));
	left->n += right->n;
	inner->child[i].stale = true;
	span_inner_delete(inner, i + 1);
}

/*
 * Changes the count at a time below a node.  Returns the right half when the
 * node had to split, and from which time on that holds; the node may be left
 * empty.
 */
static inline void *
span_node_change(SpanWindow *window, void *node, int height, SpanEdge edge, int64 *right_from)
{
	SpanInner  *inner = node;
	SpanInner  *right = NULL;
	void	   *split;
	int64		split_from;
	int			n;
	int			i;

	if (height == 0)
	{
		SpanLeaf   *leaf = span_leaf_change(window, node, edge);

		if (leaf != NULL)
			*right_from = leaf->edges[0].time;
		return leaf;
	}

	n = (int) inner->n;
	i = span_child_of(inner, edge.time);
	inner->child[i].stale = true;
	split = span_node_change(window, inner->child[i].node, height - 1, edge, &split_from);
	if (split == NULL)
	{
		/* leaves and inner nodes both begin with how many items they hold */
		if (*(int64 *) inner->child[i].node == 0)
			span_inner_delete(inner, i);
		else if (height == 1 && *(int64 *) inner->child[i].node < SPAN_LEAF_EDGES / 4)
		{
			span_inner_join(inner, i);
			span_inner_join(inner, i - 1);
		}
		return NULL;
	}

	i++;
	if (n == SPAN_CHILDREN)
	{
		int			keep = span_split_at(n, i);

		right = MemoryContextAlloc(window->context, sizeof(SpanInner));
		right->n = n - keep;
		memcpy(right->from, &inner->from[keep], (n - keep) * sizeof(int64));
		memcpy(right->child, &inner->child[keep], (n - keep) * sizeof(SpanChild));
		inner->n = keep;
		*right_from = keep < n ? right->from[0] : split_from;
		if (i >= keep)
		{
			inner = right;
			i -= keep;
			if (i == 0 && keep < n)
				*right_from = split_from;
		}
	}
	span_inner_insert(inner, i, split_from, split);
	return right;
}

/* Changes the count at a time by edge.change. */
static inline void
span_window_change(SpanWindow *window, SpanEdge edge)
{
	void	   *right;
	int64		right_from;

	if (unlikely(TIMESTAMP_IS_NOBEGIN(edge.time)))
	{
		span_window_add(window, &window->begin_change, edge);
		return;
	}
	if (unlikely(TIMESTAMP_IS_NOEND(edge.time)))
	{
		span_window_add(window, &window->end_change, edge);
		return;
	}

	right = span_node_change(window, window->root, window->height, edge, &right_from);
	if (right != NULL)
	{
		SpanInner  *root = MemoryContextAlloc(window->context, sizeof(SpanInner));

		root->n = 0;
		span_inner_insert(root, 0, PG_INT64_MIN, window->root);
		span_inner_insert(root, 1, right_from, right);
		window->root = root;
		window->height++;
	}
	else
	{
		while (window->height > 0 && ((SpanInner *) window->root)->n <= 1)
		{
			SpanInner  *root = window->root;

			if (root->n == 0)
			{
				/* nothing is left: any node of the right size will do */
				SpanLeaf   *leaf = MemoryContextAlloc(window->context, sizeof(SpanLeaf));

				leaf->n = 0;
				window->root = leaf;
				window->height = 0;
			}
			else
			{
				window->root = root->child[0].node;
				window->height--;
			}
			pfree(root);
		}
	}
}

/* ---------- reading ---------- */

static inline bool
span_window_is_empty(const SpanWindow *window)
{
	return window->n == 0 && window->begin_change == 0 && window->end_change == 0;
}

/* How many edges span_window_edges gives, at most. */
static inline Size
span_window_size(const SpanWindow *window)
{
	return window->n + 2;
}

static inline Size
span_node_edges(void *node, int height, SpanEdge *out, Size n)
{
	SpanInner  *inner = node;
	SpanLeaf   *leaf = node;

	if (height == 0)
	{
		memcpy(&out[n], leaf->edges, leaf->n * sizeof(SpanEdge));
		return n + leaf->n;
	}
	for (int i = 0; i < (int) inner->n; i++)
		n = span_node_edges(inner->child[i].node, height - 1, out, n);
	if (height == 1)
		CHECK_FOR_INTERRUPTS();
	return n;
}

/* All edges in order of time; an error where one cannot be told. */
static inline Size
span_window_edges(const SpanWindow *window, SpanEdge *out)
{
	Size		n = 0;

	if (unlikely(window->wraps != NULL && !span_window_is_empty(window->wraps)))
		kpi_overflow_error("number of open spans");
	if (window->begin_change != 0)
	{
		out[n].time = DT_NOBEGIN;
		out[n++].change = window->begin_change;
	}
	n = span_node_edges(window->root, window->height, out, n);
	if (window->end_change != 0)
	{
		out[n].time = DT_NOEND;
		out[n++].change = window->end_change;
	}
	return n;
}

/*
 * Before digests are read: where the rows' peaks together pass 2^63, although
 * they may lie at different times, each count is looked at.
 */
static inline void
span_window_check(const SpanWindow *window)
{
	if (unlikely(window->most_wraps != 0 || window->most < 0))
	{
		SpanEdge   *edges = MemoryContextAllocHuge(CurrentMemoryContext,
												   span_window_size(window) * sizeof(SpanEdge));
		SpanView	view = {edges, span_window_edges(window, edges)};

		span_check(view);
		pfree(edges);
	}
}

/*
 * Counts below zero show that spans were removed that had not been added, which
 * a window frame never does, but an aggregate that someone makes of our support
 * functions may.
 */
static inline void
span_window_check_count(int64 count)
{
	if (unlikely(count < 0))
		kpi_negative_result_error("number of open spans");
}

/* The most open at the same time; the window is not empty. */
static inline int64
span_window_peak(SpanWindow *window)
{
	int64		peak = window->begin_change;

	span_window_check(window);
	if (window->n > 0)
	{
		SpanDigest	d;

		span_digest_node(window->root, window->height, &d);
		peak = Max(peak, span_wrapping_sum(window->begin_change, d.max));
		if (d.min_length != 0)
			span_window_check_count(span_wrapping_sum(window->begin_change, d.min));
	}
	span_window_check_count(peak);
	return peak;
}

/* How long at least one was open; the window is not empty. */
static inline int64
span_window_covered(SpanWindow *window, const char *what)
{
	SpanDigest	d;
	uint64		length;

	if (window->begin_change != 0 || window->end_change != 0)
		span_infinite_error(what);
	span_window_check(window);
	span_digest_node(window->root, window->height, &d);
	length = (uint64) d.last - (uint64) d.first;
	if (d.min_length != 0)
		span_window_check_count(d.min);
	if (d.min == 0)
		length -= d.min_length;
	if (length > PG_INT64_MAX)
		kpi_overflow_error(what);
	return (int64) length;
}

#endif							/* SPAN_WINDOW_H */
