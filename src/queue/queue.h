/*
 * queue.h
 *		Reaching an agent: how many contacts were answered, abandoned, waiting or
 *		flowed out, and how long they waited.
 *
 * Every contact falls in exactly one class.  A KPI is a share of some classes
 * among others, chosen when the summary is read: so one summary serves all the
 * definitions of service level that the field knows.
 */
#ifndef QUEUE_H
#define QUEUE_H

#include "base/kpi.h"
#include "port/pg_bitutils.h"
#include "proportion/proportion.h"

typedef enum QueueClass
{
	ANSWERED_WITHIN,
	ANSWERED_LATE,
	ANSWERED_UNKNOWN,
	ABANDONED_SHORT,
	ABANDONED_WITHIN,
	ABANDONED_LATE,
	ABANDONED_UNKNOWN,
	WAITING_WITHIN,
	WAITING_LATE,
	FLOWED_OUT_WITHIN,
	FLOWED_OUT_LATE,
	QUEUE_CLASSES,
	QUEUE_IGNORED = QUEUE_CLASSES	/* a row about which nothing is known */
} QueueClass;

/* Whose waits a sum holds. */
enum
{
	OF_ANSWERED,
	OF_ABANDONED,
	QUEUE_SUMS
};

typedef struct QueueSummary
{
	int64		count[QUEUE_CLASSES];
	int64		wait[QUEUE_SUMS];	/* sums over known waits, microseconds */
	int64		longest;		/* over all known waits, or QUEUE_UNKNOWN */
	int64		reserved[2];
} QueueSummary;

#define QUEUE_UNKNOWN (-1)		/* a wait that is NULL; no short abandons */

#define QUEUE_EMPTY {.longest = QUEUE_UNKNOWN}

typedef enum QueueFate
{
	QUEUE_ANSWERED,
	QUEUE_ABANDONED,
	QUEUE_WAITING,
	QUEUE_FLOWED_OUT
} QueueFate;

typedef struct QueueContact
{
	QueueFate	fate;
	int64		wait;			/* or QUEUE_UNKNOWN */
	int64		threshold;
	int64		short_abandon;	/* at most the threshold, or QUEUE_UNKNOWN */
} QueueContact;

/* What a row says of "answered": nothing is NULL, and some forms do not ask. */
typedef enum QueueAnswer
{
	QUEUE_NO,
	QUEUE_YES,
	QUEUE_NOT_SAID,
	QUEUE_NOT_ASKED
} QueueAnswer;

/* ---------- what a row means ---------- */

/* The contact's wait and fate; false when nothing is known about it. */
static pg_attribute_always_inline bool
queue_fate(QueueContact *c, int64 wait, QueueAnswer answer, bool flowed_out)
{
	c->wait = wait;
	if (flowed_out)
		c->fate = QUEUE_FLOWED_OUT;
	else if (answer == QUEUE_NOT_ASKED)
		c->fate = wait == QUEUE_UNKNOWN ? QUEUE_ABANDONED : QUEUE_ANSWERED;
	else if (likely(answer != QUEUE_NOT_SAID))
		c->fate = answer == QUEUE_YES ? QUEUE_ANSWERED : QUEUE_ABANDONED;
	else if (wait == QUEUE_UNKNOWN)
		return false;
	else
		c->fate = QUEUE_WAITING;
	return true;
}

pg_noreturn extern void queue_short_abandon_error(int64 short_abandon, int64 threshold);

/* Its limits; a threshold that is NULL, and a short abandon above it, are errors. */
static pg_attribute_always_inline void
queue_limits(QueueContact *c, int64 threshold, int64 short_abandon)
{
	if (unlikely(threshold == QUEUE_UNKNOWN))
		kpi_null_argument_error("threshold");
	if (unlikely(short_abandon > threshold))
		queue_short_abandon_error(short_abandon, threshold);
	c->threshold = threshold;
	c->short_abandon = short_abandon;
}

/* ---------- classes ---------- */

