EXTENSION = kpi kpi_rollup
EXTVERSION = 1.1.0
PGFILEDESC = "kpi - customer-service KPIs as exact, mergeable aggregates"

MODULE_big = kpi
OBJS = $(patsubst %.c,%.o,$(wildcard src/*/*.c)) $(WIN32RES)
PG_CPPFLAGS = -I$(srcdir)/src
SHLIB_LINK += $(filter -lm, $(LIBS))
# Our calls reach our functions, whatever other libraries of the server call theirs (it hides them by itself from 16 on).
SHLIB_LINK += $(shell echo 'int x;' | $(CC) -shared -fPIC -Wl,-Bsymbolic -x c -o /dev/null - 2>/dev/null && echo -Wl,-Bsymbolic)

# One family of KPIs, one folder, each standing on those before it (test/t/019_rooms.pl).
FAMILIES = base proportion queue handle rating duration number comparison time_share calendar span episode erlang
SQL_SOURCES = $(foreach family,$(FAMILIES),$(sort $(wildcard src/$(family)/*.sql))) src/rollup/runtime.sql

DATA_built = kpi--$(EXTVERSION).sql kpi_rollup--$(EXTVERSION).sql
# The scripts of released versions, as they were, and those that lead on from them.
DATA = $(filter-out $(DATA_built:%=sql/upgrade/%), $(wildcard sql/upgrade/*--*.sql))
EXTRA_CLEAN = $(DATA_built)

REGRESS = $(patsubst sql/%.sql,%,$(sort $(wildcard sql/*.sql)))
REGRESS_OPTS = --load-extension=kpi
TAP_TESTS ?= 1
PROVE_TESTS = test/t/*.pl

PG_CONFIG ?= pg_config
PGXS := $(shell $(PG_CONFIG) --pgxs)
include $(PGXS)
ifneq ($(realpath $(srcdir)),$(CURDIR))
$(error kpi is built in its own source tree: run make in $(srcdir))
endif

kpi--$(EXTVERSION).sql: src/install.awk src/base/summary.template $(SQL_SOURCES)
	awk -f src/install.awk $(SQL_SOURCES:%="%") > $@ || { rm -f $@; false; }

kpi_rollup--$(EXTVERSION).sql: src/install.awk src/rollup/rollup.sql
	awk -v extension=kpi_rollup -f src/install.awk src/rollup/rollup.sql > $@ || { rm -f $@; false; }

# Objects are rebuilt when any header changes: the family headers are small and inlined.
$(OBJS): $(wildcard src/*/*.h)

# When a version is released: its scripts are kept as they are, for the test of upgrades.
freeze: $(DATA_built)
	mkdir -p sql/upgrade
	cp $(DATA_built) sql/upgrade/

dist:
	git archive --format zip --prefix=kpi-$(EXTVERSION)/ --output kpi-$(EXTVERSION).zip HEAD

# The files for systems of contact centres, for psql's \i, below share/extension/kpi; the
# manual in a folder of its own, since its pages link to each other.
products = $(DESTDIR)$(datadir)/extension/kpi
manual = $(DESTDIR)$(docdir)/kpi

install: install-beside
install-beside:
	$(MKDIR_P) '$(products)' '$(manual)/docs/images'
	$(INSTALL_DATA) $(wildcard examples/products/*.sql) '$(products)/'
	$(INSTALL_DATA) README.md CHANGELOG.md '$(manual)/'
	$(INSTALL_DATA) $(wildcard docs/*.md) '$(manual)/docs/'
	$(INSTALL_DATA) $(wildcard docs/images/*) '$(manual)/docs/images/'

uninstall: uninstall-beside
uninstall-beside:
	rm -rf '$(products)' '$(manual)'

.PHONY: dist freeze install-beside uninstall-beside
