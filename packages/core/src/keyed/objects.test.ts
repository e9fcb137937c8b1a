// Faults and their innocent neighbours are in fixtures/storage; here is what each client reads, writes, lists and deletes.
import { analyzed } from "@tenant-audit/testing";
import { describe, expect, it, test } from "vitest";

/** `put a/{organizationId}`, for every path to a store. */
function pathsIn(imports: string, body: string): readonly string[] {
  const { paths } = analyzed(`
    ${imports}
    export async function run(organizationId: string, id: string, body: string, ids: string[]) {
      ${body}
    }`);
  return paths
    .filter((path) => path.kind === "storage")
    .map((path) => `${path.library} ${path.operation} ${path.resources.join(", ")}`);
}

describe("what a client reaches", () => {
  it("by commands of Amazon's SDK, wherever they are sent", () => {
    const imports = `import * as s3 from "@aws-sdk/client-s3"; import { Upload } from "@aws-sdk/lib-storage";
      import { createPresignedPost } from "@aws-sdk/s3-presigned-post"; const client = new s3.S3Client({});`;
    expect(
      pathsIn(
        imports,
        `client.send(new s3.GetObjectCommand({ Bucket: "b", Key: "a/" + organizationId }));
         elsewhere(new s3.PutObjectCommand({ Bucket: "b", Key: \`b/\${organizationId}\`, Body: body }));
         client.send(new s3.HeadObjectCommand({ Bucket: "b", Key: \`c/\${organizationId}\` }));
         client.send(new s3.DeleteObjectsCommand({ Bucket: "b", Delete: { Objects: [{ Key: \`d/\${organizationId}\` }, { Key: "e" }] } }));
         client.send(new s3.CopyObjectCommand({ Bucket: "b", Key: \`f/\${organizationId}\`, CopySource: \`\${bucket()}/g/\${organizationId}\` }));
         client.send(new s3.ListObjectsV2Command({ Bucket: "b", Prefix: \`h/\${organizationId}/\` }));
         new Upload({ client, params: { Bucket: "b", Key: \`i/\${organizationId}\`, Body: body } });
         createPresignedPost(client, { Bucket: "b", Key: \`j/\${organizationId}\` });
         client.send(new s3.ListBucketsCommand({}));`,
      ),
    ).toEqual([
      "s3 get a/{organizationId}",
      "s3 put b/{organizationId}",
      "s3 get c/{organizationId}",
      "s3 delete d/{organizationId}, e",
      "s3 put f/{organizationId}, g/{organizationId}",
      "s3 read h/{organizationId}/",
      "s3 put i/{organizationId}",
      "s3 put j/{organizationId}",
    ]);
  });

  it("by methods of the older one, and by what it signs", () => {
    expect(
      pathsIn(
        `import AWS from "aws-sdk"; import S3 from "aws-sdk/clients/s3"; const one = new AWS.S3(); const other = new S3();`,
        `await one.putObject({ Bucket: "b", Key: \`a/\${organizationId}\`, Body: body }).promise();
         await other.getObject({ Bucket: "b", Key: \`b/\${organizationId}\` }).promise();
         one.getSignedUrl("putObject", { Bucket: "b", Key: \`c/\${organizationId}\` });
         one.createPresignedPost({ Bucket: "b", Fields: { key: \`d/\${organizationId}\` } });
         one.listBuckets();`,
      ),
    ).toEqual([
      "s3 put a/{organizationId}",
      "s3 get b/{organizationId}",
      "s3 put c/{organizationId}",
      "s3 put d/{organizationId}",
    ]);
  });

  it("by a client that is only declared", () => {
    expect(
      pathsIn(
        `import type { Client } from "minio"; import type { Bucket } from "@google-cloud/storage";
         import type { ContainerClient } from "@azure/storage-blob"; import type { SupabaseClient } from "@supabase/supabase-js";
         declare const minio: Client, bucket: Bucket, container: ContainerClient, supabase: SupabaseClient;`,
        `minio.presignedGetObject("b", \`a/\${organizationId}\`);
         minio.removeObjects("b", ids.map((one) => \`b/\${organizationId}/\${one}\`));
         bucket.file(\`c/\${organizationId}\`).createWriteStream();
         bucket.file(\`d/\${organizationId}\`).move(\`e/\${organizationId}\`);
         bucket.upload("/tmp/x", { destination: \`f/\${organizationId}\` });
         container.getBlobClient(\`g/\${organizationId}\`).deleteIfExists();
         supabase.storage.from("b").createSignedUrl(\`h/\${organizationId}\`, 60);
         supabase.storage.from("b").remove([\`i/\${organizationId}\`]);
         minio.bucketExists("b"); bucket.exists(); container.createIfNotExists(); supabase.storage.listBuckets();`,
      ),
    ).toEqual([
      "minio get a/{organizationId}",
      "minio delete b/{organizationId}/{ids}",
      "google-storage put c/{organizationId}",
      "google-storage put e/{organizationId}, d/{organizationId}",
      "google-storage put f/{organizationId}",
      "azure-blob delete g/{organizationId}",
      "supabase-storage get h/{organizationId}",
      "supabase-storage delete i/{organizationId}",
    ]);
  });
});

