// The server's conformance mode: it reads a request by the model, reports what it read, and answers
// what the test registered.
import { strict as assert } from "node:assert";

import { canonical, collect, Filler, schemaOf, streaming } from "./values.js";

const MESSAGE = "the message <&> ü";

/** The registrations and reports of one server. */
export class Echo {
  constructor(endpoint) {
    this.url = `${endpoint}/_fogbank/conformance`;
  }

  async register(meant) {
    const response = await fetch(this.url, { method: "POST", body: JSON.stringify(meant) });
    return (await response.json()).token;
  }

  async report(token) {
    return (await fetch(`${this.url}/${token}`)).json();
  }
}

/** The operations of a package: name, command and schema. */
export function operationsOf(sdk) {
  return Object.keys(sdk)
    .filter((name) => /^[A-Z]\w+Command$/.test(name))
    .map((name) => name.slice(0, -"Command".length))
    .map((name) => ({ name, Command: sdk[`${name}Command`], schema: sdk[`${name}$`] }));
}

/** The modelled errors of a package. */
export function errorsOf(sdk) {
  return Object.values(sdk).filter((it) => Array.isArray(it) && it[0] === -3 && !it[1].startsWith("smithy.ts.sdk"));
}

function send(client, Command, input, token) {
  const command = new Command(input);
  const carry = (next) => (args) => {
    args.request.headers["x-fogbank-conformance"] = token;
    return next(args);
  };
  command.middlewareStack.add(carry, { step: "build", name: "carryToken" });
  return client.send(command);
}

/** A canonical value as the server's model has it, which calls some numbers texts, or the other way round. */
function asModelled(value, modelled = {}) {
  if (Array.isArray(value)) return value.map((item) => asModelled(item, modelled));
  if (value === null || typeof value !== "object") return value;
  const as = ([name, member]) => [name, modelled[name] ? modelled[name](member) : asModelled(member, modelled)];
  return Object.fromEntries(Object.entries(value).map(as));
}

/** Lets the members that the SDK changes on its own be, whatever they are. */
function without(members, changed) {
  return Object.fromEntries(Object.entries(members ?? {}).filter(([name]) => !changed.includes(name)));
}

/** One operation with every member: the server reads what was sent, the SDK what was answered. */
export async function checkOperation(echo, client, service, operation) {
  const { fixed = {}, changed = {}, modelled, adds = [] } = service;
  const [input, output] = [schemaOf(operation.schema[4]), schemaOf(operation.schema[5])];
  const sent = new Filler(fixed).value(input);
  const answer = new Filler(fixed).value(output);
  const meant = without(canonical(output, answer), adds);
  const told = asModelled(meant, modelled);
  const token = await echo.register({ service: service.name, operation: operation.name, output: told });
  let got, failure;
  try {
    got = await send(client, operation.Command, streaming(input, sent), token);
  } catch (error) {
    failure = error;
  }
  const report = await echo.report(token);
  assert.equal(report.detected, `${service.name}.${operation.name}`, failure);
  assert.equal(report.failed, undefined);
  const ours = changed[operation.name] ?? changed.all ?? [];
  assert.deepEqual(without(report.input, ours), without(asModelled(canonical(input, sent), modelled), ours), "input");
  if (failure) throw failure;
  const read = canonical(output, await collect(output, got));
  assert.deepEqual(without(read, adds), meant, "output");
}

/** The members of an error beside its code and message, which the SDK adds to shapes without them. */
const own = ({ message, Message, Code, Type, ...rest }) => rest;

/** One modelled error in answer to an operation. */
export async function checkError(echo, client, service, operation, error) {
  const { sdk, name } = service;
  const schema = schemaOf(error.schema);
  const members = own(canonical(schema, new Filler().value(schema)));
  const described = { shape: error.name, message: MESSAGE, members };
  const token = await echo.register({ service: name, operation: operation.name, error: described });
  const input = schemaOf(operation.schema[4]);
  const sent = new Filler(service.fixed).value(input);
  const raised = await send(client, operation.Command, streaming(input, sent), token).then(
    () => assert.fail("no error was raised"),
    (reason) => reason,
  );
  await echo.report(token);
  assert.ok(raised instanceof sdk[error.name], `${raised.name}: ${raised.message}`);
  assert.equal(raised.message, MESSAGE);
  assert.deepEqual(own(canonical(schema, raised)), members);
}
