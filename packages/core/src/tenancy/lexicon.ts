/**
 * What teams call things. Names only decide where the structure leaves a doubt, and every list holds words in their
 * `stem`.
 */
import { stem, tableWords } from "./names.js";

/** How much a table's name alone says that its rows are tenants. */
export type TenantName = "tenant" | "business" | "division" | "party" | "unremarkable";

/** Which of two names says more: a workspace is a tenant oftener than a company, and that oftener than a project. */
export function weightOf(name: TenantName): number {
  return { tenant: 4, business: 3, division: 2, party: 1, unremarkable: 0 }[name];
}

export function tenantNameOf(table: string): TenantName {
  const words = essential(tableWords(table));
  return words.length === 1 ? tenantWord(words[0]!) : "unremarkable";
}

export function tenantWord(word: string): TenantName {
  if (tenants.has(word)) return "tenant";
  if (businesses.has(word)) return "business";
  if (divisions.has(word)) return "division";
  if (parties.has(word)) return "party";
  return "unremarkable";
}

/** `org` and `organisation` are `organization`. */
export function synonym(word: string): string {
  return synonyms.get(word) ?? word;
}

/** A column that says "tenant" means whatever the tenants are called here. */
export function isGenericTenantWord(word: string): boolean {
  return word === "tenant";
}

export function isUserTable(table: string): boolean {
  const words = essential(tableWords(table));
  return words.length === 1 && words[0] === "user";
}

/** `user_id` and `owner_id` say whose the row is; `created_by` only says who wrote it. */
export function isOwnerName(words: readonly string[]): boolean {
  const last = words.at(-1);
  return words.length === 1
    ? last === "user" || last === "owner"
    : words.length === 2 && words[0] === "owner" && last === "user";
}

/** `created_by`, `invited_by_user_id`, `assignee_id`, `author_id`: a user who did something here. */
export function isPersonName(words: readonly string[]): boolean {
  const last = words.at(-1)!;
  if (last === "by" || (words.length > 1 && words.at(-2) === "by" && last === "user")) return true;
  if (words.length === 1) return actors.has(last);
  return words.length === 2 && last === "user" && actors.has(words[0]!);
}

/** `default_space_id`, `active_organization_id`: a row that points at one of its things, not at what it belongs to. */
export function isPointerName(qualifiers: readonly string[]): boolean {
  return qualifiers.some((word) => pointers.has(word));
}

/** `last_session_id`: one of a sequence, all of which belong to the row. */
export function isSequenceWord(word: string): boolean {
  return sequences.has(word);
}

/** `source_page_id`, `parent_comment_id`: the row means that one, in some role. Other prefixes (`stripe_customer_id`) name somebody else's ids. */
export function isRoleName(qualifiers: readonly string[]): boolean {
  return qualifiers.length === 1 && roles.has(qualifiers[0]!);
}

/**
 * `stripe_customer_id`, `provider_account_id`: what somebody else calls their own. What a service keeps to talk to them
 * (`slack_credentials_id`) is its own.
 */
export function isOutsideName(qualifiers: readonly string[], subject: readonly string[]): boolean {
  return qualifiers.some((word) => outsiders.has(word)) && !keptForOutsiders.has(subject.at(-1)!);
}

/** `plan`, `status`: a column of that name says what a row is like, also where there is a table of them. */
export function isDescribingName(words: readonly string[]): boolean {
  return words.length === 1 && describing.has(words[0]!);
}

/** Whether a table's name says that it ties users to something. */
export function isMembershipName(words: readonly string[]): boolean {
  return words.some((word) => memberships.has(word));
}

/** Prefixes that name the whole application: `app_users`, `tbl_orders`. */
function essential(words: readonly string[]): readonly string[] {
  return words.length > 1 && applicationPrefixes.has(words[0]!) ? words.slice(1) : words;
}

const stems = (...words: string[]): ReadonlySet<string> => new Set(words.map(stem));