test("Oracle's store is asked with one object", () => {
  expect(
    pathsIn(
      `import { ObjectStorageClient, UploadManager } from "oci-objectstorage"; import * as objectstorage from "oci-objectstorage";`,
      `const client = new ObjectStorageClient({ authenticationDetailsProvider: provider });
       const there = { namespaceName: "n", bucketName: "b" };
       await client.putObject({ ...there, objectName: \`a/\${organizationId}\`, putObjectBody: body });
       await new objectstorage.ObjectStorageClient({}).getObject({ ...there, objectName: \`b/\${organizationId}\` });
       await new UploadManager(client).upload({ content: body, requestDetails: { ...there, objectName: \`c/\${organizationId}\` } });
       const { listObjects } = await client.listObjects({ ...there, prefix: \`d/\${organizationId}/\` });
       for (const { name } of listObjects.objects) await client.deleteObject({ ...there, objectName: name });
       await client.createPreauthenticatedRequest({
         ...there,
         createPreauthenticatedRequestDetails: { name: "once", accessType: "ObjectRead", objectName: \`e/\${organizationId}\` },
       });
       await client.getNamespace({}); await client.getBucket(there);`,
    ),
  ).toEqual([
    "oci-storage put a/{organizationId}",
    "oci-storage get b/{organizationId}",
    "oci-storage put c/{organizationId}",
    "oci-storage read d/{organizationId}/",
    expect.stringContaining("oci-storage delete d/{organizationId}/"),
    "oci-storage get e/{organizationId}",
  ]);
});

describe("a call of the file system", () => {
  const imports = `import fs, { promises } from "node:fs"; import { readFile } from "fs/promises"; import path from "node:path";`;

  it("is a path where its name says whose the file is", () => {
    expect(
      pathsIn(
        imports,
        `await readFile(path.join("/files", organizationId, "a"));
         await promises.writeFile(path.resolve("/files", \`\${organizationId}.json\`), body);
         fs.createReadStream("/files/" + organizationId).pipe(process.stdout);
         fs.renameSync(path.join("/tmp", "x"), path.posix.join("/files", organizationId, "y"));`,
      ),
    ).toEqual([
      "files get /files/{organizationId}/a",
      "files put /files/{organizationId}.json",
      "files get /files/{organizationId}",
      "files put /files/{organizationId}/y",
    ]);
  });

  it("is none where it does not", () => {
    expect(
      pathsIn(
        imports,
        `fs.readFileSync("settings.json", "utf8");
         await readFile(path.join(process.cwd(), "templates", id + ".html"));
         await promises.rm(path.join("/tmp", crypto.randomUUID()));
         fs.existsSync(path.join("/files", organizationId));`,
      ),
    ).toEqual([]);
  });
});