/* The boundary counts as within. */
static inline QueueClass
queue_class(const QueueContact *c)
{
	static const uint8 classes[][3] = {
		/* within, late, unknown */
		[QUEUE_ANSWERED] = {ANSWERED_WITHIN, ANSWERED_LATE, ANSWERED_UNKNOWN},
		[QUEUE_ABANDONED] = {ABANDONED_WITHIN, ABANDONED_LATE, ABANDONED_UNKNOWN},
		[QUEUE_WAITING] = {WAITING_WITHIN, WAITING_LATE, QUEUE_IGNORED},
		[QUEUE_FLOWED_OUT] = {FLOWED_OUT_WITHIN, FLOWED_OUT_LATE, FLOWED_OUT_LATE},
	};

	if (c->wait == QUEUE_UNKNOWN)
		return classes[c->fate][2];
	if (c->fate == QUEUE_ABANDONED && c->wait <= c->short_abandon)
		return ABANDONED_SHORT;
	return classes[c->fate][c->wait > c->threshold];
}

/* The sum that a known wait of this class goes into, or QUEUE_SUMS for none. */
static inline int
queue_sum_of(QueueClass class)
{
	return class <= ANSWERED_UNKNOWN ? OF_ANSWERED
		: class <= ABANDONED_UNKNOWN ? OF_ABANDONED : QUEUE_SUMS;
}

/* How many contacts the classes of a mask hold; their total fits, see QUEUE_TOO_MANY. */
#define QUEUE_BIT(class) (1U << (class))

static inline int64
queue_count(const QueueSummary *q, uint32 mask)
{
	int64		result = 0;

	for (; mask != 0; mask &= mask - 1)
		result += q->count[pg_rightmost_one_pos32(mask)];
	return result;
}

#define ANSWERED_KNOWN (QUEUE_BIT(ANSWERED_WITHIN) | QUEUE_BIT(ANSWERED_LATE))
#define ANSWERED (ANSWERED_KNOWN | QUEUE_BIT(ANSWERED_UNKNOWN))
#define ABANDONED_IN_TIME (QUEUE_BIT(ABANDONED_SHORT) | QUEUE_BIT(ABANDONED_WITHIN))
#define ABANDONED_KNOWN (ABANDONED_IN_TIME | QUEUE_BIT(ABANDONED_LATE))
#define ABANDONED (ABANDONED_KNOWN | QUEUE_BIT(ABANDONED_UNKNOWN))
#define WAITING (QUEUE_BIT(WAITING_WITHIN) | QUEUE_BIT(WAITING_LATE))
#define FLOWED_OUT (QUEUE_BIT(FLOWED_OUT_WITHIN) | QUEUE_BIT(FLOWED_OUT_LATE))
#define MAY_HAVE_WAIT (ANSWERED_KNOWN | ABANDONED_KNOWN | WAITING | FLOWED_OUT)
#define OFFERED (ANSWERED | ABANDONED | QUEUE_BIT(WAITING_LATE) | FLOWED_OUT)

/* ---------- adding and removing ---------- */

/*
 * A class holds less than 2^59 contacts, so that the total of all classes fits
 * and no KPI has to check.
 */
#define QUEUE_TOO_MANY(count) (unlikely(((uint64) (count)) >> 59))
#define QUEUE_COUNT_NAME "number of contacts of a queue_summary"

/* sum is that of the class, or QUEUE_SUMS */
static inline void
queue_add_to(QueueSummary *q, QueueClass class, int sum, int64 wait)
{
	if (QUEUE_TOO_MANY(++q->count[class]))
		kpi_overflow_error(QUEUE_COUNT_NAME);
	if (wait == QUEUE_UNKNOWN)
		return;
	if (sum < QUEUE_SUMS)
		kpi_add(&q->wait[sum], wait, "sum of waits");
	if (wait > q->longest)
		q->longest = wait;
}

static inline void
queue_add_class(QueueSummary *q, QueueClass class, int64 wait)
{
	queue_add_to(q, class, queue_sum_of(class), wait);
}

/* by value, so that the caller keeps its contact in registers */
static inline void
queue_add_rare(QueueSummary *q, QueueContact c)
{
	QueueClass	class = queue_class(&c);

	if (class != QUEUE_IGNORED)
		queue_add_class(q, class, c.wait);
}

