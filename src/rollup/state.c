/*
 * state.c
 *		The table in which a rollup keeps what its last refresh saw.
 */
#include "postgres.h"

#include "rollup/rollup.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/relation.h"
#include "access/table.h"
#include "access/tableam.h"
#include "catalog/indexing.h"
#include "catalog/pg_attrdef.h"
#include "catalog/pg_class.h"
#include "catalog/pg_depend.h"
#include "executor/tuptable.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"
#include "utils/syscache.h"

/* The table whose default is what _rollup_tables gives for the view: hourly_state */
Oid
rollup_state_of(RollupSource *source)
{
	Relation	depend = table_open(DependRelationId, AccessShareLock);
	ScanKeyData keys[2];
	SysScanDesc scan;
	HeapTuple	tuple;
	Oid			result = InvalidOid;

	ScanKeyInit(&keys[0], Anum_pg_depend_refclassid, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(RelationRelationId));
	ScanKeyInit(&keys[1], Anum_pg_depend_refobjid, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(source->view));
	scan = systable_beginscan(depend, DependReferenceIndexId, true, NULL, 2, keys);
	while (!OidIsValid(result) && HeapTupleIsValid(tuple = systable_getnext(scan)))
	{
		Form_pg_depend form = (Form_pg_depend) GETSTRUCT(tuple);
		ObjectAddress column;
		HeapTuple	class;

		if (form->classid != AttrDefaultRelationId)
			continue;
		column = GetAttrDefaultColumnAddress(form->objid);
		class = SearchSysCache1(RELOID, ObjectIdGetDatum(column.objectId));
		if (!HeapTupleIsValid(class))
			continue;
		/* anybody may name the view in a default: only the owner's table counts */
		if (((Form_pg_class) GETSTRUCT(class))->relowner == source->owner &&
			((Form_pg_class) GETSTRUCT(class))->relkind == RELKIND_RELATION)
			result = column.objectId;
		ReleaseSysCache(class);
	}
	systable_endscan(scan);
	table_close(depend, AccessShareLock);
	return result;
}

/* Whether a past is kept, whatever happened to its rows.  (Nothing but the table is read: no policy, no rule.) */
bool
rollup_keeps(RollupSource *source)
{
	Oid			state = rollup_state_of(source);
	Relation	relation = OidIsValid(state) ? try_relation_open(state, AccessShareLock) : NULL;
	AttrNumber	column;
	bool		keeps = false;

	if (relation == NULL)
		return false;
	column = get_attnum(state, "kept");
	if (column > 0)
	{
		TableScanDesc scan = table_beginscan(relation, GetActiveSnapshot(), 0, NULL);
		TupleTableSlot *slot = table_slot_create(relation, NULL);

		while (!keeps && table_scan_getnextslot(scan, ForwardScanDirection, slot))
			keeps = !slot_attisnull(slot, column);
		ExecDropSingleTupleTableSlot(slot);
		table_endscan(scan);
	}
	relation_close(relation, NoLock);
	return keeps;
}
