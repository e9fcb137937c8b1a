/** Clients that send mail: which call sends, and where in it stands whom it goes to. */
import type { Call, LibraryModel, Tracer } from "../trace/library.js";
import { isUndefined, type LibraryValue, type Value } from "../trace/value.js";

const library = "mail";

interface Mailer {
  /** What makes a client, and the types that are one. */
  readonly clients: readonly string[];
  /** What sends: methods of a client, of the package itself, or (as `new`) commands that are made to be sent. */
  readonly sends: readonly string[];
  /** Which argument is the mail, or a list of them. */
  readonly mailAt?: number;
  /** Where in the mail stands whom it goes to. */
  readonly to: readonly string[];
}

const commands = ["SendEmailCommand", "SendTemplatedEmailCommand", "SendRawEmailCommand"];

const mailers: Readonly<Record<string, Mailer>> = {
  // https://nodemailer.com/usage
  nodemailer: {
    clients: ["createTransport", "Transporter", "Mail"],
    sends: ["sendMail"],
    to: ["to", "bcc"],
  },
  // https://resend.com/docs/api-reference/emails/send-email
  resend: { clients: ["Resend"], sends: ["emails.send", "emails.create", "batch.send"], to: ["to"] },
  // https://github.com/sendgrid/sendgrid-nodejs/tree/main/packages/mail
  "@sendgrid/mail": { clients: ["MailService"], sends: ["send", "sendMultiple"], to: ["to"] },
  // https://postmarkapp.com/developer/integration/official-libraries
  postmark: {
    clients: ["ServerClient", "Client"],
    sends: ["sendEmail", "sendEmailBatch", "sendEmailWithTemplate", "sendEmailBatchWithTemplates"],
    to: ["To", "Bcc"],
  },
  // https://docs.aws.amazon.com/AWSJavaScriptSDK/v3/latest/client/ses
  "@aws-sdk/client-ses": {
    clients: [],
    sends: commands.map((name) => `new ${name}`),
    to: ["Destination.ToAddresses", "Destinations"],
  },
  "@aws-sdk/client-sesv2": {
    clients: [],
    sends: commands.map((name) => `new ${name}`),
    to: ["Destination.ToAddresses"],
  },
  // https://github.com/mailgun/mailgun.js
  "mailgun.js": { clients: ["default", "client"], sends: ["messages.create"], mailAt: 1, to: ["to"] },
  // https://nest-modules.github.io/mailer
  "@nestjs-modules/mailer": { clients: ["MailerService"], sends: ["sendMail"], to: ["to", "bcc"] },
};

interface Client {
  readonly package: string;
  /** How it is reached from a client: `emails`. */
  readonly path: string;
}

const made = new Map<string, LibraryValue>();

/** The same client is the same object. */
function clientOf(data: Client): LibraryValue {
  const key = `${data.package} ${data.path}`;
  let client = made.get(key);
  if (!client) made.set(key, (client = { kind: "library", library, type: "client", data }));
  return client;
}

function findClient(name: string, path: readonly string[]): LibraryValue | null {
  return mailers[name]!.clients.includes(path.at(-1) ?? "default")
    ? clientOf({ package: name, path: "" })
    : null;
}

export const mail: LibraryModel = {
  name: library,
  packages: Object.keys(mailers),
  signs: [],

  typed: (external) => findClient(external.package, external.path),

  construct(external, call, tracer) {
    send(tracer, external.package, `new ${external.path.at(-1) ?? ""}`, call);
    return findClient(external.package, external.path);
  },

  callExternal(external, call, tracer) {
    // The package itself can be a client: `sgMail.send(…)`.
    send(tracer, external.package, external.path.at(-1) ?? "", call);
    return findClient(external.package, external.path);
  },

  member: (receiver, property) =>
    receiver.kind === "library" ? reached(receiver.data as Client, property) : null,

  callMethod(receiver, method, call, tracer) {
    if (receiver.kind !== "library") return null;
    const { package: name, path } = receiver.data as Client;
    send(tracer, name, path === "" ? method : `${path}.${method}`, call);
    return path === "" ? findClient(name, [method]) : null;
  },
};

/** `resend.emails` */
function reached({ package: name, path }: Client, property: string): LibraryValue | null {
  const further = path === "" ? property : `${path}.${property}`;
  return mailers[name]!.sends.some((one) => one.startsWith(`${further}.`))
    ? clientOf({ package: name, path: further })
    : null;
}

function send(tracer: Tracer, name: string, method: string, call: Call): void {
  const { sends, to, mailAt = 0 } = mailers[name]!;
  const given = call.arguments[mailAt];
  if (!given || !sends.includes(method)) return;
  for (const content of mailsIn(tracer, given))
    for (const path of to) {
      const destination = path
        .split(".")
        .reduce<Value>((value, step) => tracer.memberOf(value, step), content);
      if (!isUndefined(destination)) tracer.send({ destination, content, site: call.site });
    }
}

function mailsIn(tracer: Tracer, given: Value): readonly Value[] {
  if (given.kind === "array") return [...given.elements, ...(given.rest ? [given.rest] : [])];
  return [tracer.elementOf(given) ?? given];
}
