// What follows for jobs is in fixtures/queues/sent.ts; here is how what is sent is recognised, and what is not.
import { analyzed } from "@tenant-audit/testing";
import { describe, expect, test } from "vitest";

/** The producer's verdict, and the consumer's, of a queue of mails whose consumer does this. */
function verdictsWith(imports: string, before: string, sending: string): readonly string[] {
  const { paths } = analyzed(`
    ${imports}
    import { Queue, Worker } from "bullmq";
    import { db } from "./database.js";
    ${before}
    const queue = new Queue("mails");
    export async function put(organizationId: string) {
      const row = await db.selectFrom("invoices").select("number").where("organization_id", "=", organizationId).executeTakeFirstOrThrow();
      await queue.add("mail", { to: (globalThis as any).address(), html: row.number });
    }
    new Worker("mails", async ({ data }) => { ${sending} });`);
  return paths.filter(({ kind }) => kind.startsWith("job")).map(({ verdict }) => verdict);
}

const sent = ["scoped", "scoped"];
const notSent = ["unscoped", "unclear"];

describe("mail", () => {
  test.each([
    [
      `import nodemailer from "nodemailer";`,
      `const t = nodemailer.createTransport();`,
      `await t.sendMail(data);`,
    ],
    [
      `import * as mailer from "nodemailer";`,
      `const t = mailer.createTransport();`,
      `await t.sendMail({ ...data });`,
    ],
    [
      `import type { Transporter } from "nodemailer";`,
      `declare const t: Transporter;`,
      `await t.sendMail(data);`,
    ],
    [
      `import { Resend } from "resend";`,
      `const r = new Resend("");`,
      `await r.emails.send({ to: [data.to], html: data.html });`,
    ],
    [
      `import { Resend } from "resend";`,
      `const r = new Resend("");`,
      `await r.batch.send([{ to: data.to, html: data.html }]);`,
    ],
    [`import mail from "@sendgrid/mail";`, ``, `await mail.send({ to: data.to, html: data.html });`],
    [
      `import { ServerClient } from "postmark";`,
      `const c = new ServerClient("");`,
      `await c.sendEmail({ To: data.to, HtmlBody: data.html });`,
    ],
    [
      `import { SESClient, SendEmailCommand } from "@aws-sdk/client-ses";`,
      `const c = new SESClient({});`,
      `await c.send(new SendEmailCommand({ Destination: { ToAddresses: [data.to] }, Message: data.html }));`,
    ],
    [
      `import { SESv2Client, SendEmailCommand } from "@aws-sdk/client-sesv2";`,
      `const c = new SESv2Client({});`,
      `await c.send(new SendEmailCommand({ Destination: { ToAddresses: [data.to] }, Content: data.html }));`,
    ],
    [
      `import Mailgun from "mailgun.js";`,
      `const c = new Mailgun(FormData).client({ username: "api", key: "" });`,
      `await c.messages.create("example.com", { to: data.to, html: data.html });`,
    ],
    [
      `import { MailerService } from "@nestjs-modules/mailer";`,
      `declare const c: MailerService;`,
      `await c.sendMail({ to: data.to, html: data.html });`,
    ],
  ])("%s", (imports, before, sending) => {
    expect(verdictsWith(imports, before, sending)).toEqual(sent);
  });

  test.each([
    [
      "to whom the program says",
      `import { Resend } from "resend"; const r = new Resend("");`,
      `await r.emails.send({ to: "a@example.com", html: data.html });`,
    ],
    [
      "of nothing that is sent",
      `import { Resend } from "resend"; const r = new Resend("");`,
      `await r.contacts.create({ email: data.to });`,
    ],
    [
      "of somebody else's",
      `import { createTransport } from "./mail.js"; const t = createTransport();`,
      `await t.sendMail(data);`,
    ],
  ])("is none that is %s", (_, before, sending) => {
    expect(verdictsWith("", before, sending)).toEqual(notSent);
  });
});

describe("HTTP", () => {
  test.each([
    ["", "await fetch(data.to, { body: data.html });"],
    ["", "await globalThis.fetch(new URL(data.to), { body: data.html });"],
    ["", "await fetch(`https://${data.to}/hook`, { body: data.html });"],
    [`import axios from "axios";`, "await axios.post(data.to, data.html);"],
    [`import axios from "axios";`, "await axios({ url: data.to, data: data.html });"],
    [
      `import axios from "axios"; const client = axios.create();`,
      "await client.request({ url: data.to, data: data.html });",
    ],
    [`import got from "got";`, "await got.post(data.to, { json: data });"],
    [`import { request } from "undici";`, "await request(data.to, { body: data.html });"],
  ])("%s %s", (imports, sending) => {
    expect(verdictsWith(imports, "", sending)).toEqual(sent);
  });

  test.each([
    ["a host that is written out", "", "await fetch(`https://example.com/${data.to}`, { body: data.html });"],
    [
      "a host that the service is set up with",
      "",
      "await fetch(`${process.env.HOST}/${data.to}`, { body: data.html });",
    ],
    [
      "a function of the program",
      "const fetch = (...given: unknown[]) => given;",
      "await fetch(data.to, data.html);",
    ],
  ])("is none to %s", (_, before, sending) => {
    expect(verdictsWith("", before, sending)).toEqual(notSent);
  });
});
