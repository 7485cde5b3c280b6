import assert from "node:assert/strict";
import { Readable } from "node:stream";
import { test } from "node:test";

import { CreateTableCommand, DynamoDBClient, GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import {
  CreateBucketCommand, GetObjectCommand, HeadObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client,
} from "@aws-sdk/client-s3";
import {
  CreateQueueCommand, GetQueueUrlCommand, QueueDoesNotExist, ReceiveMessageCommand, SendMessageCommand, SQSClient,
} from "@aws-sdk/client-sqs";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { Upload } from "@aws-sdk/lib-storage";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";

import { startServer } from "./server.js";

const config = await startServer();
const s3 = new S3Client({ ...config, forcePathStyle: true });
const sqs = new SQSClient(config);

test("STS knows the caller", async () => {
  const identity = await new STSClient(config).send(new GetCallerIdentityCommand({}));
  assert.equal(identity.Arn, "arn:aws:iam::000000000000:root");
});

test("SQS carries a message", async () => {
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: "js" }));
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "hello" }));
  const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl }));
  assert.deepEqual(Messages.map((m) => m.Body), ["hello"]);
});

test("SQS errors are typed", async () => {
  await assert.rejects(sqs.send(new GetQueueUrlCommand({ QueueName: "nowhere" })), QueueDoesNotExist);
});

test("S3 takes a body with a trailing checksum and gives it back", async () => {
  await s3.send(new CreateBucketCommand({ Bucket: "js-bucket" }));
  const put = { Bucket: "js-bucket", Key: "a b/ü.txt", Body: "content", ChecksumAlgorithm: "CRC32C" };
  await s3.send(new PutObjectCommand(put));
  const got = await s3.send(new GetObjectCommand({ Bucket: "js-bucket", Key: "a b/ü.txt" }));
  assert.equal(await got.Body.transformToString(), "content");
  const list = await s3.send(new ListObjectsV2Command({ Bucket: "js-bucket" }));
  assert.deepEqual(list.Contents.map((o) => o.Key), ["a b/ü.txt"]);
});

test("S3 takes a stream of unknown length in parts", async () => {
  await s3.send(new CreateBucketCommand({ Bucket: "js-stream" }));
  const chunk = Buffer.alloc(1 << 20, 7);
  const Body = Readable.from((function* () { for (let i = 0; i < 12; i++) yield chunk; })());
  await new Upload({ client: s3, params: { Bucket: "js-stream", Key: "stream", Body } }).done();
  const head = await s3.send(new HeadObjectCommand({ Bucket: "js-stream", Key: "stream" }));
  assert.equal(head.ContentLength, 12 << 20);
});

test("S3 answers a presigned URL", async () => {
  await s3.send(new CreateBucketCommand({ Bucket: "js-signed" }));
  await s3.send(new PutObjectCommand({ Bucket: "js-signed", Key: "k", Body: "signed" }));
  const url = await getSignedUrl(s3, new GetObjectCommand({ Bucket: "js-signed", Key: "k" }), { expiresIn: 60 });
  assert.equal(await (await fetch(url)).text(), "signed");
});

test("DynamoDB keeps an item", async () => {
  const dynamodb = new DynamoDBClient(config);
  await dynamodb.send(new CreateTableCommand({
    TableName: "js-table",
    BillingMode: "PAY_PER_REQUEST",
    KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
    AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
  }));
  const Item = { id: { S: "1" }, tags: { SS: ["a", "b"] }, n: { N: "12345678901234567890.5" } };
  await dynamodb.send(new PutItemCommand({ TableName: "js-table", Item }));
  const got = await dynamodb.send(new GetItemCommand({ TableName: "js-table", Key: { id: { S: "1" } } }));
  assert.deepEqual(got.Item, Item);
});
