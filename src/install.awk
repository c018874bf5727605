# Makes the install script from src/*/*.sql.  A line that begins with "@" is for this
# program; everything else is SQL and passes through as it is.
#
# A support function (one that aggregates, operators and types use and nobody
# calls; its name begins with an underscore) is one line:
#
#     @transition _handle_accum(handle_summary, integer) STRICT AS handle_accum_int4 -- remark
#
# creates it, immutable and parallel safe, and comments on it: "transition function; remark".
# It returns what its first argument is unless RETURNS says otherwise; its C symbol
# is its name without the underscore unless AS says otherwise.  The kinds are
#
#     @transition  @inverse  @combine  @final            of a plain state, also where it slides
#     @moving  @moving_inverse  @moving_final            of a state that only slides
#     @support                                           any other; the remark is its comment
#
# Two kinds serve operators too, whose comment stands below them:
#
#     @merge _handle_summary_merge(handle_summary, handle_summary) STRICT
#         merge: counts and times are added
#
# is a combine function and the implementation of +, "@subtract" an inverse transition
# function and that of -.
#
# What people call is written with its comment below it, one sentence:
#
#     @function offered(queue_summary) RETURNS bigint AS queue_offered
#         contacts that reached the queue and whose fate is known or missed
#
#     @aggregate aht(handle @T@) OF handle_summary BY _handle_accum FINAL aht
#         average handle time; NULL when there are none
#
# A function is immutable, strict and parallel safe; OPEN TO NULL, STABLE and VOLATILE
# say otherwise.
# An aggregate is parallel safe.  OF names its state, which begins as the type's neutral
# element, BY its transition function; the combine function is "_STATE_merge" and the
# inverse the transition's name with "_inv" (of a merge: "_subtract"), unless MERGE and
# REMOVE say otherwise.  It slides in the same state by the same functions, unless SLIDING
# names another: "SLIDING internal 512 BY add REMOVE remove FINAL final".
#
# A timestamp or a date, where a function takes a moment, would be read in the zone of
# the session: silently hours off.
#
#     @no_moment is_open next_open
#         always an error: say which moment is meant with AT TIME ZONE
#
# makes all forms of these functions in which either stands for a timestamptz, but for
# those that are written above: whoever calls them, with NULL too, is told.
#
# What comes in several forms is written once.  A table lists the words in which
# the forms differ, a block is repeated for each row of it:
#
#     @table duration
#     T                | C      | unit
#     integer          | int4   | whole seconds
#     double precision | float8 | seconds
#     @end
#
#     @each duration
#     CREATE AGGREGATE aht(handle @T@) ( ... );
#     COMMENT ON AGGREGATE aht(handle @T@) IS 'average handle time in @unit@ ...';
#     @end
#
# "@each a b" repeats for every row of a and every row of b.  Tables hold for the
# rest of the file and for the files after it.  A table that is named again gets more
# columns, in rows found by the first column, which stands there again; "-" is an empty cell.
#
#     @summary TYPE LENGTH [by value]
#         what the type is
#
# expands src/base/summary.template: the type with its input, output and comparison
# functions, operators and casts to JSON.  "by value" says that its order has a
# meaning.  "@type" does the same without the casts, for types whose text is no JSON
# object, "@state" without operators too, for states of aggregates that are no results.

BEGIN {
	comment["transition"] = "transition function"
	comment["inverse"] = "inverse transition function"
	comment["combine"] = "combine function"
	comment["final"] = "final function"
	comment["moving"] = "moving transition function"
	comment["moving_inverse"] = "moving inverse transition function"
	comment["moving_final"] = "moving final function"
	comment["merge"] = "implementation of + operator, and combine function"
	comment["subtract"] = "implementation of - operator, and inverse transition function"
	comment["support"] = ""

	neutral["proportion"] = "0/0"
	neutral["time_share"] = "00:00:00/00:00:00"

	# What functions of a kind have beside IMMUTABLE and PARALLEL SAFE
	# the planner calls it for the cost of a KPI, and so loads batch execution
	option["transition"] = " SUPPORT _batch_support"
	option["merge"] = " SUPPORT _batch_support"

	print "-- Made from src/*/*.sql by make. Change those files, not this one."
	if (extension == "")
		extension = "kpi"
	print "\\echo Use \"CREATE EXTENSION " extension "\" to load this file. \\quit"
}

FNR == 1 {
	print ""
	last = ""
}

# ---------- tables and blocks ----------

mode == "" && $1 == "@table" {
	mode = "table"
	table = $2
	row = 0
	next
}

mode == "" && $1 == "@each" {
	mode = "each"
	tables = $0
	sub(/^@each */, "", tables)
	lines = 0
	next
}

