/** Functions in the place of rows: what PostgreSQL's own give is nobody's, what others read is not known. */
import { callName } from "../sql/expression-text.js";
import { child, isNode, type Node } from "../sql/tree.js";
import type { Reading } from "./reading.js";

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
const families = /^(?:pg_|jsonb?_|has_|array_|regexp_|txid_|inet_|xml|ts_(?!stat))/;

export function noteCall(reading: Reading, call: Node): void {
  const name = callName(call);
  if (name !== "" && !known.has(name) && !families.test(name))
    reading.problems.add(`what the function "${name}" reads is not known`);
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
