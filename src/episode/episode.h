/*
 * episode.h
 *		Episodes: the contacts of one customer in order of time, each close enough
 *		to the one before.
 */
#ifndef EPISODE_H
#define EPISODE_H

#include "base/kpi.h"

/* What a contact is to those before it */
typedef enum EpisodeStep
{
	EPISODE_BEGINS,				/* the first contact of an episode */
	EPISODE_REPEATS,			/* the next contact of the episode */
	EPISODE_CONTINUES			/* the same contact goes on: a transfer, a dropped line */
} EpisodeStep;

/* Zeros are an episode that has not begun. */
typedef struct Episode
{
	int64		contacts;		/* so far */
	int64		end;			/* the latest end of them */
} Episode;

#define EPISODE_NO_MIN_GAP (-1)	/* nothing continues, not even at the same moment */

/*
 * Is the moment at most this long after the end, or before it?  Infinite
 * moments are further away than any gap.  The difference of two timestamps can
 * pass 2^63, so it is taken without a sign.
 */
static inline bool
episode_within(int64 end, int64 moment, int64 gap)
{
	if (moment <= end)
		return gap >= 0;
	if (TIMESTAMP_IS_NOBEGIN(end) || TIMESTAMP_IS_NOEND(moment))
		return false;
	return gap >= 0 && (uint64) moment - (uint64) end <= (uint64) gap;
}

/* The next contact; those before began no later. */
static inline EpisodeStep
episode_add(Episode *e, int64 start, int64 end, int64 gap, int64 min_gap)
{
	EpisodeStep step;

	if (e->contacts == 0 || !episode_within(e->end, start, gap))
	{
		/* whatever is further than gap from the latest end begins after it */
		e->contacts = 1;
		e->end = end;
		return EPISODE_BEGINS;
	}
	if (episode_within(e->end, start, min_gap))
		step = EPISODE_CONTINUES;
	else
	{
		e->contacts++;
		step = EPISODE_REPEATS;
	}
	/* a contact inside another one does not end it earlier */
	if (end > e->end)
		e->end = end;
	return step;
}

#endif							/* EPISODE_H */
