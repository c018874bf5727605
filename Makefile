EXTENSION = kpi
EXTVERSION = 0.1.0
PGFILEDESC = "kpi - customer-service KPIs as exact, mergeable aggregates"

MODULE_big = kpi
OBJS = $(patsubst %.c,%.o,$(wildcard src/*.c)) $(WIN32RES)
SHLIB_LINK += $(filter -lm, $(LIBS))

# One family of KPIs, one SQL file.  A file uses only types of the files before it.
FAMILIES = kpi proportion queue handle rating duration time_share span episode calendar reporting erlang
SQL_SOURCES = $(wildcard $(FAMILIES:%=src/%.sql))

DATA = $(wildcard sql/upgrade/*--*--*.sql)
DATA_built = $(EXTENSION)--$(EXTVERSION).sql
EXTRA_CLEAN = $(DATA_built)

REGRESS = $(patsubst sql/%.sql,%,$(sort $(wildcard sql/*.sql)))
REGRESS_OPTS = --load-extension=kpi
TAP_TESTS ?= 1
PROVE_TESTS = test/t/*.pl

PG_CONFIG ?= pg_config
PGXS := $(shell $(PG_CONFIG) --pgxs)
include $(PGXS)

$(DATA_built): src/install.awk src/summary.template $(SQL_SOURCES)
	awk -f src/install.awk $(SQL_SOURCES:%="%") > $@

# Objects are rebuilt when any header changes: the family headers are small and inlined.
$(OBJS): $(wildcard src/*.h)

dist:
	git archive --format zip --prefix=$(EXTENSION)-$(EXTVERSION)/ --output $(EXTENSION)-$(EXTVERSION).zip HEAD

.PHONY: dist
