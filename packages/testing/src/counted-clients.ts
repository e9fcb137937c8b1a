/** Which names hold a client of a library, from declarations alone: no part of the engine, and no type checker. */
import ts from "typescript";

export type Layer = "query" | "cache" | "job-producer" | "job-consumer" | "storage";

/** What is asked of one sort of client. */
export interface Sort {
  readonly name: string;
  readonly layer: Layer;
  /** What the paths of it name as their library. */
  readonly libraries: readonly string[];
  readonly packages: RegExp;
  /** Exports that make one or are its type. */
  readonly makers: RegExp;
  readonly methods: RegExp;
}

export const sorts: readonly Sort[] = [
  {
    name: "pg",
    layer: "query",
    libraries: ["pg"],
    packages: /^pg$/,
    makers: /^(?:Pool|PoolClient|Client|ClientBase)$/,
    methods: /^query$/,
  },
  {
    name: "mysql",
    layer: "query",
    libraries: ["mysql"],
    packages: /^mysql2?(?:\/promise)?$/,
    makers: /^(?:createPool|createConnection|Pool|PoolConnection|Connection)$/,
    methods: /^(?:query|execute)$/,
  },
  {
    name: "clickhouse",
    layer: "query",
    libraries: ["clickhouse"],
    packages: /^@clickhouse\/client(?:-web)?$/,
    makers: /^(?:createClient|(?:Node|Web)?ClickHouseClient)$/,
    methods: /^(?:query|command|exec|insert)$/,
  },
  {
    name: "redis",
    layer: "cache",
    libraries: ["ioredis", "redis"],
    packages: /^(?:ioredis|iovalkey)$/,
    makers: /^(?:default|Redis|Cluster)$/,
    methods:
      /^(?:getBuffer|get|getdel|getex|set|setex|psetex|setnx|mget|mset|del|unlink|exists|expire|pexpire|ttl|pttl|incr|incrby|decr|hget|hgetall|hset|hdel|hincrby|hmget|sadd|srem|smembers|sismember|scard|zadd|zrem|zrange|zrangebyscore|zcard|zcount|zscore|zremrangebyscore|lpush|rpush|lpop|rpop|lrange|llen|ltrim|scan|scanStream|keys|publish|subscribe|psubscribe|eval|evalsha|xadd|xlen|xrange|xrevrange|xread|xreadgroup|xack|xclaim|xautoclaim|xpending|xgroup|xtrim|xdel|xinfo|spop|srandmember|smove|hexists|hkeys|hvals|hlen|hsetnx|getset|getrange|append|strlen|decrby|incrbyfloat|zincrby|zrank|zrevrange|zrevrangebyscore|zpopmin|zpopmax|lindex|linsert|lrem|lset|lmove|blpop|brpop|rename|persist|expireat|pexpireat|pfadd|pfcount|setbit|getbit|bitcount|geoadd)$/,
  },
  {
    name: "cache",
    layer: "cache",
    libraries: ["cache-manager"],
    packages: /^(?:cache-manager|@nestjs\/cache-manager)$/,
    makers: /^(?:Cache|caching|createCache)$/,
    methods: /^(?:get|set|del|wrap|mget|mset|mdel|ttl)$/,
  },
  {
    name: "memory",
    layer: "cache",
    libraries: ["lru-cache", "node-cache"],
    packages: /^(?:lru-cache|node-cache)$/,
    makers: /^(?:default|LRUCache|NodeCache)$/,
    methods: /^(?:get|set|has|delete|del|peek|take|mget|mset|fetch)$/,
  },
  {
    name: "limiter",
    layer: "cache",
    libraries: ["rate-limiter-flexible", "upstash-ratelimit"],
    packages: /^(?:rate-limiter-flexible|@upstash\/ratelimit)$/,
    makers: /^(?:RateLimiter\w+|Ratelimit)$/,
    methods: /^(?:consume|penalty|reward|block|get|delete|limit|blockUntilReady)$/,
  },
  {
    name: "queue",
    layer: "job-producer",
    libraries: ["bullmq"],
    packages: /^(?:bullmq|bull)$/,
    makers: /^(?:default|Queue|FlowProducer)$/,
    methods: /^(?:add|addBulk|upsertJobScheduler)$/,
  },
  {
    name: "bull's worker",
    layer: "job-consumer",
    libraries: ["bullmq"],
    packages: /^bull$/,
    makers: /^(?:default|Queue)$/,
    methods: /^process$/,
  },
  {
    name: "graphile",
    layer: "job-producer",
    libraries: ["graphile-worker"],
    packages: /^graphile-worker$/,
    makers: /^(?:makeWorkerUtils|WorkerUtils)$/,
    methods: /^addJob$/,
  },
  {
    name: "minio",
    layer: "storage",
    libraries: ["minio"],
    packages: /^minio$/,
    makers: /^(?:Client)$/,
    methods:
      /^(?:f?putObject|f?getObject|removeObjects?|listObjects(?:V2)?|statObject|copyObject|presigned(?:Get|Put)Object|presignedUrl|setKey)$/,
  },
  {
    name: "azure",
    layer: "storage",
    libraries: ["azure-blob"],
    packages: /^@azure\/storage-blob$/,
    makers: /^(?:BlobServiceClient|ContainerClient|BlobClient|BlockBlobClient|StorageSharedKeyCredential)$/,
    methods:
      /^(?:upload|uploadData|uploadStream|uploadFile|download|downloadToBuffer|downloadToFile|delete|deleteIfExists|deleteBlob|exists|getProperties|generateSasUrl|listBlobsFlat|stageBlock|commitBlockList|beginCopyFromURL|syncCopyFromURL)$/,
  },
  {
    name: "google",
    layer: "storage",
    libraries: ["google-storage"],
    packages: /^@google-cloud\/storage$/,
    makers: /^(?:Storage|Bucket|File)$/,
    methods:
      /^(?:save|download|delete|exists|getSignedUrl|getFiles|createReadStream|createWriteStream|copy|move|upload|deleteFiles)$/,
  },
  {
    name: "oracle",
    layer: "storage",
    libraries: ["oci-storage"],
    packages: /^oci-objectstorage$/,
    makers: /^ObjectStorageClient$/,
    methods:
      /^(?:putObject|getObject|deleteObject|headObject|listObjects|copyObject|createPreauthenticatedRequest|createMultipartUpload|uploadPart|commitMultipartUpload|abortMultipartUpload)$/,
  },
];

