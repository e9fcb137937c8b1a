/** What each command does with its arguments. Commands that touch no key (`ping`, `info`) are not listed. */

export interface Command {
  readonly operation: "get" | "set";
  /**
   * Which arguments are keys: the first, all of them, every other one, the first two, or as many as an argument says.
   * `second`: after a sub-command. `hash`: the first, then fields and what they hold, in turn or as an object. `pattern`: one
   * that matches keys. `streams`: the first half of what follows the word.
   */
  readonly keys: "first" | "second" | "every" | "pairs" | "two" | "counted" | "hash" | "pattern" | "streams";
  /** The argument that is a hash's field. */
  readonly field: number | null;
  /** The arguments that are stored: one, or all from there on. `count`: only how often or how much. */
  readonly stores: { readonly at: number } | { readonly from: number } | "count" | null;
  /** What is stored is handed on rather than kept. */
  readonly isMessage: boolean;
}

/** Null for methods that are no commands. `getBuffer` is `get`, `hGetAll` and `HGETALL` are `hgetall`. */
export function findCommand(method: string): Command | null {
  return commands.get(method.toLowerCase().replace(/buffer$/, "")) ?? null;
}

const reading: Command = { operation: "get", keys: "first", field: null, stores: null, isMessage: false };
const changing: Command = { ...reading, operation: "set" };
const counting: Command = { ...changing, stores: "count" };

const groups: readonly (readonly [string, Command])[] = [
  ["get getrange substr strlen type ttl pttl expiretime pexpiretime dump getbit bitcount bitpos", reading],
  ["hgetall hkeys hvals hlen hscan hrandfield hscaniterator sscaniterator zscaniterator", reading],
  ["smembers scard sismember smismember srandmember sscan", reading],
  ["zrangewithscores zrangebyscorewithscores zrandmemberwithscores", reading],
  ["json.get json.type json.objkeys json.objlen json.arrlen json.strlen json.resp", reading],
  ["json.mget", { ...reading, keys: "first" }],
  ["zrange zrangebyscore zrangebylex zrevrange zrevrangebyscore zrevrangebylex zscore zmscore", reading],
  ["zrank zrevrank zcard zcount zlexcount zscan zrandmember", reading],
  ["lrange llen lindex lpos xrange xrevrange xlen xpending geopos geodist geosearch georadius", reading],
  ["xinfo", { ...reading, keys: "second" }],
  ["xread xreadgroup", { ...reading, keys: "streams" }],
  ["keys scan", { ...reading, keys: "pattern" }],
  [
    "mget exists touch sinter sunion sdiff pfcount subscribe psubscribe ssubscribe",
    { ...reading, keys: "every" },
  ],
  ["hget hmget hexists hstrlen", { ...reading, field: 1 }],

  ["json.del json.forget json.clear json.arrpop json.arrtrim json.toggle", changing],
  ["json.set json.merge json.arrinsert", { ...changing, stores: { at: 2 } }],
  ["json.arrappend json.strappend", { ...changing, stores: { from: 2 } }],
  ["json.numincrby json.nummultby", { ...changing, stores: "count" }],
  ["expire pexpire expireat pexpireat persist getdel getex", changing],
  ["lpop rpop lrem ltrim spop srem zrem zpopmin zpopmax zremrangebyrank zremrangebyscore", changing],
  ["zremrangebylex xdel xtrim xack xclaim xautoclaim", changing],
  ["xgroup", { ...changing, keys: "second" }],
  ["del unlink pfmerge blpop brpop", { ...changing, keys: "every" }],
  ["rename renamenx copy rpoplpush lmove smove", { ...changing, keys: "two" }],
  ["hdel", { ...changing, field: 1 }],

  ["incr decr incrby decrby incrbyfloat setbit", counting],
  ["hincrby hincrbyfloat", { ...counting, field: 1 }],

  ["set setnx getset append", { ...changing, stores: { at: 1 } }],
  ["setex psetex setrange lset", { ...changing, stores: { at: 2 } }],
  ["mset msetnx", { ...changing, keys: "pairs" }],
  ["hset hmset hsetnx", { ...changing, keys: "hash" }],
  ["sadd zadd zincrby pfadd geoadd linsert", { ...changing, stores: { from: 1 } }],
  ["publish spublish lpush lpushx rpush rpushx xadd", { ...changing, stores: { from: 1 }, isMessage: true }],
  ["eval evalsha fcall", { ...changing, keys: "counted", stores: { from: 2 } }],
];

const commands: ReadonlyMap<string, Command> = new Map(
  groups.flatMap(([names, command]) => names.split(" ").map((name) => [name, command] as const)),
);
