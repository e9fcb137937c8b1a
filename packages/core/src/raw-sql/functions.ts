/** Functions in the place of rows: what PostgreSQL's own give is nobody's, what others read is not known. */
import { always, type Resource } from "../constraint/predicate.js";
import { callName } from "../sql/expression-text.js";
import { child, children, isNode, text, type Node } from "../sql/tree.js";
import { emptySelection, readingInside, type Reading } from "./reading.js";
import { reads, type ReadStatement } from "./statement.js";

/** Those that give rows, or are called for what they do. Anything that begins with `pg_`, `json` and the like is PostgreSQL's own. */
const known = new Set(
  (
    "generate_series generate_subscripts unnest regexp_split_to_table regexp_matches string_to_table string_to_array " +
    "now clock_timestamp statement_timestamp transaction_timestamp current_setting set_config version " +
    "current_database current_schema current_schemas current_user session_user inet_server_addr txid_current " +
    "nextval currval setval lastval gen_random_uuid uuidv4 uuidv7 uuid_generate_v4 random md5 sha256 hashtext " +
    "hashtextextended length char_length lower upper trim btrim ltrim rtrim concat concat_ws format replace substring " +
    "substr left right position strpos split_part translate coalesce nullif greatest least abs ceil floor round " +
    "trunc sqrt power mod sign date_trunc date_part extract age to_char to_date to_timestamp to_number timezone " +
    "make_interval make_date justify_interval to_regclass to_json to_jsonb row_to_json array_agg array_append " +
    "array_length array_position array_remove array_to_string cardinality count sum avg min max bool_and bool_or " +
    "string_agg encode decode digest hmac crypt gen_salt to_tsvector to_tsquery plainto_tsquery " +
    "websearch_to_tsquery phraseto_tsquery ts_rank ts_headline unaccent similarity int4range int8range numrange tsrange " +
    "tstzrange daterange row_number rank dense_rank overlay reverse repeat lpad rpad ascii chr initcap"
  ).split(" "),
);
/**
 * TimescaleDB's, which define, measure and move: https://docs.timescale.com/api/latest/. What a job does (`add_job`, `run_job`)
 * stands in the database, and is not known.
 */
const ofTimescale = new Set(
  (
    "create_hypertable by_range by_hash add_dimension set_chunk_time_interval set_integer_now_func " +
    "set_number_partitions attach_tablespace detach_tablespace detach_tablespaces show_tablespaces show_chunks " +
    "reorder_chunk move_chunk split_chunk merge_chunks enable_chunk_skipping disable_chunk_skipping " +
    "add_reorder_policy remove_reorder_policy add_retention_policy remove_retention_policy " +
    "approximate_row_count hypertable_size hypertable_detailed_size hypertable_index_size " +
    "hypertable_approximate_size hypertable_approximate_detailed_size chunks_detailed_size " +
    "compress_chunk decompress_chunk recompress_chunk add_compression_policy remove_compression_policy " +
    "hypertable_compression_stats chunk_compression_stats convert_to_columnstore convert_to_rowstore " +
    "add_columnstore_policy remove_columnstore_policy hypertable_columnstore_stats chunk_columnstore_stats " +
    "refresh_continuous_aggregate add_continuous_aggregate_policy remove_continuous_aggregate_policy " +
    "add_policies alter_policies remove_all_policies show_policies cagg_migrate alter_job delete_job " +
    "time_bucket time_bucket_ng time_bucket_gapfill timescaledb_pre_restore timescaledb_post_restore"
  ).split(" "),
);
/** Those that delete the rows of the table that they are told the name of. */
const deleting = new Set(["drop_chunks"]);
const families = /^(?:pg_|jsonb?_|has_|array_|regexp_|txid_|inet_|xml|ts_(?!stat))/;

export function noteCall(reading: Reading, call: Node): void {
  const name = callName(call);
  if (name === "" || known.has(name) || ofTimescale.has(name) || families.test(name)) return;
  const table = deleting.has(name) ? tableNamed(call) : null;
  if (table === null) reading.problems.add(`what the function "${name}" reads is not known`);
  else reading.inner.push(deletes(readingInside(reading), table));
}

/** It says how tables are kept, and gives nothing of what is in them. */
export function definesTables(call: Node): boolean {
  return ofTimescale.has(callName(call));
}

/** `'logs'`, `'public.logs'::regclass` */
function tableNamed(call: Node): string | null {
  const [first] = children(call, "args");
  const term = first && isNode(first["TypeCast"]) ? child(child(first, "TypeCast"), "arg") : first;
  return term ? text(child(child(term, "A_Const"), "sval"), "sval") : null;
}

function deletes(reading: Reading, table: string): ReadStatement {
  const alias = table.slice(table.lastIndexOf(".") + 1);
  const resource: Resource = { table, alias, join: "from", on: always, query: null, outputs: null };
  const selection = { ...emptySelection(reading.site), resources: [resource] };
  return { ...reads(reading.number, selection), operation: "delete" };
}

/** Far more than people write. */
const mostNodes = 5_000;

/** Calls of a statement without a table: it is made for them. */
export function noteCalls(reading: Reading, nodes: readonly Node[]): void {
  const pending: unknown[] = [...nodes];
  for (let steps = 0; pending.length > 0 && steps < mostNodes; steps++) {
    const value = pending.pop();
    if (Array.isArray(value)) pending.push(...(value as readonly unknown[]));
    else if (isNode(value)) {
      // A query inside has its own tables.
      if ("SubLink" in value) continue;
      if (isNode(value["FuncCall"])) noteCall(reading, child(value, "FuncCall"));
      pending.push(...Object.values(value));
    }
  }
}
