#!/bin/bash
#
# The store against its bars: a year of one series and ranges of it, bytes on
# disk, ingest, several processes, head as a queue, less memory than data.
#
#   bench/store.sh                  all of it (20 minutes)
#   bench/store.sh size ingest      these only: size count read parallel questions ingest queue memory
#
# Environment:
#   STORE_DAYS=365        days of the long history
#   STORE_SECONDS=8       seconds of each ingest, three times
#   STORE_MINUTES=2       minutes that head is watched; a release is given 30
#   STORE_MEGABYTES=200   bytes of blocks against 16 MB of shared_buffers; a release is given 1000

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

DAYS=${STORE_DAYS:-365}
SECONDS_EACH=${STORE_SECONDS:-8}
ROUNDS=3		# of each ingest
MINUTES=${STORE_MINUTES:-2}
MEGABYTES=${STORE_MEGABYTES:-200}
ALL=(size count read parallel questions ingest queue memory)
SLOTS_OF_STEADY=8640
TURNS=44		# through the recorded series, for a day of slots
FILES=			# where the servers write files
DURABLE=		# socket folder of the server that waits for the disk

sql() { psql_in "$SOCKETS" store -A -t -F ' ' "$@"; }
durable() { psql_in "$DURABLE" store -A -t -F ' ' "$@"; }

# A file of bench/ run in a database: run_file CONNECTION NAME psql-arguments...
run_file() {
	local connection=$1 name=$2
	shift 2
	"$connection" "$@" -f "$WORK/tree/bench/$name.sql" >"$WORK/$name.log" 2>&1 || {
		show_end "$WORK/$name.log" >&2
		die "bench/$name.sql fails"
	}
}

calculate() { awk "BEGIN { printf \"$1\", $2 }"; }

# "ok" or "MISS": holds EXPRESSION
holds() { awk "BEGIN { print ($1) ? \"ok\" : \"MISS\" }"; }

row() {
	local IFS='|'
	printf '| %s |\n' "$(printf '%s | ' "$@" | sed 's/ | $//')"
}

# ---------------------------------------------------------------------

make_data() {
	local recording cpu
	new_database store 2>/dev/null
	# perf cuts names within a character; what no text column takes is left out
	recording=$(unpack "$DATA/postgres-perf.tsv.xz")
	iconv -f UTF-8 -t UTF-8 -c "$recording" >"$recording.valid" || true
	chmod a+r "$recording.valid"
	cpu=$(unpack "$DATA/go-cpu.folded.xz")
	FILES=$WORK/store-files
	as_runner mkdir -p "$FILES"
	log "profiles resampled from the recordings (two minutes)"
	run_file sql store_data -v recording="$recording.valid" -v cpu="$cpu" -v turns=$TURNS -v steady=$SLOTS_OF_STEADY
	run_file sql compare_ways
	run_file sql store_bulk
	sql -c "COPY pool TO '$FILES/pool.bin' (FORMAT binary)" -c "COPY steady TO '$FILES/steady.bin' (FORMAT binary)"
	say "Profiles of 10 s: *recorded*, the $(sql -c 'SELECT count(*) FROM recorded') of PostgreSQL under load" \
		"($(sql -c 'SELECT round(avg(proftree_node_count(profile))) FROM recorded') nodes each);" \
		"*resampled*, $(sql -c 'SELECT count(*) FROM pool') drawn from them" \
		"($(sql -c 'SELECT round(avg(proftree_node_count(profile))) FROM pool') nodes);" \
		"*steady*, $SLOTS_OF_STEADY of 1,000 samples drawn from one CPU profile" \
		"($(sql -c 'SELECT round(avg(proftree_node_count(profile))) FROM steady') nodes)."
	say
}

# ---------------------------------------------------------------------

bytes_of() { sql -c "SELECT round(bytes::numeric / profiles) FROM size WHERE data = '$1' AND what = '$2'"; }

