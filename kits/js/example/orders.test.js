import {
  CreateQueueCommand, GetQueueUrlCommand, ReceiveMessageCommand, SendMessageCommand, SQSClient,
} from "@aws-sdk/client-sqs";
import { startFogbank } from "fogbank-test";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";

let server, world, sqs, QueueUrl;

beforeAll(async () => {
  server = await startFogbank();
  await new SQSClient(server.config()).send(new CreateQueueCommand({ QueueName: "orders" }));
});
afterAll(() => server.stop());

beforeEach(async () => {
  world = await server.fork();
  sqs = new SQSClient(world.config());
  ({ QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: "orders" })));
});
afterEach(() => world.drop());

const receive = async () => (await sqs.send(new ReceiveMessageCommand({ QueueUrl }))).Messages ?? [];

test.each([1, 2, 3])("each test has the prepared queue to itself (%i)", async (attempt) => {
  expect(await receive()).toEqual([]);
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: `attempt ${attempt}` }));
  expect(await receive()).toHaveLength(1);
});

test("time passes without waiting", async () => {
  await world.clock.freeze();
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "later", DelaySeconds: 900 }));
  expect(await receive()).toEqual([]);
  await world.clock.advance(900);
  expect((await receive()).map((message) => message.Body)).toEqual(["later"]);
});