mode == "table" && $1 == "@end" {
	if ((table in rows) && rows[table] != row - 1)
		fail("table " table " has " rows[table] " rows elsewhere")
	if (!(table in rows))
		rows[table] = row - 1
	mode = ""
	next
}

mode == "table" {
	n = split($0, cell, "|")
	for (i = 1; i <= n; i++) {
		gsub(/^[ \t]+|[ \t]+$/, "", cell[i])
		if (cell[i] == "-")
			cell[i] = ""
	}
	if (row == 0) {
		# a table that is named again is widened: its key stands first again
		if (table in rows && cell[1] != column[table, 1])
			fail("the first column of table " table " is " column[table, 1])
		first = columns[table] + (table in rows ? 0 : 1)
		width = n
		for (i = (table in rows ? 2 : 1); i <= n; i++)
			column[table, ++columns[table]] = cell[i]
	} else {
		if (n != width)
			fail(n " words for " width " columns")
		at = row
		if (table in rows) {
			for (at = 1; at <= rows[table] && word[table, 1, at] != cell[1]; at++)
				;
			if (at > rows[table])
				fail("table " table " has no row " cell[1])
		} else
			word[table, 1, at] = cell[1]
		for (i = 2; i <= n; i++)
			word[table, first + i - 1, at] = cell[i]
	}
	row++
	next
}

mode == "each" && $1 == "@end" {
	mode = ""
	text = block[1]
	for (i = 2; i <= lines; i++)
		text = text "\n" block[i]
	repeated = 0
	each(text, tables)
	next
}

mode == "each" {
	block[++lines] = $0
	next
}

# ---------- the rest ----------

mode == "" && ($1 == "@summary" || $1 == "@type" || $1 == "@state") {
	while ((getline line < "src/base/summary.template") > 0) {
		if (line == "-- @order" && $1 == "@state" || line == "-- @json" && $1 == "@type")
			break
		if (line ~ /^-- @/)
			continue
		gsub(/@TYPE@/, $2, line)
		gsub(/@LENGTH@/, $3, line)
		gsub(/@ORDER@/, $4 == "by" ? "the order of the shares, then of the sizes; empty ones come first" : "a stable order without meaning", line)
		gsub(/@STORAGE@/, $3 == "variable" ? "extended" : "plain", line)
		put(line)
	}
	close("src/base/summary.template")
	declared = "TYPE " $2
	next
}

{
	put($0)
}

END {
	if (mode != "" && !failed)
		fail("@end is missing")
	if (declared != "" && !failed)
		fail("there is no comment on " declared)
	if (extension == "kpi" && !failed) {
		# ALTER FUNCTION refuses aggregates; their cost in a window is asked of themselves
		print ""
		print "-- The planner calls it for the cost of an aggregate in a window, and so loads window execution."
		print "UPDATE pg_catalog.pg_proc SET prosupport = '_batch_support(internal)'::pg_catalog.regprocedure"
		print "WHERE prokind = 'a' AND oid IN (SELECT objid FROM pg_catalog.pg_depend"
		print "    WHERE classid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass AND deptype = 'e'"
		print "    AND refobjid = (SELECT oid FROM pg_catalog.pg_extension WHERE extname = 'kpi'));"
	}
	exit failed
}

# Repeats the text for each row of the first of the tables, and so on.
function each(text, tables,    name, others, r, c, copy, part, i, n)
{
	name = tables
	sub(/ .*/, "", name)
	others = substr(tables, length(name) + 2)
	if (!(name in rows))
		fail("there is no table " name)
	for (r = 1; r <= rows[name]; r++) {
		copy = text
		for (c = 1; c <= columns[name]; c++)
			copy = replace(copy, "@" column[name, c] "@", word[name, c, r])
		if (others != "") {
			each(copy, others)
			continue
		}
		if (repeated++) {
			print ""
			last = ""
		}
		n = split(copy, part, "\n")
		for (i = 1; i <= n; i++)
			put(part[i])
	}
}

function replace(text, old, new,    done, at)
{
	done = ""
	while ((at = index(text, old)) > 0) {
		done = done substr(text, 1, at - 1) new
		text = substr(text, at + length(old))
	}
	return done text
}