static pg_attribute_always_inline void
queue_add(QueueSummary *q, const QueueContact *c)
{
	/* the common case without a branch that depends on the contact */
	if (likely(c->wait != QUEUE_UNKNOWN && c->fate <= QUEUE_ABANDONED &&
			   c->short_abandon == QUEUE_UNKNOWN))
	{
		StaticAssertStmt(QUEUE_ANSWERED == (int) OF_ANSWERED && QUEUE_ABANDONED == (int) OF_ABANDONED,
						 "the fate is the index of the sum");
		StaticAssertStmt(ANSWERED_WITHIN == 0 && ANSWERED_LATE == 1 &&
						 ABANDONED_WITHIN == 4 && ABANDONED_LATE == 5,
						 "the class follows from the fate");
		queue_add_to(q, c->fate * 4 + (c->wait > c->threshold), c->fate, c->wait);
	}
	else
		queue_add_rare(q, *c);
}

/*
 * The longest wait cannot be subtracted.  It stays an upper bound, which KPIs
 * that do not read it may ignore; those that do keep a deque beside.
 */
static inline void
queue_remove_class(QueueSummary *q, QueueClass class, int64 wait)
{
	int			sum = queue_sum_of(class);

	kpi_subtract(&q->count[class], 1, "queue_summary");
	if (wait != QUEUE_UNKNOWN && sum < QUEUE_SUMS)
		kpi_subtract(&q->wait[sum], wait, "queue_summary");
}

static inline void
queue_remove(QueueSummary *q, const QueueContact *c)
{
	QueueClass	class = queue_class(c);

	if (class != QUEUE_IGNORED)
		queue_remove_class(q, class, c->wait);
}

static inline void
queue_merge_sums(QueueSummary *q, const QueueSummary *other)
{
	uint64		counts = 0;

	for (int class = 0; class < QUEUE_CLASSES; class++)
	{
		q->count[class] += other->count[class];
		counts |= q->count[class];
	}
	if (QUEUE_TOO_MANY(counts))
		kpi_overflow_error(QUEUE_COUNT_NAME);
	for (int sum = 0; sum < QUEUE_SUMS; sum++)
		kpi_add(&q->wait[sum], other->wait[sum], "sum of waits");
}

/* Classes whose waits are known for certain: who flowed out late may have done so after an unknown one. */
#define SURELY_HAVE_WAIT (MAY_HAVE_WAIT & ~QUEUE_BIT(FLOWED_OUT_LATE))

/* Contacts that somebody else has counted: their waits are known, the longest of them is not. */
static inline bool
queue_hides_longest(const QueueSummary *q)
{
	return q->longest == QUEUE_UNKNOWN && queue_count(q, SURELY_HAVE_WAIT) > 0;
}

/* What hides its longest wait hides that of the whole. */
static inline void
queue_merge(QueueSummary *q, const QueueSummary *other)
{
	bool		hidden = unlikely(Min(q->longest, other->longest) == QUEUE_UNKNOWN) &&
		(queue_hides_longest(q) || queue_hides_longest(other));

	queue_merge_sums(q, other);
	q->longest = hidden ? QUEUE_UNKNOWN : Max(q->longest, other->longest);
}

/* The longest wait as in queue_remove_class. */
static inline void
queue_subtract_sums(QueueSummary *q, const QueueSummary *other)
{
	for (int class = 0; class < QUEUE_CLASSES; class++)
		kpi_subtract(&q->count[class], other->count[class], "queue_summary");
	for (int sum = 0; sum < QUEUE_SUMS; sum++)
		kpi_subtract(&q->wait[sum], other->wait[sum], "queue_summary");
}

/* What can be said about the longest wait after a removal. */
static inline void
queue_bound_longest(QueueSummary *q)
{
	if (queue_count(q, MAY_HAVE_WAIT) == 0)
		q->longest = QUEUE_UNKNOWN;
	else if (queue_count(q, WAITING | FLOWED_OUT) == 0)
		q->longest = Min(q->longest, Max(q->wait[OF_ANSWERED], q->wait[OF_ABANDONED]));
}

/* ---------- what a summary can be ---------- */

/*
 * What no set of contacts can give, or NULL.  Every check holds for one contact
 * and for the merger of two summaries that pass it, so for all that we make.
 */
