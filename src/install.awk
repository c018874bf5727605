# Concatenates the families' SQL into the install script.  A line
#     @summary TYPE LENGTH
# expands src/summary.template: the input, output and comparison functions and
# operators that every summary type has.  "@type" does the same without the casts
# to JSON, for types whose text is no JSON object.
BEGIN {
	print "-- Made from src/*.sql by make. Change those files, not this one."
	print "\\echo Use \"CREATE EXTENSION kpi\" to load this file. \\quit"
}
FNR == 1 {
	printf "\n"
}
$1 == "@summary" || $1 == "@type" {
	while ((getline line < "src/summary.template") > 0) {
		if (line == "-- @json") {
			if ($1 == "@type")
				break
			continue
		}
		gsub(/@TYPE@/, $2, line)
		gsub(/@LENGTH@/, $3, line)
		gsub(/@STORAGE@/, $3 == "variable" ? "extended" : "plain", line)
		print line
	}
	close("src/summary.template")
	next
}
{
	print
}