/** Customers of a service by another name. */
const tenants = stems("organization", "organisation", "org", "workspace", "tenant");
/** Customers in most services, and in some the companies, banks or agencies that everybody deals with. */
const businesses = stems("company", "agency", "institution", "firm", "enterprise");
/** May be the tenant, or a part of one with walls of its own. */
const divisions = stems(
  "project",
  "team",
  "account",
  "environment",
  "site",
  "store",
  "shop",
  "brand",
  "app",
  "application",
  "space",
  "instance",
  "branch",
);
/** May be the tenant, or somebody a tenant does business with. */
const parties = stems(
  "customer",
  "client",
  "merchant",
  "vendor",
  "partner",
  "school",
  "clinic",
  "hospital",
  "restaurant",
  "hotel",
  "club",
  "business",
  "franchise",
  "property",
);

const synonyms = new Map([
  ["org", "organization"],
  ["organisation", "organization"],
  ["orga", "organization"],
  ["app", "application"],
  ["env", "environment"],
  ["acct", "account"],
  ["ws", "workspace"],
]);

const actors = stems(
  "author",
  "creator",
  "assignee",
  "actor",
  "inviter",
  "reviewer",
  "approver",
  "editor",
  "reporter",
  "annotator",
  "updater",
  "uploader",
  "recipient",
  "sender",
  "invitee",
  "impersonator",
  "requester",
  "operator",
);
const pointers = stems(
  "default",
  "active",
  "current",
  "last",
  "latest",
  "selected",
  "home",
  "primary",
  "preferred",
  "initial",
  "sample",
  "first",
  "next",
  "featured",
);
const sequences = stems("last", "latest");
const roles = stems(
  "source",
  "target",
  "parent",
  "child",
  "from",
  "to",
  "old",
  "new",
  "previous",
  "prev",
  "next",
  "root",
  "original",
  "origin",
  "related",
  "linked",
  "reference",
  "destination",
  "base",
  "default",
  "active",
  "current",
  "last",
  "latest",
  "selected",
  "home",
  "primary",
  "preferred",
  "first",
  "main",
  "duplicate",
  "replaced",
  "merged",
  "copied",
  "sample",
);
const outsiders = stems(
  ...["provider", "external", "remote", "upstream", "foreign", "vendor", "third", "bot", "native"],
  ...["oauth", "oidc", "saml", "sso", "idp", "scim", "ldap", "auth0", "clerk", "okta", "workos", "supabase"],
  ...[
    "stripe",
    "paddle",
    "paypal",
    "braintree",
    "chargebee",
    "lemon",
    "polar",
    "plaid",
    "xero",
    "quickbooks",
  ],
  ...["github", "gitlab", "bitbucket", "jira", "linear", "notion", "figma", "vercel", "netlify", "depot"],
  ...["google", "gcp", "firebase", "microsoft", "azure", "apple", "aws", "cognito", "facebook", "meta"],
  ...[
    "instagram",
    "twitter",
    "linkedin",
    "tiktok",
    "slack",
    "discord",
    "telegram",
    "zoom",
    "teams",
    "twilio",
  ],
  ...["sendgrid", "mailchimp", "resend", "hubspot", "salesforce", "intercom", "zendesk", "shopify"],
  ...["posthog", "mixpanel", "segment", "amplitude", "sentry", "datadog", "openai", "anthropic"],
);
const keptForOutsiders = stems("credential", "integration", "connection");
const describing = stems(
  ...["status", "state", "type", "kind", "name", "title", "label", "tag", "category", "level", "priority"],
  ...["plan", "role", "action", "event", "language", "locale", "currency", "country", "region", "timezone"],
  ...["model", "version", "format", "method", "source", "target", "provider", "scope", "environment"],
  ...[
    "key",
    "value",
    "code",
    "color",
    "icon",
    "image",
    "description",
    "comment",
    "note",
    "message",
    "prompt",
  ],
  ...["content", "reason", "limit", "feature", "permission", "address", "email", "phone", "theme", "unit"],
);
const memberships = stems(
  "member",
  "membership",
  "collaborator",
  "participant",
  "seat",
  "assignment",
  "permission",
  "access",
  "role",
);
const applicationPrefixes = stems(
  "app",
  "application",
  "tbl",
  "table",
  "core",
  "auth",
  "platform",
  "sys",
  "system",
  "main",
);