part_size() {
	local data single store level cells name way
	log "bytes on disk (five minutes)"
	run_file sql store_size -v folder="$FILES"
	say "### Bytes on disk of a profile"
	say
	say "The recorded half hour and a day of the others, compacted to the last block; tables, TOAST and indexes, after VACUUM FULL."
	say
	row "bytes a profile" recorded steady resampled
	say "|---|---:|---:|---:|"
	for way in store single pprof normalised plain jsonb; do
		case $way in
			store) name="**the store**, all levels" ;;
			single) name="a table of proftrees, lz4" ;;
			pprof) name="pprof.gz files" ;;
			*) name=$way ;;
		esac
		cells=()
		for data in recorded steady resampled; do
			store=$(bytes_of $data store)
			if [ $way = pprof ]; then
				single=$(pprof_bytes $data)
			else
				single=$(bytes_of $data $way)
			fi
			if [ -z "$single" ]; then
				cells+=("")
			elif [ $way = store ]; then
				cells+=("$single")
			else
				cells+=("$single ($(calculate %.3g "$single / $store") x)")
			fi
		done
		row "$name" "${cells[@]}"
	done
	for level in 0 1 2 3; do
		cells=()
		for data in recorded steady resampled; do
			cells+=("$(sql -c "SELECT round(l.bytes::numeric / s.profiles) || ' in ' || l.profiles || ' lanes of ' || round(l.bytes::numeric / l.profiles)
				FROM size AS l JOIN size AS s USING (data) WHERE data = '$data' AND l.what = 'level $level' AND s.what = 'store'")")
		done
		row "- its level $level, a profile; lanes" "${cells[@]}"
	done
	cells=()
	for data in recorded steady resampled; do
		cells+=("$(sql -c "SELECT to_char(1e6 * seconds / profiles, 'FM9990') || ' us' FROM size WHERE data = '$data' AND what = 'compaction'")")
	done
	row "compaction of waiting profiles, each" "${cells[@]}"
	single=$(calculate %.3f "$(bytes_of recorded store) / $(bytes_of recorded single)")
	row "of the single trees" "$single, bar 0.4: $(holds "$single <= 0.4")" \
		"1 / $(calculate %.1f "$(bytes_of steady single) / $(bytes_of steady store)"), bar 1 / 12: $(holds "$(bytes_of steady single) >= 12 * $(bytes_of steady store)")" \
		"$(calculate %.3f "$(bytes_of resampled store) / $(bytes_of resampled single)")"
	say
	say "plain, normalised and jsonb are those of the comparison above; of *steady* they keep two hours. *pprof* files are of one profile each."
	say
	say "### A range of the resampled day"
	say
	row "sum over" "plain" "normalised (sums by node, no tree)" "table of proftrees" "**the store**"
	say "|---|---:|---:|---:|---:|"
	for level in 1 6 24; do
		cells=()
		store=$(sql -c "SELECT seconds FROM asked WHERE hours = $level AND way = 'store'")
		for way in plain normalised single store; do
			single=$(sql -c "SELECT seconds FROM asked WHERE hours = $level AND way = '$way'")
			cells+=("$(human_time "$single")$([ $way = store ] || calculate " (%.3g x)" "$single / $store")")
		done
		row "$level h" "${cells[@]}"
	done
	say
}

# Bytes of a pprof.gz file, the mean over some profiles: pprof_bytes DATA
pprof_bytes() {
	[ -s "$FILES/$1.tsv" ] || return 0
	# enough profiles for a mean
	awk -F '\t' '$1 != last { n++; last = $1 } n > 200 { exit } { print }' "$FILES/$1.tsv" | perl "$ROOT/bench/store_pprof.pl"
}

# ---------------------------------------------------------------------

part_count() {
	local data cells head
	log "what is written for a day, counted (two minutes)"
	run_file sql store_count
	say "### What is written for a day of profiles that arrive one by one"
	say
	say "Counted by triggers. A row of a level that gets one more lane is written whole, which counts all its lanes again. Bytes are those of the stored rows, compressed, as are the profiles ingested."
	say
	row "a profile ingested" steady resampled bar
	say "|---|---:|---:|---:|"
	local place
	for place in head "level 0" "level 1" "level 2" "level 3"; do
		cells=()
		for data in steady resampled; do
			cells+=("$(sql -c "SELECT coalesce(to_char(sum(trees) / 8640.0, 'FM0.0000') || ' trees, ' || round(sum(bytes) / 8640.0) || ' B', '')
				FROM written WHERE data = '$data' AND place = '$place'")")
		done
		row "$place" "${cells[@]}" ""
	done
	cells=()
	for data in steady resampled; do
		head=$(sql -c "SELECT sum(trees) / 8640.0 FROM written WHERE data = '$data'")
		cells+=("$(calculate %.3f "$head") $(holds "$head <= 2.2")")
	done
	row "**trees encoded**" "${cells[@]}" 2.2
	cells=()
	for data in steady resampled; do
		head=$(sql -c "SELECT sum(bytes) / sum(bytes) FILTER (WHERE place = 'head') FROM written WHERE data = '$data'")
		cells+=("$(calculate %.3f "$head") $(holds "$head <= 1.2")")
	done
	row "**bytes written per byte ingested**, beside WAL" "${cells[@]}" 1.2
	say
}

