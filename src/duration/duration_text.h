/*
 * duration_text.h
 *		The text and binary forms of a set of durations, as parts of a larger one.
 */
#ifndef DURATION_TEXT_H
#define DURATION_TEXT_H

#include "duration/duration.h"
#include "base/summary.h"

extern void duration_print(StringInfo buf, const Durations *d);
extern Durations *duration_scan(SummaryScanner *s);

extern void duration_send(StringInfo buf, const Durations *d);
extern Durations *duration_recv(StringInfo buf, const char *type);

#endif							/* DURATION_TEXT_H */