static inline const char *
queue_complaint(const QueueSummary *q)
{
	static const uint32 known[QUEUE_SUMS] = {
		[OF_ANSWERED] = ANSWERED_KNOWN,
		[OF_ABANDONED] = ABANDONED_KNOWN,
	};

	for (int class = 0; class < QUEUE_CLASSES; class++)
	{
		if (QUEUE_TOO_MANY(q->count[class]))
			return "The number of contacts of a class must stay below 2^59.";
	}
	if (q->longest != QUEUE_UNKNOWN && queue_count(q, MAY_HAVE_WAIT) == 0)
		return "There is a longest wait, but no contact has a known wait.";
	for (int sum = 0; sum < QUEUE_SUMS; sum++)
	{
		int64		count = queue_count(q, known[sum]);
		int64		bound;

		if (count == 0 ? q->wait[sum] > 0
			: q->longest != QUEUE_UNKNOWN && !pg_mul_s64_overflow(count, q->longest, &bound) && q->wait[sum] > bound)
			return "A sum of waits exceeds the number of contacts times the longest wait.";
	}
	if (queue_count(q, WAITING | FLOWED_OUT) == 0 &&
		q->longest > Max(q->wait[OF_ANSWERED], q->wait[OF_ABANDONED]))
		return "The longest wait exceeds the sums of waits.";
	return NULL;
}

/* ---------- KPIs ---------- */

/* A rate as data: the classes that count as hits, and those in the total. */
typedef struct QueueRule
{
	uint32		hits;			/* a subset of total */
	uint32		total;
} QueueRule;

/*
 * A rule is said in words (design section 3).  It starts from a base of which the
 * total is what was offered; each word makes hits of some classes of contacts, or
 * takes some out of the total.
 */
typedef struct QueueWord
{
	const char *name;
	size_t		length;			/* of the name */
	uint32		met;
	uint32		excluded;
} QueueWord;

typedef struct QueueRate
{
	uint32		hits;			/* of the base */
	int			nwords;
	const QueueWord *words;
} QueueRate;

#define QUEUE_WORD(name, met, excluded) {name, sizeof(name) - 1, met, excluded}

#define OF_UNKNOWN_FATE QUEUE_BIT(WAITING_WITHIN)	/* in no rate */
#define WORD_OFFERED QUEUE_WORD("offered", 0, OF_UNKNOWN_FATE)
#define WORD_SHORT_EXCLUDED QUEUE_WORD("short_excluded", 0, QUEUE_BIT(ABANDONED_SHORT))
#define WORD_FLOWOUTS_EXCLUDED QUEUE_WORD("flowouts_excluded", 0, FLOWED_OUT)

static const QueueWord queue_service_level_words[] = {
	WORD_OFFERED,
	QUEUE_WORD("answered", 0, ABANDONED | WAITING | FLOWED_OUT),
	QUEUE_WORD("abandons_met", ABANDONED_IN_TIME, 0),
	QUEUE_WORD("abandons_excluded", 0, ABANDONED_IN_TIME),
	QUEUE_WORD("short_met", QUEUE_BIT(ABANDONED_SHORT), 0),
	WORD_SHORT_EXCLUDED,
	QUEUE_WORD("flowouts_met", QUEUE_BIT(FLOWED_OUT_WITHIN), 0),
	WORD_FLOWOUTS_EXCLUDED,
};

static const QueueWord queue_abandonment_words[] = {
	WORD_OFFERED,
	WORD_SHORT_EXCLUDED,
	WORD_FLOWOUTS_EXCLUDED,
};

static const QueueRate queue_service_level_rate = {
	QUEUE_BIT(ANSWERED_WITHIN), lengthof(queue_service_level_words), queue_service_level_words
};

static const QueueRate queue_abandonment_rate = {
	ABANDONED, lengthof(queue_abandonment_words), queue_abandonment_words
};

static inline QueueRule
queue_base_rule(const QueueRate *rate)
{
	QueueRule	rule = {rate->hits, OFFERED};

	return rule;
}

/* In any order: what one word takes out another does not bring back. */
static inline void
queue_rule_add(QueueRule *rule, const QueueWord *word)
{
	rule->total &= ~word->excluded;
	rule->hits = (rule->hits | word->met) & rule->total;
}

/*
 * Whether all that a word does is done or undone by another.  Then the two
 * contradict each other, or one of them says nothing.
 */
static inline bool
queue_word_is_void(const QueueWord *word, const QueueWord *other)
{
	return (word->met & ~(other->met | other->excluded)) == 0 &&
		(word->excluded & ~other->excluded) == 0;
}

static inline Proportion
queue_proportion(const QueueSummary *q, QueueRule rule)
{
	Proportion	result = {queue_count(q, rule.hits), queue_count(q, rule.total)};

	return result;
}

#endif							/* QUEUE_H */