# One line of SQL, or of a support function.
function put(line,    kind)
{
	if (match(line, /@[A-Za-z_]+@/))
		fail("nothing stands for " substr(line, RSTART, RLENGTH))
	kind = line
	sub(/[ \t].*/, "", kind)
	if (declared != "") {
		if (line !~ /^    [^ ]/)
			fail("the comment of " declared " is missing")
		line = substr(line, 5)
		if (declared ~ /^@no_moment /)
			no_moment(substr(declared, 12), line)
		else
			print "COMMENT ON " declared " IS " quoted(line) ";"
		declared = ""
		last = "COMMENT"
	} else if (line !~ /^@/) {
		if (line != "" || last != "")
			print line
		last = line
	}
	else if (kind == "@function")
		function_of(substr(line, length(kind) + 2))
	else if (kind == "@aggregate")
		aggregate_of(substr(line, length(kind) + 2))
	else if (kind == "@no_moment")
		declared = line
	else if (substr(kind, 2) in comment)
		support(substr(kind, 2), substr(line, length(kind) + 2))
	else
		fail("unknown " kind)
}

function quoted(text)
{
	gsub(/'/, "''", text)
	return "'" text "'"
}

# What people call stands apart, whether or not its source does.
function gap()
{
	if (last != "" && last !~ /^--/)
		print ""
}

# Takes "WORD something" out of the rest of a declaration: the something, or nothing.
function taken(word, what,    found)
{
	if (!match(rest, " " word " " what "( |$)"))
		return ""
	found = substr(rest, RSTART + length(word) + 2, RLENGTH - length(word) - 2)
	rest = substr(rest, 1, RSTART - 1) " " substr(rest, RSTART + RLENGTH)
	sub(/ $/, "", found)
	return found
}

# The signature that a declaration begins with, in brackets that may hold others.
function signature_of(line,    i, depth, c)
{
	for (i = index(line, "("); i <= length(line); i++) {
		c = substr(line, i, 1)
		depth += (c == "(") - (c == ")")
		if (depth == 0) {
			rest = " " substr(line, i + 1)
			return substr(line, 1, i)
		}
	}
	fail("a declaration is written name(arguments)")
}

function name_of(signature)
{
	sub(/\(.*/, "", signature)
	return signature
}

# The same without defaults, which a comment does not take.
function without_defaults(signature)
{
	gsub(/ DEFAULT ('[^']*'|[^,)]*)/, "", signature)
	return signature
}

function finished(    left)
{
	left = rest
	if (left !~ /^ *$/)
		fail("cannot read \"" left "\"")
}

# "name(arguments) RETURNS type [AS symbol] [WINDOW] [STABLE | VOLATILE] [OPEN TO NULL] [SUPPORT f] [COST n] [ROWS n]"
function function_of(line,    signature, returns, symbol, strict, volatile, window, planner, cost, yields)
{
	signature = signature_of(line)
	strict = sub(/ OPEN TO NULL/, "", rest) ? "" : " STRICT"
	volatile = sub(/ STABLE/, "", rest) ? "STABLE" : sub(/ VOLATILE/, "", rest) ? "VOLATILE" : "IMMUTABLE"
	window = sub(/ WINDOW/, "", rest) ? "WINDOW " : ""
	symbol = taken("AS", "[a-z0-9_]+")
	planner = taken("SUPPORT", "[a-z_]+")
	cost = taken("COST", "[0-9]+")
	yields = taken("ROWS", "[0-9]+")
	if (symbol == "") {
		symbol = name_of(signature)
		sub(/^_/, "", symbol)
	}
	returns = rest
	if (returns !~ /^ *RETURNS /)
		fail("a function says what it RETURNS")
	gsub(/^ +| +$/, "", returns)
	gap()
	written[signature]
	form[name_of(signature), ++forms[name_of(signature)]] = signature
	tail[signature] = " " returns "\n    LANGUAGE C " window
	print "CREATE FUNCTION " signature " " returns
	print "    LANGUAGE C " window volatile strict " PARALLEL SAFE" (planner == "" ? "" : " SUPPORT " planner) (cost == "" ? "" : " COST " cost) (yields == "" ? "" : " ROWS " yields) " AS 'MODULE_PATHNAME', '" symbol "';"
	declared = "FUNCTION " without_defaults(signature)
}

# The forms of functions in which a timestamp or a date stands for a moment.
function no_moment(names, says,    name, n, i, f)
{
	n = split(names, name, " ")
	for (i = 1; i <= n; i++) {
		if (!(name[i] in forms))
			fail("there is no function " name[i])
		for (f = 1; f <= forms[name[i]]; f++)
			stand_in("", form[name[i], f], "", tail[form[name[i], f]], says)
	}
}

# The same for a signature of which the part before has been decided.
function stand_in(before, after, instead, returns, says)
{
	if (match(after, / timestamptz[,)]/)) {
		before = before substr(after, 1, RSTART)
		after = substr(after, RSTART + RLENGTH - 1)
		stand_in(before "timestamptz", after, instead, returns, says)
		stand_in(before "timestamp", after, instead == "" ? "timestamp" : instead, returns, says)
		stand_in(before "date", after, "date", returns, says)
	} else if (instead != "" && !((before after) in written)) {
		print "CREATE FUNCTION " before after returns "IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'business_" instead "_error';"
		print "COMMENT ON FUNCTION " before after " IS " quoted(says) ";"
	}
}

# "name(arguments) OF state BY add [FINAL f] [MERGE m] [REMOVE r] [SIZE n] [SLIDING state size BY add REMOVE r FINAL f]"
function aggregate_of(line,    signature, state, add, remove, merge, final, size, sliding, start)
{
	signature = signature_of(line)
	sliding = taken("SLIDING", ".*")
	state = taken("OF", "[a-z_]+")
	add = taken("BY", "[a-z0-9_]+")
	final = taken("FINAL", "[a-z0-9_]+")
	merge = taken("MERGE", "[a-z0-9_]+")
	remove = taken("REMOVE", "[a-z0-9_]+")
	size = taken("SIZE", "[0-9]+")
	finished()
	if (merge == "")
		merge = "_" state "_merge"
	if (remove == "") {
		remove = add
		if (!sub(/_merge$/, "_subtract", remove))
			remove = add "_inv"
	}
	start = (state in neutral) ? neutral[state] : "{}"
	gap()
	print "CREATE AGGREGATE " signature " ("
	print "    SFUNC = " add ", STYPE = " state (size == "" ? "" : ", SSPACE = " size) ", INITCOND = '" start "'" (final == "" ? "" : ", FINALFUNC = " final) ", COMBINEFUNC = " merge ","
	if (sliding == "")
		print "    MSFUNC = " add ", MINVFUNC = " remove ", MSTYPE = " state (size == "" ? "" : ", MSSPACE = " size) ", MINITCOND = '" start "'" (final == "" ? "" : ", MFINALFUNC = " final) ","
	else {
		rest = " " sliding " "
		if (!match(rest, /^ internal [0-9]+ /))
			fail("a sliding state is internal and has a size")
		size = substr(rest, 11, RLENGTH - 11)
		rest = substr(rest, RLENGTH)
		add = taken("BY", "[a-z0-9_]+")
		remove = taken("REMOVE", "[a-z0-9_]+")
		final = taken("FINAL", "[a-z0-9_]+")
		finished()
		print "    MSFUNC = " add ", MINVFUNC = " remove ", MSTYPE = internal, MSSPACE = " size ", MFINALFUNC = " final ","
	}
	print "    PARALLEL = SAFE"
	print ");"
	declared = "AGGREGATE " signature
}

# "name(arguments) [RETURNS type] [STRICT] [AS symbol] [-- remark]"
function support(kind, line,    remark, signature, arguments, symbol, returns, strict, at, says)
{
	if ((at = index(line, " -- ")) > 0) {
		remark = substr(line, at + 4)
		line = substr(line, 1, at - 1)
	}
	if (!match(line, /^_[a-z0-9_]+\([^()]*\)/))
		fail("a support function is written _name(arguments)")
	signature = substr(line, 1, RLENGTH)
	line = substr(line, RLENGTH + 1) " "
	symbol = name_of(substr(signature, 2))
	if (match(line, / AS [a-z0-9_]+ /))
		symbol = substr(line, RSTART + 4, RLENGTH - 5)
	strict = sub(/ STRICT /, " ", line)
	returns = signature
	gsub(/^[^(]*\(|[,)].*/, "", returns)
	if (match(line, / RETURNS [a-z_]+( precision)? /)) {
		returns = substr(line, RSTART + 9, RLENGTH - 10)
		line = substr(line, 1, RSTART) substr(line, RSTART + RLENGTH)
	}
	sub(/ AS [a-z0-9_]+ /, " ", line)
	if (line !~ /^ *$/)
		fail("cannot read \"" line "\"")
	says = comment[kind] (comment[kind] != "" && remark != "" ? "; " : "") remark
	print "CREATE FUNCTION " signature " RETURNS " returns
	print "    LANGUAGE C IMMUTABLE " (strict ? "STRICT " : "") "PARALLEL SAFE" option[kind] " AS 'MODULE_PATHNAME', '" symbol "';"
	print "COMMENT ON FUNCTION " signature " IS " quoted(says) ";"
	last = "COMMENT"
	if (kind == "merge" || kind == "subtract") {
		print "CREATE OPERATOR " (kind == "merge" ? "+" : "-") " (LEFTARG = " returns ", RIGHTARG = " returns ", FUNCTION = " name_of(signature) (kind == "merge" ? ", COMMUTATOR = +" : "") ");"
		declared = "OPERATOR " (kind == "merge" ? "+" : "-") " (" returns ", " returns ")"
	}
}

function fail(message)
{
	print FILENAME ":" FNR ": " message > "/dev/stderr"
	failed = 1
	exit 1
}