# ---------------------------------------------------------------------

# percentiles of a kind of range, in seconds: percentile KIND FRACTION [EXPRESSION]
percentile() {
	sql -c "SELECT percentile_cont($2) WITHIN GROUP (ORDER BY ${3:-seconds}) FROM answer WHERE kind = '$1'"
}

part_read() {
	local kind name hour over worst slices heads build
	log "$DAYS days of one series, and ranges of it (five minutes)"
	run_file sql store_history -v days="$DAYS"
	run_file sql store_read -v days="$DAYS"
	hour=$(percentile hour 0.5)
	build=$(sql -c "SELECT extract(epoch FROM finished - started) FROM build")
	say "### Ranges of $DAYS days of one series"
	say
	say "$((DAYS * 8640)) slots, the resampled profiles of a day again each day," \
		"$(sql -c "SELECT pg_size_pretty(pg_total_relation_size('pyrotree.segment'))") with all levels and indexes; built in bulk in $(human_time "$build")." \
		"The least of eight times of each range, by the clock; of ranges until now, of four. All is in memory."
	say
	row "200 ranges" "p50" "p99" "block slices, mean (most)" "bar" "head rows, mean (most)" "bar"
	say "|---|---:|---:|---:|---:|---:|---:|"
	for kind in hour past now; do
		case $kind in
			hour) name="1 h, anywhere" ;;
			past) name="two random ends, an hour below the horizon" ;;
			now) name="random beginning until now, a profile later each" ;;
		esac
		slices=$(sql -c "SELECT max(slices) FROM answer WHERE kind = '$kind'")
		heads=$(sql -c "SELECT max(head_rows) FROM answer WHERE kind = '$kind'")
		row "$name" "$(human_time "$(percentile $kind 0.5)")" "$(human_time "$(percentile $kind 0.99)")" \
			"$(sql -c "SELECT round(avg(slices), 1) FROM answer WHERE kind = '$kind'") ($slices)" "10 $(holds "$slices <= 10")" \
			"$(sql -c "SELECT round(avg(head_rows), 1) FROM answer WHERE kind = '$kind'") ($heads)" "65 $(holds "$heads <= 65")"
	done
	say
	over=$(sql -c "SELECT count(*) FROM answer WHERE kind = 'past' AND seconds > 3 * $hour + 2 * in_memory")
	worst=$(sql -c "SELECT max(seconds / (3 * $hour + 2 * in_memory)) FROM answer WHERE kind = 'past'")
	say "Bar: t(range) <= 3 x median t(1 h) + 2 x (load and serialize the result in memory), that is" \
		"$(human_time "$hour") x 3 + $(human_time "$(percentile past 0.5 in_memory)") x 2: $over of 200 are above, the worst by $(calculate %.2f "$worst") x;" \
		"at p50 the ratio is $(sql -c "SELECT round((percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds / (3 * $hour + 2 * in_memory)))::numeric, 2) FROM answer WHERE kind = 'past'"): $(holds "$over == 0")."
	say
}

# ---------------------------------------------------------------------

