import { schemaInLines } from "@tenant-audit/testing";
import { expect, test } from "vitest";
import { noConfiguration } from "./config.js";
import { inferTenancy } from "./infer/infer.js";
import { findMention } from "./mention.js";

const { tenancy } = inferTenancy(
  [
    schemaInLines(`
      organizations: id, name
      projects: id, organization_id -> organizations, name
      users: id, email
      memberships: id, organization_id -> organizations, user_id -> users
      notification_channels: id, project_id -> projects
      invoices: id, project_id -> projects, channel_id -> notification_channels
      countries: id, name
    `),
  ],
  noConfiguration,
);

function mentioned(name: string): string | null {
  const mention = findMention(tenancy, name);
  if (mention?.kind === "tenant") return `tenant ${mention.level.name}`;
  return mention?.kind === "row" ? `row of ${mention.table.name}` : (mention?.kind ?? null);
}

test.each([
  ["organizationId", "tenant organization"],
  ["orgId", "tenant organization"],
  ["request.user.organization.id", "tenant organization"],
  ["activeOrganizationId", "tenant organization"],
  ["session.org.slug", "tenant organization"],
  ["getOrganizationId()", "tenant organization"],
  ["organization", "tenant organization"],
  ["tenantId", "tenant organization"],
  ["project_ids", "tenant project"],
  ["PROJECT_ID", "tenant project"],
  ["userId", "user"],
  ["invoiceId", "row of invoices"],
  ["invoice.id", "row of invoices"],
  ["parentInvoiceId", "row of invoices"],
  ["notificationChannelId", "row of notification_channels"],
  ["channelId", "row of notification_channels"],
  ["countryId", "row of countries"],
])("%s mentions a %s", (name, expected) => {
  expect(mentioned(name)).toBe(expected);
});

test.each(["id", "", "invoice", "organizationName", "stripeOrganizationId", "stripeInvoiceId", "requestId"])(
  "%s mentions nothing",
  (name) => {
    expect(mentioned(name)).toBeNull();
  },
);
