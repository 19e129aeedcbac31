# shellcheck shell=bash
#
# Shell functions that send a profiler's file to pyrotree; source this file.
# They need psql alone, whose usual variables (PGHOST, PGDATABASE, PGUSER) say
# where to.  Each profile has an id, so that one that is sent again, because no
# answer came, counts once.

# send_folded SERIES SECONDS FILE: folded stacks of the SECONDS before the file
# was written.  Bytes that are no valid text are replaced.
send_folded() {
	send_file "$1" "$3" "$2" "
		SELECT to_timestamp(:written - :argument) AS at, to_timestamp(:written) AS until,
			proftree_from_folded(bytes, 'replace') AS tree FROM file"
}

# send_pprof SERIES FILE [SAMPLE_TYPE]: a pprof file, which knows its time.
# Without a type the one that the file names as its default, or its last.  Bytes
# that are no valid text are replaced.
send_pprof() {
	send_file "$1" "$2" "${3:-}" "
		SELECT i.at, i.at + i.duration AS until,
			proftree_from_pprof(bytes, nullif(:'argument', ''), 'replace') AS tree FROM file, pprof_info(bytes) AS i"
}

# send_file SERIES FILE ARGUMENT QUERY: what the query makes of the file's bytes,
# as columns (at, until, tree).  Tries three times.
send_file() {
	local try id
	id=$(cat /proc/sys/kernel/random/uuid)
	for try in 1 2 3; do
		psql -qX -v ON_ERROR_STOP=1 -v series="$1" -v file="$2" -v written="$(stat -c %Y "$2")" \
			-v argument="$3" -v profile="$4" -v id="$id" <<'END' && return
\set bytes `base64 -w0 :'file'`
WITH file AS (SELECT decode(:'bytes', 'base64') AS bytes)
SELECT pyrotree.ingest(:'series', p.at, p.tree, until => p.until, id => :'id') FROM (:profile) AS p \gset
END
		sleep $((try * 5))
	done
	return 1
}