part_parallel() {
	local way name launched
	log "a thousand series"
	[ -n "$(sql -c "SELECT 1 FROM pg_class WHERE relname = 'build'")" ] || run_file sql store_history -v days=1
	run_file sql store_parallel
	say "### A sum over a thousand series, 15 slots of each"
	say
	row "" "one process" "with workers" "workers launched" "speed-up"
	say "|---|---:|---:|---:|---:|"
	for way in profiles query; do
		if [ $way = query ]; then
			name="\`pyrotree.query()\`"
			# what it does inside is seen in the log
			launched=$(grep -o 'Workers Launched: [0-9]*' "$WORK/store_parallel.log" | head -n 1 || true)
			launched=${launched##* }
		else
			name="\`sum(profile)\` over \`pyrotree.profiles()\`"
			launched=$(sql -c "SELECT launched FROM parallel WHERE way = '$way' AND workers = 2")
		fi
		row "$name" \
			"$(human_time "$(sql -c "SELECT seconds FROM parallel WHERE way = '$way' AND workers = 0")")" \
			"$(human_time "$(sql -c "SELECT seconds FROM parallel WHERE way = '$way' AND workers = 2")")" \
			"${launched:-0} $(holds "${launched:-0} > 0")" \
			"$(sql -c "SELECT round((a.seconds / b.seconds)::numeric, 2) FROM parallel AS a JOIN parallel AS b USING (way) WHERE way = '$way' AND a.workers = 0 AND b.workers = 2") x"
	done
	say
}

# ---------------------------------------------------------------------

# What a question took; and how many times what another took: asked WHAT [OTHER]
asked() {
	local seconds other
	seconds=$(sql -c "SELECT seconds FROM question WHERE what = '$1'")
	if [ $# = 1 ]; then
		human_time "$seconds"
	else
		other=$(sql -c "SELECT seconds FROM question WHERE what = '$2'")
		say "$(human_time "$seconds") ($(calculate %.3g "$seconds / $other") x)"
	fi
}

part_questions() {
	log "questions about one function (three minutes)"
	[ -n "$(sql -c "SELECT 1 FROM pg_class WHERE relname = 'build'")" ] || run_file sql store_history -v days="$DAYS"
	[ -n "$(sql -c "SELECT 1 FROM pg_class WHERE relname = 'parallel'")" ] || run_file sql store_parallel
	run_file sql store_questions -v days="$DAYS"
	say "### Questions about one function"
	say
	say "The least time by the clock, one process; in brackets, how many times what pyrotree's function takes. All answers are compared."
	say
	row "over $DAYS days of one series" "" "instead"
	say "|---|---:|---:|"
	row "\`timeline\` by 1 d, which reads no tree" "$(asked timeline)" ""
	row "\`symbol_timeline\` by 1 d; a \`query\` for each day" "$(asked symbol_timeline)" "$(asked "by query" symbol_timeline)"
	row "- of a function that the series does not have" "$(asked absent)" ""
	row "- by 1 h" "$(asked "by hour")" ""
	say
	row "over a thousand series, 20 slots of each" "" "instead"
	say "|---|---:|---:|"
	row "\`query\` of all" "$(asked sum)" ""
	row "\`query_by_label\`, a thousand values; a \`query\` for each value" "$(asked query_by_label)" "$(asked "by value" query_by_label)"
	row "\`find_symbol\` of a function that one series has" "$(asked rare)" ""
	row "\`find_symbol\` of a function that none has" "$(asked "absent function")" ""
	row "\`find_symbol\` of one that all have; \`query\` and \`proftree_top\` of each series" "$(asked everywhere)" "$(asked "by top" everywhere)"
	say
	say "Seeing that a profile has no symbol that is new to its series takes $(calculate "%.2g" "$(sql -c "SELECT a.seconds / b.seconds FROM question AS a, question AS b WHERE a.what = 'note' AND b.what = 'merge'")") times the sum of two such profiles."
	say
}

# ---------------------------------------------------------------------

# A second server, with the settings of a careful production: start_durable settings...
start_durable() {
	if [ -n "$DURABLE" ]; then
		stop_cluster "$WORK/durable"
		printf '%s\n' "$@" >>"$WORK/durable/data/postgresql.conf"
		start_cluster "$WORK/durable" || die "the server does not start"
		return
	fi
	DURABLE=$SOCKETS/durable
	as_runner mkdir -p "$WORK/durable" "$DURABLE"
	{
		cat "$WORK/server.conf"
		say "fsync = on"
		say "shared_buffers = 512MB"
		say "max_wal_size = 4GB"
		say "jit = off"
		say "default_toast_compression = lz4"
		say "track_functions = pl"
		say "autovacuum_naptime = 10s"
		printf '%s\n' "$@"
	} | make_cluster "$WORK/durable" "$DURABLE" || die "initdb failed"
	start_cluster "$WORK/durable" || die "the server does not start"
	psql_in "$DURABLE" postgres -c "CREATE DATABASE store" -c "CREATE EXTENSION IF NOT EXISTS pgstattuple"
	durable -c "CREATE EXTENSION pyrotree" -c "CREATE EXTENSION pgstattuple"
	run_file durable store_durable -v folder="$FILES"
}

# pgbench of two clients for some seconds, each with a series of its own whose
# slots follow each other: ingest NAME SECONDS STATEMENT
# Prints: transactions, a second; notes WAL and time within compaction in $WORK.
ingest() {
	local name=$1 seconds=$2 before after
	printf '%s\n' '\set n :n + 1' "$3" >"$WORK/$name.pgbench"
	chmod a+r "$WORK/$name.pgbench"
	durable -c CHECKPOINT -c "SELECT pg_stat_reset(), pg_stat_reset_shared('wal')" >/dev/null
	before=$(durable -c "SELECT pg_current_wal_insert_lsn()")
	in_tree "$WORK/tree" $((seconds + 120)) "$(pg_path bindir)/pgbench" -h "$DURABLE" -p 5432 -U postgres -n -M prepared \
		-c 2 -j 1 -T "$seconds" -D n=0 -f "$WORK/$name.pgbench" store >"$WORK/$name.out" 2>"$WORK/$name.err" || {
		show_end "$WORK/$name.err" >&2
		die "ingest of $name fails"
	}
	! grep -E 'ERROR|WARNING' "$WORK/$name.err" >&2 || die "ingest of $name fails"
	after=$(durable -c "SELECT pg_current_wal_insert_lsn()")
	# what sessions count is reported when they end
	sleep 2
	local transactions
	transactions=$(sed -n 's/^number of transactions actually processed: \([0-9]*\).*/\1/p' "$WORK/$name.out")
	say "$transactions" \
		"$(sed -n 's/^tps = \([0-9.]*\).*/\1/p' "$WORK/$name.out")" \
		"$(durable -c "SELECT round(pg_wal_lsn_diff('$after', '$before') / $transactions)")" \
		"$(durable -c "SELECT coalesce(max(total_time) FILTER (WHERE funcname = 'compact_if_due'), 0) / (2000.0 * $seconds) FROM pg_stat_user_functions")"
}

# The statement that stores profile :n of a client in some way.
ingest_statement() {
	local way=$1 source=pool
	case $way in
		store-*)
			[ "$way" != store-steady ] || source=steady
			say "SELECT pyrotree.ingest('$way-$2-' || :client_id::int, pyrotree.slot_time(176722560 + :n, 10000000), (SELECT profile FROM $source WHERE n = :n % 8640));" ;;
		single) say "INSERT INTO single SELECT 10 * $2 + :client_id, :n, profile FROM pool WHERE n = :n % 8640;" ;;
		plain) say "INSERT INTO plain SELECT 10 * $2 + :client_id, :n, stack, weight FROM pool_stack WHERE n = :n % 2000;" ;;
		normalised) say "INSERT INTO samples SELECT 10 * $2 + :client_id, :n, node, weight FROM pool_stack WHERE n = :n % 2000;" ;;
		commit) say "INSERT INTO tick VALUES (:n);" ;;
	esac
}

