/**
 * Libraries that say who is asking: what they give was verified by them, so it is the principal's. What merely reads a
 * token without verifying it (`decode`) is not here.
 */
import type { EntryPoint } from "../trace/entry.js";
import type { Call, LibraryModel, Tracer } from "../trace/library.js";
import type {
  ExternalValue,
  FunctionValue,
  LibraryValue,
  Site,
  SymbolicValue,
  Value,
} from "../trace/value.js";

interface Authenticator {
  readonly library: string;
  readonly packages: readonly string[];
  /** Exports that give the principal. */
  readonly functions: readonly string[];
  /** Methods of what its other exports make. */
  readonly methods: readonly string[];
  /** What it is configured with: of these parts, the functions that it calls once it has verified somebody, with who that is. */
  readonly told?: Readonly<Record<string, readonly string[]>>;
  /** Its client is also somebody else's: by property, the library that knows what hangs on it. */
  readonly others?: Readonly<Record<string, string>>;
  /** Types that say of a value that it is its client. */
  readonly clients?: readonly string[];
}

const authenticators: readonly Authenticator[] = [
  {
    // https://next-auth.js.org/configuration/nextjs, https://authjs.dev/reference/nextjs
    library: "next-auth",
    packages: ["next-auth", "@auth/core", "@auth/express", "@auth/sveltekit"],
    functions: ["getServerSession", "unstable_getServerSession", "getSession", "getToken"],
    methods: ["auth"],
    // https://authjs.dev/guides/creating-a-database-adapter, https://authjs.dev/reference/core#events. `callbacks.signIn` may speak
    // of an address that was only typed in so far; what is done there is done for whoever reads the mail to it.
    told: {
      adapter: ["createUser", "updateUser", "linkAccount"],
      events: ["createUser", "updateUser", "linkAccount", "signIn", "session"],
      callbacks: ["signIn", "session", "jwt"],
    },
  },
  {
    // https://clerk.com/docs/references/nextjs/auth
    library: "clerk",
    packages: ["@clerk/nextjs", "@clerk/express", "@clerk/fastify", "@clerk/backend", "@hono/clerk-auth"],
    functions: ["auth", "getAuth", "currentUser", "verifyToken"],
    methods: ["authenticateRequest", "verifyToken"],
  },
  {
    library: "auth0",
    packages: ["@auth0/nextjs-auth0"],
    functions: ["getSession"],
    methods: ["getSession"],
  },
  // https://github.com/auth0/node-jsonwebtoken
  { library: "jsonwebtoken", packages: ["jsonwebtoken"], functions: ["verify"], methods: [] },
  // https://github.com/panva/jose
  {
    library: "jose",
    packages: ["jose"],
    functions: ["jwtVerify", "jwtDecrypt", "compactVerify"],
    methods: [],
  },
  // https://github.com/vvo/iron-session
  {
    library: "iron-session",
    packages: ["iron-session"],
    functions: ["getIronSession", "unsealData"],
    methods: [],
  },
  // https://www.better-auth.com/docs/concepts/session-management
  { library: "better-auth", packages: ["better-auth"], functions: [], methods: ["getSession"] },
  // https://v3.lucia-auth.com/reference/main/Lucia
  { library: "lucia", packages: ["lucia"], functions: [], methods: ["validateSession", "validateRequest"] },
  {
    // https://supabase.com/docs/reference/javascript/auth-getuser; `getSession` is not verified on a server.
    library: "supabase",
    packages: ["@supabase/supabase-js", "@supabase/ssr", "@supabase/auth-helpers-nextjs"],
    functions: [],
    methods: ["getUser", "getClaims"],
    others: { storage: "supabase-storage" },
    clients: ["SupabaseClient"],
  },
  {
    // https://firebase.google.com/docs/auth/admin/verify-id-tokens
    library: "firebase-admin",
    packages: ["firebase-admin"],
    functions: [],
    methods: ["verifyIdToken", "verifySessionCookie"],
  },
];

export const identities: readonly LibraryModel[] = authenticators.map(modelOf);

function modelOf({
  library,
  packages,
  functions,
  methods,
  told,
  others = {},
  clients = [],
}: Authenticator): LibraryModel {
  const client: LibraryValue = { kind: "library", library, type: "authenticator", data: null };
  const principals = new Set(functions);
  const asking = new Set(methods);
  const made = (call: Call, tracer: Tracer): Value => {
    for (const argument of call.arguments) {
      if (told) configure({ library, told }, argument, call.site, tracer);
      else tracer.escape(argument, call.site);
    }
    return client;
  };
  const asked = (name: string, call: Call, tracer: Tracer): Value => {
    for (const argument of call.arguments) tracer.escape(argument, call.site);
    return principal(tracer.symbolic(call.site, `${name}()`));
  };
  return {
    name: library,
    packages,
    signs: [],
    typed: ({ path }) => (clients.includes(path.at(-1) ?? "") ? client : null),
    construct: (_, call, tracer) => made(call, tracer),
    callExternal(external: ExternalValue, call, tracer) {
      const name = external.path.at(-1) ?? "";
      return principals.has(name) || asking.has(name) ? asked(name, call, tracer) : made(call, tracer);
    },
    // `auth.api.getSession()`, `const { auth } = NextAuth(…)`
    member: (_, property) => {
      const other = others[property];
      return other === undefined ? client : { kind: "library", library: other, type: property, data: null };
    },
    callValue: (_, call, tracer) => asked("auth", call, tracer),
    callMethod: (_, method, call, tracer) =>
      asking.has(method) || principals.has(method) ? asked(method, call, tracer) : made(call, tracer),
  };
}

/** `NextAuth({ adapter, events, callbacks })`, or a function that gives that for a request. */
function configure(
  { library, told = {} }: Pick<Authenticator, "library" | "told">,
  given: Value,
  site: Site,
  tracer: Tracer,
): void {
  const config = given.kind === "function" ? tracer.invoke(given, []) : given;
  if (config.kind !== "object") {
    tracer.escape(config, site);
    return;
  }
  for (const [name, { value: part }] of config.fields) {
    const names = told[name];
    if (!names || part.kind !== "object") tracer.escape(part, site);
    else
      for (const [method, { value: callback }] of part.fields) {
        if (!names.includes(method) || callback.kind !== "function") tracer.escape(callback, site);
        else tracer.enter(signIn(library, callback, method, principal(tracer.symbolic(site, method)), site));
      }
  }
}

function signIn(
  framework: string,
  handler: FunctionValue,
  name: string,
  value: Value,
  site: Site,
): EntryPoint {
  return {
    name: `sign-in ${name}`,
    kind: "http",
    framework,
    site,
    handler,
    parameters: [{ kind: "context", name: "identity", text: "who signs in", value }],
    before: () => [],
    isDetached: false,
  };
}

function principal(value: Value): Value {
  return value.kind === "symbolic" ? ({ ...value, origin: "principal" } satisfies SymbolicValue) : value;
}