/** Methods of a client that give a client again. */
const narrower =
  /^(?:connect|getConnection|duplicate|multi|pipeline|getContainerClient|getBlobClient|getBlockBlobClient|bucket|file|fromConnectionString|fromEnv|on|child|toString)$/;

/** One declaration: the name, and what it might be made of. */
interface Declared {
  readonly name: string;
  readonly isFunction: boolean;
  readonly isMember: boolean;
  readonly sorts: readonly Sort[];
  /** Names of values and of functions (`name()`) that it is made of. */
  readonly of: readonly string[];
}

export interface Names {
  /** The sorts of client that an expression of this file may be. */
  of(file: string, node: ts.Expression): readonly Sort[];
}

/** `text()` of each file is parsed once; what is kept is its declarations. */
export function namesIn(sources: Iterable<ts.SourceFile>): Names {
  const files = new Map<string, readonly Declared[]>();
  const imported = new Map<string, Map<string, string>>();
  const makers = new Map<string, Makers>();
  for (const source of sources) {
    const { clients, others } = importsOf(source);
    makers.set(source.fileName, clients);
    imported.set(source.fileName, others);
    files.set(source.fileName, declarationsIn(source, clients));
  }
  const local = new Map<string, Map<string, readonly Sort[]>>();
  const shared = new Map<string, readonly Sort[]>();
  const look = (file: string, name: string, isMember: boolean): readonly Sort[] => {
    const here = local.get(file)?.get(name);
    if (here) return here;
    const original = imported.get(file)?.get(name);
    if (original !== undefined) return shared.get(original) ?? [];
    return isMember || name.endsWith("()") ? (shared.get(name) ?? []) : [];
  };
  for (const [file, all] of files)
    local.set(file, new Map(all.map(({ name, isFunction }) => [isFunction ? `${name}()` : name, []])));
  for (let round = 0, changed = true; changed && round < 6; round += 1) {
    changed = false;
    for (const [file, all] of files)
      for (const one of all) {
        const name = one.isFunction ? `${one.name}()` : one.name;
        const found = [
          ...new Set([
            ...one.sorts,
            ...one.of.flatMap((of) => look(file, of.replace(/^\./, ""), of.startsWith("."))),
          ]),
        ];
        const before = local.get(file)?.get(name) ?? [];
        const joined = [...new Set([...before, ...found])];
        if (joined.length > before.length) {
          local.get(file)!.set(name, joined);
          shared.set(name, [...new Set([...(shared.get(name) ?? []), ...joined])]);
          changed = true;
        }
      }
  }
  return {
    of(file, node) {
      const { direct, names } = leavesOf(node, makers.get(file) ?? new Map());
      return [
        ...new Set([
          ...direct,
          ...names.flatMap((name) => look(file, name.replace(/^\./, ""), name.startsWith("."))),
        ]),
      ];
    },
  };
}

