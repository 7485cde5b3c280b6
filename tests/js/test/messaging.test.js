// Libraries that people put on top of SQS and SNS: a consumer and a validator of signatures.
import assert from "node:assert/strict";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import http from "node:http";
import https from "node:https";
import { after, test } from "node:test";

import {
  ConfirmSubscriptionCommand, CreateTopicCommand, PublishCommand, SetTopicAttributesCommand, SNSClient, SubscribeCommand,
} from "@aws-sdk/client-sns";
import { CreateQueueCommand, SendMessageBatchCommand, SQSClient } from "@aws-sdk/client-sqs";
import MessageValidator from "sns-validator";
import { Consumer } from "sqs-consumer";

import { startServer } from "./server.js";

// The validator takes certificates from AWS's hosts only.
const config = await startServer({ SNS_CERT_URL_HOST: "sns.us-east-1.amazonaws.com" });
const sns = new SNSClient(config);
const sqs = new SQSClient(config);

// What it asks that host for is fetched from where it is.
https.get = (url, answered) => http.get(`${config.endpoint}/_aws/sns${new URL(url).pathname}`, answered);

const validate = (message) =>
  new Promise((resolve, reject) => {
    new MessageValidator().validate(message, (error, valid) => (error ? reject(error) : resolve(valid)));
  });

/** A subscriber on a port of its own, and its next request. */
async function startSubscriber(scheme) {
  const requests = [];
  const waiting = [];
  const pem = readFileSync(new URL("subscriber.pem", import.meta.url));
  const [server, options] = scheme === "https" ? [https, { cert: pem, key: pem }] : [http, {}];
  const web = server.createServer(options, (request, response) => {
    const chunks = [];
    request.on("data", (chunk) => chunks.push(chunk));
    request.on("end", () => {
      response.end();
      const body = JSON.parse(Buffer.concat(chunks));
      const next = waiting.shift();
      if (next) next(body);
      else requests.push(body);
    });
  });
  web.listen(0, "127.0.0.1");
  await once(web, "listening");
  after(() => web.close());
  const next = () =>
    requests.length ? Promise.resolve(requests.shift()) : new Promise((resolve) => waiting.push(resolve));
  return { url: `${scheme}://127.0.0.1:${web.address().port}/`, next };
}

test("sqs-consumer handles and deletes what it gets", async () => {
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: "consumed" }));
  const Entries = [..."abcde"].map((Id) => ({ Id, MessageBody: Id }));
  await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
  const handled = [];
  const consumer = Consumer.create({
    queueUrl: QueueUrl,
    sqs,
    batchSize: 5,
    waitTimeSeconds: 1,
    handleMessage: async (message) => {
      handled.push(message.Body);
      return message;
    },
  });
  consumer.start();
  await once(consumer, "empty");
  consumer.stop({ abort: true });
  assert.deepEqual(handled.sort(), [..."abcde"]);
});

for (const scheme of ["http", "https"]) {
  test(`sns-validator finds notifications by ${scheme} of both versions genuine`, async () => {
    const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: `signed-${scheme}` }));
    const subscriber = await startSubscriber(scheme);
    await sns.send(new SubscribeCommand({ TopicArn, Protocol: scheme, Endpoint: subscriber.url }));
    const question = await subscriber.next();
    assert.equal((await validate(question)).Type, "SubscriptionConfirmation");
    await sns.send(new ConfirmSubscriptionCommand({ TopicArn, Token: question.Token }));

    for (const AttributeValue of ["1", "2"]) {
      await sns.send(new SetTopicAttributesCommand({ TopicArn, AttributeName: "SignatureVersion", AttributeValue }));
      await sns.send(new PublishCommand({ TopicArn, Subject: "subject", Message: `version ${AttributeValue}` }));
      const message = await subscriber.next();
      assert.equal(message.SignatureVersion, AttributeValue);
      assert.equal((await validate({ ...message })).Message, `version ${AttributeValue}`);
      await assert.rejects(validate({ ...message, Message: "forged" }), /signature is invalid/);
    }
  });
}