part_ingest() {
	local way name round result rate store
	local -A best=()
	log "ingest by two clients with durable commits ($((ROUNDS * SECONDS_EACH * 6)) s)"
	start_durable
	for ((round = 1; round <= ROUNDS; round++)); do
		for way in store-resampled store-steady single plain normalised commit; do
			read -ra result <<<"$(ingest "$way" "$SECONDS_EACH" "$(ingest_statement "$way" "$round")")"
			rate=${best[$way]:-0}
			if awk "BEGIN { exit !(${result[1]} > ${rate%% *}) }"; then
				best[$way]="${result[*]:1}"
			fi
		done
	done
	say "### Ingest of ready trees, two clients, durable commits"
	say
	say "A commit a profile, fsync on, each client a series whose slots follow each other as fast as they go; each way $ROUNDS times $SECONDS_EACH s, in turn, the fastest counts."
	say
	row "" "profiles a second" "of the store" "WAL bytes a profile" "time within compaction"
	say "|---|---:|---:|---:|---:|"
	store=${best[store-resampled]%% *}
	for way in store-resampled store-steady single plain normalised commit; do
		case $way in
			store-*) name="**the store**, ${way#store-}" ;;
			single) name="a table of proftrees, resampled" ;;
			plain) name="plain rows, resampled" ;;
			normalised) name="normalised, resampled, its nodes known beforehand" ;;
			commit) name="a commit of one small row" ;;
		esac
		read -ra result <<<"${best[$way]}"
		row "$name" "$(calculate %.0f "${result[0]}")" "$(calculate %.2f "${result[0]} / $store") x" "${result[1]}" \
			"$(case $way in store-*) calculate "%.0f %%" "100 * ${result[2]}" ;; esac)"
	done
	durable -c "TRUNCATE single, plain, samples"
	say
}