type Makers = Map<string, (exported: string) => readonly Sort[]>;

function importsOf(source: ts.SourceFile): { clients: Makers; others: Map<string, string> } {
  const clients: Makers = new Map();
  const others = new Map<string, string>();
  for (const statement of source.statements) {
    if (!ts.isImportDeclaration(statement) || !ts.isStringLiteral(statement.moduleSpecifier)) continue;
    const from = statement.moduleSpecifier.text;
    const ofPackage = sorts.filter(({ packages }) => packages.test(from));
    const bind = (name: string, exported: string): void => {
      if (ofPackage.length > 0)
        // `pg.Pool` of a default import is what `Pool` would be.
        clients.set(name, (member) =>
          ofPackage.filter(
            ({ makers }) => makers.test(exported) || (exported === "default" && makers.test(member)),
          ),
        );
      others.set(name, exported);
      others.set(`${name}()`, `${exported}()`);
    };
    const clause = statement.importClause;
    if (clause?.name) bind(clause.name.text, "default");
    const bindings = clause?.namedBindings;
    if (bindings && ts.isNamespaceImport(bindings))
      clients.set(bindings.name.text, (member) => ofPackage.filter(({ makers }) => makers.test(member)));
    if (bindings && ts.isNamedImports(bindings))
      for (const { name, propertyName } of bindings.elements) bind(name.text, (propertyName ?? name).text);
  }
  return { clients, others };
}

function declarationsIn(source: ts.SourceFile, makers: Makers): readonly Declared[] {
  const found: Declared[] = [];
  const declare = (
    name: ts.Node | undefined,
    type: ts.TypeNode | undefined,
    given: readonly ts.Expression[],
    is: { function?: boolean; member?: boolean } = {},
  ): void => {
    if (!name || !(ts.isIdentifier(name) || ts.isPrivateIdentifier(name))) return;
    const leaves = given.map((one) => leavesOf(one, makers));
    found.push({
      name: name.text,
      isFunction: is.function ?? false,
      isMember: is.member ?? false,
      sorts: [...sortsOfType(type, makers), ...leaves.flatMap(({ direct }) => direct)],
      of: leaves.flatMap(({ names }) => names),
    });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isVariableDeclaration(node)) {
      const { initializer } = node;
      if (initializer && isFunctionLike(initializer))
        declare(node.name, initializer.type, returnsOf(initializer), { function: true });
      else declare(node.name, node.type, initializer ? [initializer] : []);
    } else if (ts.isParameter(node))
      declare(node.name, node.type, node.initializer ? [node.initializer] : []);
    else if (ts.isPropertyDeclaration(node) || ts.isPropertySignature(node))
      declare(
        node.name,
        node.type,
        ts.isPropertyDeclaration(node) && node.initializer ? [node.initializer] : [],
        {
          member: true,
        },
      );
    else if (ts.isFunctionDeclaration(node) || ts.isMethodDeclaration(node))
      declare(node.name, node.type, returnsOf(node), {
        function: true,
        member: ts.isMethodDeclaration(node),
      });
    else if (ts.isGetAccessor(node)) declare(node.name, node.type, returnsOf(node), { member: true });
    else if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.EqualsToken) {
      const left = bare(node.left);
      if (ts.isPropertyAccessExpression(left)) declare(left.name, undefined, [node.right], { member: true });
      else declare(left, undefined, [node.right]);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function isFunctionLike(node: ts.Node): node is ts.ArrowFunction | ts.FunctionExpression {
  return ts.isArrowFunction(node) || ts.isFunctionExpression(node);
}

function returnsOf(of: ts.SignatureDeclaration & { body?: ts.Node | undefined }): readonly ts.Expression[] {
  if (!of.body) return [];
  if (!ts.isBlock(of.body)) return [of.body as ts.Expression];
  const found: ts.Expression[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isReturnStatement(node) && node.expression) found.push(node.expression);
    if (!ts.isFunctionLike(node)) ts.forEachChild(node, visit);
  };
  ts.forEachChild(of.body, visit);
  return found;
}

