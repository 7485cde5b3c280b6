// A second opinion on the wire, beside botocore's: what the SDK for JavaScript sends in each
// protocol is read as it was meant, and it reads what is answered as that was meant.
import assert from "node:assert/strict";
import { test } from "node:test";

import * as apigatewayv2 from "@aws-sdk/client-apigatewayv2";
import * as bedrockRuntime from "@aws-sdk/client-bedrock-runtime";
import * as cloudformation from "@aws-sdk/client-cloudformation";
import * as cloudwatch from "@aws-sdk/client-cloudwatch";
import * as dynamodb from "@aws-sdk/client-dynamodb";
import * as ec2 from "@aws-sdk/client-ec2";
import * as kinesis from "@aws-sdk/client-kinesis";
import * as lambda from "@aws-sdk/client-lambda";
import * as route53 from "@aws-sdk/client-route-53";
import * as s3 from "@aws-sdk/client-s3";
import * as sfn from "@aws-sdk/client-sfn";
import * as sns from "@aws-sdk/client-sns";
import * as sqs from "@aws-sdk/client-sqs";
import * as sts from "@aws-sdk/client-sts";
import { AwsJson1_0Protocol, AwsQueryProtocol, AwsSmithyRpcV2CborProtocol } from "@aws-sdk/core/protocols";

import { checkError, checkOperation, Echo, errorsOf, operationsOf } from "../wire/echo.js";
import { BLOB } from "../wire/values.js";
import { startServer } from "./server.js";

const config = await startServer({ FOGBANK_CONFORMANCE: "1" });
const echo = new Echo(config.endpoint);

/** How many operations are under way at once. */
const TOGETHER = 8;

/** Everything is sent to the one server, whatever the SDK's rules make of the input. */
const endpointProvider = () => ({ url: new URL(config.endpoint) });

/** CloudWatch has two errors of one code, and the SDK takes the other one. */
const CLOUDWATCH = { name: "cloudwatch", sdk: cloudwatch, Client: cloudwatch.CloudWatchClient, skip: ["DashboardNotFoundError"] };

/** The server keeps these dates as they come. */
const httpDate = (seconds) => new Date(seconds * 1000).toUTCString();

/**
 * A row: the service, its package and client; what it is spoken in, where that is not the client's first
 * choice; settings of the client; `fixed` values of members; members that the SDK `changed` on its own, by
 * operation, or `adds` to outputs; members that are `modelled` differently in botocore; what is newer than the
 * server's model, to `skip`.
 */
const SERVICES = [
  { name: "apigatewayv2", sdk: apigatewayv2, Client: apigatewayv2.ApiGatewayV2Client },
  { name: "bedrock-runtime", sdk: bedrockRuntime, Client: bedrockRuntime.BedrockRuntimeClient },
  { name: "cloudformation", sdk: cloudformation, Client: cloudformation.CloudFormationClient },
  { ...CLOUDWATCH, protocol: AwsJson1_0Protocol },
  { ...CLOUDWATCH, protocol: AwsSmithyRpcV2CborProtocol },
  { ...CLOUDWATCH, protocol: AwsQueryProtocol },
  { name: "dynamodb", sdk: dynamodb, Client: dynamodb.DynamoDBClient },
  { name: "ec2", sdk: ec2, Client: ec2.EC2Client, changed: { CopySnapshot: ["DestinationRegion", "PresignedUrl"] } },
  { name: "kinesis", sdk: kinesis, Client: kinesis.KinesisClient },
  { name: "lambda", sdk: lambda, Client: lambda.LambdaClient },
  { name: "route53", sdk: route53, Client: route53.Route53Client, modelled: { MaxItems: String, MaxResults: String } },
  {
    name: "s3",
    sdk: s3,
    Client: s3.S3Client,
    settings: { forcePathStyle: true, requestChecksumCalculation: "WHEN_REQUIRED" },
    fixed: {
      Bucket: "bucket", ChecksumAlgorithm: "CRC32", ContentLength: BLOB.length, NextPartNumberMarker: "7", PartNumberMarker: "5",
    },
    modelled: { Expires: httpDate, NextPartNumberMarker: Number, PartNumberMarker: Number, ResponseExpires: httpDate },
    adds: ["ExpiresString"],
    skip: ["GetBucketReplication", "PutBucketReplication"],
    changed: {
      all: [
        "ChecksumAlgorithm", "ContentLength", "ContentMD5", "CopySourceSSECustomerKey", "CopySourceSSECustomerKeyMD5",
        "SSECustomerKey", "SSECustomerKeyMD5",
      ],
    },
  },
  { name: "stepfunctions", sdk: sfn, Client: sfn.SFNClient },
  { name: "sns", sdk: sns, Client: sns.SNSClient },
  { name: "sqs", sdk: sqs, Client: sqs.SQSClient, settings: { md5: false, useQueueUrlAsEndpoint: false } },
  {
    name: "sts",
    sdk: sts,
    Client: sts.STSClient,
    skip: ["AssumeRoleWithSAML", "AssumeRoleWithWebIdentity", "GetScopedCredentials", "GetWebIdentityToken"],
  },
];

for (const service of SERVICES) {
  const { sdk, Client, protocol } = service;
  test(`${service.name}${protocol ? ` as ${protocol.name}` : ""}`, async (t) => {
    const client = new Client({
      ...config,
      disableHostPrefix: true,
      ...(service.name !== "s3" && { endpointProvider }),
      ...(protocol && { protocol }),
      ...service.settings,
    });
    t.after(() => client.destroy());
    const known = ({ name }) => !service.skip?.includes(name);
    const operations = operationsOf(sdk).filter(known);
    const errors = errorsOf(sdk).map((schema) => ({ name: schema[2], schema })).filter(known);
    const checks = [
      ...operations.map((it) => [it.name, () => checkOperation(echo, client, service, it)]),
      ...errors.map((it, at) => [it.name, () => checkError(echo, client, service, operations[at % operations.length], it)]),
    ].values();
    const failures = [];
    const work = async () => {
      for (const [name, check] of checks) await check().catch((error) => failures.push(`${name}: ${error.message}`));
    };
    await Promise.all(Array.from({ length: TOGETHER }, work));
    if (failures.length > 0) assert.fail(`${failures.length} of ${operations.length + errors.length}\n${failures.join("\n")}`);
  });
}
