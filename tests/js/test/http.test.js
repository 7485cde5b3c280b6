// HTTP as the SDK for JavaScript speaks it: continuation, chunks with trailers, checksums both ways,
// and HTTP/2 with and without TLS.
import assert from "node:assert/strict";
import { Readable } from "node:stream";
import { test } from "node:test";

import { DynamoDBClient, ListTablesCommand } from "@aws-sdk/client-dynamodb";
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { NodeHttp2Handler, NodeHttpHandler } from "@smithy/node-http-handler";

import { startServer } from "./server.js";

const config = await startServer();
const Bucket = "http-manners";
const s3 = client();
await s3.send(new CreateBucketCommand({ Bucket }));

function client(settings = {}) {
  return new S3Client({ ...config, forcePathStyle: true, ...settings });
}

/** The headers with which requests of a client leave. */
function headersOf(of) {
  const seen = {};
  const look = (next) => (args) => {
    Object.assign(seen, args.request.headers);
    return next(args);
  };
  of.middlewareStack.add(look, { step: "deserialize", priority: "low" });
  return seen;
}

async function read(Key, more = {}) {
  const got = await s3.send(new GetObjectCommand({ Bucket, Key, ...more }));
  return [await got.Body.transformToByteArray(), got];
}

test("a body waits for leave to continue", async () => {
  const polite = client({ expectContinueHeader: true });
  const headers = headersOf(polite);
  const Body = Buffer.alloc(3 << 20, 5);
  await polite.send(new PutObjectCommand({ Bucket, Key: "polite", Body }));
  assert.equal(headers.Expect ?? headers.expect, "100-continue");
  assert.deepEqual(Buffer.from((await read("polite"))[0]), Body);
  const refused = polite.send(new PutObjectCommand({ Bucket: "nowhere-at-all", Key: "k", Body }));
  await assert.rejects(refused, { name: "NoSuchBucket" });
});

test("a stream comes in chunks with a checksum at its end", async () => {
  const streaming = client();
  const headers = headersOf(streaming);
  const pieces = Array.from({ length: 40 }, (_, at) => Buffer.alloc(10_000, at));
  const Body = Readable.from(pieces);
  const length = 400_000;
  await streaming.send(new PutObjectCommand({ Bucket, Key: "stream", Body, ContentLength: length }));
  assert.equal(headers["x-amz-content-sha256"], "STREAMING-UNSIGNED-PAYLOAD-TRAILER");
  assert.equal(headers["x-amz-decoded-content-length"], String(length));
  assert.equal(headers["x-amz-trailer"], "x-amz-checksum-crc32");
  assert.deepEqual(Buffer.from((await read("stream"))[0]), Buffer.concat(pieces));
});

for (const algorithm of ["CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256"]) {
  test(`${algorithm} goes both ways`, async () => {
    for (const [Key, Body, more] of [
      [`${algorithm}-whole`, "content", {}],
      [`${algorithm}-stream`, Readable.from([Buffer.from("cont"), Buffer.from("ent")]), { ContentLength: 7 }],
    ]) {
      const put = await s3.send(new PutObjectCommand({ Bucket, Key, Body, ChecksumAlgorithm: algorithm, ...more }));
      const [bytes, got] = await read(Key, { ChecksumMode: "ENABLED" });
      assert.equal(Buffer.from(bytes).toString(), "content");
      assert.ok(put[`Checksum${algorithm}`]);
      assert.equal(got[`Checksum${algorithm}`], put[`Checksum${algorithm}`]);
    }
    const wrong = { Bucket, Key: "wrong", Body: "content", [`Checksum${algorithm}`]: "AAAA" };
    await assert.rejects(s3.send(new PutObjectCommand(wrong)), { name: "InvalidRequest" });
  });
}

test("HTTP/2 by prior knowledge and by ALPN, HTTP/1.1 over TLS", async () => {
  const ca = await (await fetch(`${config.endpoint}/_fogbank/ca.pem`)).text();
  const secure = config.endpoint.replace("http://127.0.0.1", "https://localhost");
  for (const [endpoint, requestHandler] of [
    [config.endpoint, new NodeHttp2Handler()],
    [secure, new NodeHttp2Handler({ nodeHttp2ConnectOptions: { ca } })],
    [secure, new NodeHttpHandler({ httpsAgent: { ca } })],
  ]) {
    const dynamodb = new DynamoDBClient({ ...config, endpoint, requestHandler });
    assert.deepEqual((await dynamodb.send(new ListTablesCommand({}))).TableNames, []);
    const s3 = client({ endpoint, requestHandler });
    await s3.send(new PutObjectCommand({ Bucket, Key: "h2", Body: "over HTTP/2" }));
    const got = await s3.send(new GetObjectCommand({ Bucket, Key: "h2" }));
    assert.equal(await got.Body.transformToString(), "over HTTP/2");
    dynamodb.destroy();
  }
});