/** `Queue<Job> | null`, `Promise<Redis>`. */
function sortsOfType(type: ts.TypeNode | undefined, makers: Makers): readonly Sort[] {
  if (!type) return [];
  if (ts.isUnionTypeNode(type)) return type.types.flatMap((one) => sortsOfType(one, makers));
  if (ts.isParenthesizedTypeNode(type)) return sortsOfType(type.type, makers);
  if (!ts.isTypeReferenceNode(type)) return [];
  if (ts.isQualifiedName(type.typeName)) {
    const { left, right } = type.typeName;
    return ts.isIdentifier(left) ? (makers.get(left.text)?.(right.text) ?? []) : [];
  }
  const name = type.typeName.text;
  if (name === "Promise") return (type.typeArguments ?? []).flatMap((one) => sortsOfType(one, makers));
  return makers.get(name)?.(name) ?? [];
}

/** What a value may be: clients that are made there, and names (`name`, `.member`, `name()`). */
function leavesOf(
  given: ts.Expression,
  makers: Makers,
): { readonly direct: readonly Sort[]; readonly names: readonly string[] } {
  const node = bare(given);
  const both = (...all: readonly ts.Expression[]): ReturnType<typeof leavesOf> => {
    const leaves = all.map((one) => leavesOf(one, makers));
    return { direct: leaves.flatMap(({ direct }) => direct), names: leaves.flatMap(({ names }) => names) };
  };
  if (ts.isIdentifier(node)) return { direct: [], names: [node.text] };
  if (ts.isPropertyAccessExpression(node)) return { direct: [], names: [`.${node.name.text}`] };
  if (ts.isConditionalExpression(node)) return both(node.whenTrue, node.whenFalse);
  if (ts.isBinaryExpression(node)) return both(node.left, node.right);
  if (ts.isNewExpression(node) || ts.isCallExpression(node)) {
    const callee = bare(node.expression);
    if (ts.isIdentifier(callee))
      return {
        direct: makers.get(callee.text)?.(callee.text) ?? [],
        names: ts.isCallExpression(node) ? [`${callee.text}()`] : [],
      };
    if (!ts.isPropertyAccessExpression(callee)) return { direct: [], names: [] };
    const of = bare(callee.expression);
    const member = callee.name.text;
    const direct = ts.isIdentifier(of) ? (makers.get(of.text)?.(member) ?? []) : [];
    if (narrower.test(member) && ts.isCallExpression(node)) {
      const inner = both(of);
      return { direct: [...direct, ...inner.direct], names: [...inner.names, `${member}()`] };
    }
    return { direct, names: ts.isCallExpression(node) ? [`${member}()`] : [] };
  }
  return { direct: [], names: [] };
}

export function bare(node: ts.Expression): ts.Expression {
  return ts.isParenthesizedExpression(node) ||
    ts.isNonNullExpression(node) ||
    ts.isAsExpression(node) ||
    ts.isSatisfiesExpression(node) ||
    ts.isAwaitExpression(node)
    ? bare(node.expression)
    : node;
}