# ---------------------------------------------------------------------

part_queue() {
	local sample=0 middle last name=queue
	log "head as a queue ($MINUTES minutes)"
	start_durable
	durable -c "CREATE TABLE watched (n integer, bytes bigint, rows bigint)"
	ingest $name $((MINUTES * 60)) \
		"SELECT pyrotree.ingest('queue' || :client_id::int, pyrotree.slot_time(176722560 + :n, 10000000), (SELECT profile FROM pool WHERE n = :n % 8640));" \
		>"$WORK/queue.result" &
	local pid=$!
	while kill -0 $pid 2>/dev/null; do
		sample=$((sample + 1))
		durable -c "INSERT INTO watched SELECT $sample, pg_total_relation_size('pyrotree.head'), count(*)
			FROM pyrotree.head AS h JOIN pyrotree.series AS s USING (series_id) WHERE s.name LIKE 'queue%'"
		sleep 2
	done
	wait $pid
	say "### Head as a queue"
	say
	middle=$(durable -c "SELECT max(bytes) FROM watched WHERE n > $sample / 3 AND n <= $sample * 2 / 3")
	last=$(durable -c "SELECT max(bytes) FROM watched WHERE n > $sample * 2 / 3")
	say "$MINUTES minutes of the same ingest with autovacuum on (every 10 s):" \
		"$(cut -d ' ' -f 1 "$WORK/queue.result") profiles, $(cut -d ' ' -f 2 "$WORK/queue.result" | cut -d . -f 1) a second." \
		"Head with TOAST and indexes took at most $(calculate "%.0f MB" "$middle / 1e6") in the second third of the time and $(calculate "%.0f MB" "$last / 1e6") in the last:" \
		"$(holds "$last <= 1.25 * $middle") (bar 1.25 x)." \
		"Through it went $(calculate "%.0f MB" "$(cut -d ' ' -f 1 "$WORK/queue.result") * $(sql -c "SELECT avg(pg_column_size(profile)) FROM pool") / 1e6");" \
		"waiting rows: $(durable -c "SELECT max(rows) FROM watched") at most."
	say
}

# ---------------------------------------------------------------------

part_memory() {
	log "$MEGABYTES MB of blocks, shared_buffers of 16 MB"
	start_durable
	start_durable "shared_buffers = 16MB" "fsync = off"
	durable -c "SELECT pyrotree.drop_series('{}')" -c "TRUNCATE pyrotree.segment, pyrotree.head" >/dev/null
	run_file durable store_memory -v megabytes="$MEGABYTES"
	say "### Larger than memory"
	say
	say "With shared_buffers of 16 MB, $(durable -c "SELECT max(series) * 8640 FROM big") profiles of $(durable -c "SELECT max(series) FROM big") series were stored and compacted as they came," \
		"$(calculate "%.0f" "$(durable -c "SELECT max(series) * 8640 / max(seconds) FROM big")") a second in one process, to $(durable -c "SELECT pg_size_pretty(pg_total_relation_size('pyrotree.segment'))") of blocks." \
		"The sum over all of them is $(durable -c "SELECT CASE WHEN stored = expected THEN 'right' ELSE 'WRONG' END FROM big_sum");" \
		"of the same 14 hours of each series, $(durable -c "SELECT count(*) FROM big_wrong") answers are wrong;" \
		"\`pyrotree.verify()\` of one finds $(durable -c "SELECT count(*) FROM big_verify") faults." \
		"The process that did all this took $(calculate "%.0f MB" "$(durable -c "SELECT peak FROM big_memory") / 1e6") at its peak."
	say
}

main() {
	local part parts=("$@")
	[ $# -gt 0 ] || parts=("${ALL[@]}")
	for part in "${parts[@]}"; do
		[ "$(type -t "part_$part")" = function ] || die "There is no part \"$part\"; parts are: ${ALL[*]}"
	done
	# shellcheck disable=SC2119 # no further packages
	start_bench
	need_cluster
	make_data
	for part in "${parts[@]}"; do
		"part_$part"
	done
	[ -z "$DURABLE" ] || stop_cluster "$WORK/durable"
	psql_in "$SOCKETS" postgres -c "DROP DATABASE store"
}

main "$@"
