// Values for every member of a shape of the SDK, and their canonical JSON: the form in which the
// server reports what it read, and in which it is told what to answer.
import { NormalizedSchema } from "@smithy/core/schema";

// Structures that contain themselves are filled to this depth and left out below it.
const DEEPEST_RECURSION = 2;
const EPOCH = Date.UTC(2026, 1, 3, 4, 5, 6);
export const BLOB = new TextEncoder().encode("blob \0ü bytes");
const DOCUMENT = { document: [1, "two", { three: 3.5 }] };
const JSON_TEXT = '{"json": [1, "ü"]}';

export function schemaOf(ref) {
  return NormalizedSchema.of(ref);
}

/** Whether a member is a stream of events. */
function isEvents(schema) {
  return schema.isStreaming() && schema.isStructSchema();
}

/** Makes values; `fixed` names members whose values are not made up. */
export class Filler {
  #count = 0;
  #fixed;

  constructor(fixed = {}) {
    this.#fixed = fixed;
  }

  /** A value of the shape; undefined where it would recurse too deeply. */
  value(schema, name = "", trail = []) {
    this.#count += 1;
    if (schema.isUnitSchema()) return {};
    if (schema.isListSchema()) return this.#list(schema, name, trail);
    if (schema.isMapSchema()) return this.#map(schema, name, trail);
    if (schema.isStructSchema()) return this.#structure(schema, trail);
    return this.#scalar(schema, name);
  }

  #structure(schema, trail) {
    const own = schema.getName(true);
    if (trail.filter((name) => name === own).length >= DEEPEST_RECURSION) return undefined;
    const inner = [...trail, own];
    const value = {};
    for (const [name, member] of schema.structIterator()) {
      const filled = isEvents(member) ? this.#events(member, inner) : this.value(member, name, inner);
      if (filled !== undefined) value[name] = filled;
      // A union has one member.
      if (schema.isUnionSchema() && filled !== undefined) break;
    }
    return value;
  }

  /** One event of each kind, exceptions apart. */
  #events(schema, trail) {
    const events = [];
    for (const [name, member] of schema.structIterator()) {
      if (member.getSchema()[0] !== -3) events.push({ [name]: this.value(member, name, trail) });
    }
    return events;
  }

  #list(schema, name, trail) {
    const count = trail.length < 4 ? 2 : 1;
    const values = Array.from({ length: count }, () => this.value(schema.getValueSchema(), name, trail));
    return values.includes(undefined) ? undefined : values;
  }

  #map(schema, name, trail) {
    const value = this.value(schema.getValueSchema(), name, trail);
    return value === undefined ? undefined : { key0: value };
  }

  #scalar(schema, name) {
    const traits = schema.getMergedTraits();
    if (name in this.#fixed) return this.#fixed[name];
    if (schema.isDocumentSchema()) return DOCUMENT;
    if (schema.isBlobSchema()) return BLOB;
    if (schema.isBooleanSchema()) return this.#count % 2 === 0;
    if (schema.isTimestampSchema()) return new Date(EPOCH + this.#count * 1000);
    if (traits.httpResponseCode) return 200;
    if (schema.isNumericSchema()) return 100 + (this.#count % 50);
    if (traits.mediaType === "application/json") return JSON_TEXT;
    if (traits.httpHeader || traits.httpPrefixHeaders) return `${name}-${this.#count}`;
    if (traits.httpLabel) return `${name} é&${this.#count}`;
    return `${name} <&> ü ${this.#count}`;
  }
}

/** The canonical JSON of a value. */
export function canonical(schema, value) {
  if (value === undefined || value === null) return undefined;
  if (schema.isUnitSchema()) return {};
  if (schema.isStructSchema()) {
    if (Array.isArray(value)) return value.map((event) => canonical(schema, event));
    const members = {};
    for (const [name, member] of schema.structIterator()) {
      const of = canonical(member, value[name]);
      if (of !== undefined) members[name] = of;
    }
    return members;
  }
  if (schema.isListSchema()) return value.map((item) => canonical(schema.getValueSchema(), item) ?? null);
  if (schema.isMapSchema()) {
    const entries = Object.entries(value).map(([key, item]) => [key, canonical(schema.getValueSchema(), item) ?? null]);
    return Object.fromEntries(entries);
  }
  if (schema.isBlobSchema()) return Buffer.from(value).toString("base64");
  if (schema.isTimestampSchema()) return value.getTime() / 1000;
  if (schema.isDocumentSchema() || schema.isBooleanSchema()) return value;
  if (schema.isNumericSchema()) return Number(value);
  if (schema.getMergedTraits().mediaType === "application/json") return JSON.stringify(JSON.parse(String(value)));
  return String(value);
}

/** Reads the streams of an output to their ends. */
export async function collect(schema, output) {
  const value = { ...output };
  for (const [name, member] of schema.isStructSchema() ? schema.structIterator() : []) {
    if (!member.isStreaming() || value[name] === undefined) continue;
    if (isEvents(member)) {
      const events = [];
      for await (const event of value[name]) events.push(event);
      value[name] = events;
    } else {
      value[name] = await value[name].transformToByteArray();
    }
  }
  return value;
}

/** The value with its streams as a caller passes them. */
export function streaming(schema, value) {
  const sent = { ...value };
  for (const [name, member] of schema.isStructSchema() ? schema.structIterator() : []) {
    if (isEvents(member) && sent[name]) {
      const events = sent[name];
      sent[name] = (async function* () { yield* events; })();
    }
  }
  return sent;
}
