import assert from "node:assert/strict";
import { test } from "node:test";

import { ConditionalCheckFailedException, CreateTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import {
  BatchWriteCommand, DynamoDBDocumentClient, GetCommand, paginateQuery, PutCommand, TransactWriteCommand, UpdateCommand,
} from "@aws-sdk/lib-dynamodb";
import {
  DeleteItemCommand, Entity, GetItemCommand, item, number, PutItemCommand, QueryCommand, string, Table, UpdateItemCommand,
  $add,
} from "dynamodb-toolbox";

import { startServer } from "./server.js";

const config = await startServer();
const client = new DynamoDBClient(config);
const documents = DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });

// One table for all kinds of things, with an index that turns the key around.
await client.send(new CreateTableCommand({
  TableName: "single",
  BillingMode: "PAY_PER_REQUEST",
  AttributeDefinitions: ["PK", "SK"].map((AttributeName) => ({ AttributeName, AttributeType: "S" })),
  KeySchema: [{ AttributeName: "PK", KeyType: "HASH" }, { AttributeName: "SK", KeyType: "RANGE" }],
  GlobalSecondaryIndexes: [{
    IndexName: "inverted",
    KeySchema: [{ AttributeName: "SK", KeyType: "HASH" }, { AttributeName: "PK", KeyType: "RANGE" }],
    Projection: { ProjectionType: "ALL" },
  }],
}));

test("documents come back as they were", async () => {
  const Item = {
    PK: "d", SK: "1", text: "ü", numbers: new Set([1, 2.5]), bytes: new Uint8Array([0, 255]), none: null, yes: true,
    nested: { list: [1, "two", { three: 3 }], empty: [] }, blank: "",
  };
  await documents.send(new PutCommand({ TableName: "single", Item }));
  const { Item: found } = await documents.send(new GetCommand({ TableName: "single", Key: { PK: "d", SK: "1" } }));
  assert.deepEqual({ ...found, bytes: new Uint8Array(found.bytes) }, Item);
});

test("queries are paginated", async () => {
  const puts = Array.from({ length: 25 }, (_, i) => ({
    PutRequest: { Item: { PK: "pages", SK: String(i).padStart(3, "0") } },
  }));
  await documents.send(new BatchWriteCommand({ RequestItems: { single: puts } }));
  const query = {
    TableName: "single", KeyConditionExpression: "PK = :p", ExpressionAttributeValues: { ":p": "pages" }, Limit: 10,
  };
  const pages = [];
  for await (const page of paginateQuery({ client: documents }, query)) pages.push(page.Items.length);
  assert.deepEqual(pages, [10, 10, 5]);
});

test("conditions and transactions fail as a whole", async () => {
  const Key = { PK: "counter", SK: "-" };
  const increment = {
    TableName: "single", Key, UpdateExpression: "ADD n :one", ConditionExpression: "attribute_not_exists(n) OR n < :most",
    ExpressionAttributeValues: { ":one": 1, ":most": 1 }, ReturnValues: "ALL_NEW",
    ReturnValuesOnConditionCheckFailure: "ALL_OLD",
  };
  const { Attributes } = await documents.send(new UpdateCommand(increment));
  assert.equal(Attributes.n, 1);
  await assert.rejects(documents.send(new UpdateCommand(increment)), ConditionalCheckFailedException);
  const { ReturnValues, ...Update } = increment;
  const transaction = new TransactWriteCommand({
    TransactItems: [{ Put: { TableName: "single", Item: { PK: "other", SK: "-" } } }, { Update }],
  });
  await assert.rejects(documents.send(transaction), (error) => {
    assert.equal(error.name, "TransactionCanceledException");
    assert.deepEqual(error.CancellationReasons.map((reason) => reason.Code), ["None", "ConditionalCheckFailed"]);
    return true;
  });
  const { Item } = await documents.send(new GetCommand({ TableName: "single", Key: { PK: "other", SK: "-" } }));
  assert.equal(Item, undefined);
});

test("DynamoDB-Toolbox keeps entities in one table", async () => {
  const table = new Table({
    documentClient: documents, name: "single",
    partitionKey: { name: "PK", type: "string" }, sortKey: { name: "SK", type: "string" },
    indexes: {
      inverted: {
        type: "global", partitionKey: { name: "SK", type: "string" }, sortKey: { name: "PK", type: "string" },
      },
    },
  });
  const User = new Entity({
    name: "User", table,
    schema: item({ id: string().key().savedAs("PK"), kind: string().key().savedAs("SK"), age: number() }),
  });
  await User.build(PutItemCommand).item({ id: "ann", kind: "user", age: 30 }).send();
  await User.build(PutItemCommand).item({ id: "bob", kind: "user", age: 40 }).send();
  await User.build(UpdateItemCommand).item({ id: "ann", kind: "user", age: $add(1) }).send();
  const { Item } = await User.build(GetItemCommand).key({ id: "ann", kind: "user" }).send();
  assert.equal(Item.age, 31);
  const { Items } = await table.build(QueryCommand)
    .query({ index: "inverted", partition: "user" })
    .entities(User)
    .options({ filters: { User: { attr: "age", gt: 35 } } })
    .send();
  assert.deepEqual(Items.map((user) => user.id), ["bob"]);
  await User.build(DeleteItemCommand).key({ id: "ann", kind: "user" }).send();
  assert.equal((await User.build(GetItemCommand).key({ id: "ann", kind: "user" }).send()).Item, undefined);
});
