/*
 * handle.h
 *		Handling contacts: talk, hold and wrap-up time.
 */
#ifndef HANDLE_H
#define HANDLE_H

#include "base/kpi.h"

typedef struct HandleSummary
{
	int64		handled;
	int64		held;			/* contacts with a hold time above 0 */
	int64		talk;			/* sums, microseconds */
	int64		hold;
	int64		wrap;
	int64		reserved[3];
} HandleSummary;

/* One contact, or the merger of many; the reserved words do not take part. */
static inline HandleSummary
handle_contact(int64 talk, int64 hold, int64 wrap)
{
	HandleSummary result = {.handled = 1, .held = hold > 0, .talk = talk, .hold = hold, .wrap = wrap};

	return result;
}

static inline void
handle_add(HandleSummary *h, const HandleSummary *other)
{
	kpi_add(&h->handled, other->handled, "number of contacts of a handle_summary");
	h->held += other->held;		/* held <= handled, which did not overflow */
	kpi_add(&h->talk, other->talk, "sum of talk times");
	kpi_add(&h->hold, other->hold, "sum of hold times");
	kpi_add(&h->wrap, other->wrap, "sum of wrap-up times");
}

static inline void
handle_remove(HandleSummary *h, const HandleSummary *other)
{
	kpi_subtract(&h->handled, other->handled, "handle_summary");
	kpi_subtract(&h->held, other->held, "handle_summary");
	kpi_subtract(&h->talk, other->talk, "handle_summary");
	kpi_subtract(&h->hold, other->hold, "handle_summary");
	kpi_subtract(&h->wrap, other->wrap, "handle_summary");
}

/*
 * What no set of contacts can give, or NULL.  All that handle_add makes of
 * possible summaries passes; what handle_remove makes is checked with this.
 */
static inline const char *
handle_complaint(const HandleSummary *h)
{
	if (h->held > h->handled)
		return "More contacts were held than handled.";
	if (h->handled == 0 && (h->talk > 0 || h->wrap > 0))
		return "There is handle time, but no contact was handled.";
	/* a hold lasts a microsecond at least */
	if (h->hold < h->held || (h->held == 0 && h->hold > 0))
		return "The hold time does not match the number of contacts held.";
	return NULL;
}

/* ---------- KPIs ---------- */

/* talk + hold + wrap; each fits, their sum may not */
static inline int64
handle_total(const HandleSummary *h)
{
	int64		total = h->talk;

	kpi_add(&total, h->hold, "handle time");
	kpi_add(&total, h->wrap, "handle time");
	return total;
}

#endif							/* HANDLE_H */
