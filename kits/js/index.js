import { spawn } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import readline from "node:readline";

const ACCOUNT = "000000000000";
const REGION = "us-east-1";

class Clock {
  #world;

  constructor(world) {
    this.#world = world;
  }

  async now() {
    return new Date((await this.#world.call("GET", "/_fogbank/clock")).now);
  }

  freeze() {
    return this.#act({ action: "freeze" });
  }

  set(moment) {
    return this.#act({ action: "set", to: moment.toISOString() });
  }

  advance(seconds) {
    return this.#act({ action: "advance", by: seconds });
  }

  scale(rate) {
    return this.#act({ action: "scale", rate });
  }

  real() {
    return this.#act({ action: "real" });
  }

  async #act(action) {
    await this.#world.call("POST", "/_fogbank/clock", action);
  }
}

class World {
  constructor(endpoint, name = "main") {
    this.endpoint = endpoint;
    this.name = name;
    this.clock = new Clock(this);
  }

  config({ account = ACCOUNT, region = REGION } = {}) {
    return {
      endpoint: this.endpoint,
      region,
      credentials: { accessKeyId: account, secretAccessKey: "test" },
      forcePathStyle: true,
    };
  }

  async fork(name) {
    const world = await this.call("POST", "/_fogbank/worlds", { from: this.name, name });
    return new World(world.endpoint, world.name);
  }

  async reset() {
    await this.call("POST", `/_fogbank/worlds/${this.name}/reset`);
  }

  async drop() {
    await this.call("DELETE", `/_fogbank/worlds/${this.name}`);
  }

  async call(method, route, body) {
    const response = await fetch(this.endpoint + route, {
      method,
      body: body && JSON.stringify(body),
      headers: { "content-type": "application/json" },
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${route}: ${response.status} ${text}`);
    return text ? JSON.parse(text) : undefined;
  }
}

class Server extends World {
  #child;

  constructor(endpoint, child) {
    super(endpoint);
    this.#child = child;
  }

  async stop() {
    if (!this.#child || this.#child.exitCode !== null) return;
    const ended = new Promise((resolve) => this.#child.once("exit", resolve));
    this.#child.kill("SIGTERM");
    await ended;
  }
}

export async function startFogbank({ binary, endpoint } = {}) {
  endpoint ??= process.env.FOGBANK_ENDPOINT;
  if (endpoint) return new Server(endpoint);
  const child = spawn(locate(binary ?? process.env.FOGBANK_BINARY ?? "fogbank"), ["start"], {
    cwd: mkdtempSync(path.join(tmpdir(), "fogbank-")),
    env: { ...process.env, GATEWAY_LISTEN: "127.0.0.1:0" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const failed = new Promise((_, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`fogbank ended with code ${code}`)));
  });
  failed.catch(() => {});
  return Promise.race([failed, banner(child)]);
}

async function banner(child) {
  for await (const line of readline.createInterface({ input: child.stdout })) {
    const found = line.match(/http:\/\/[\w.]+:(\d+)/);
    if (!found) continue;
    child.stdout.resume();
    child.stdout.unref?.();
    child.unref();
    return new Server(`http://127.0.0.1:${found[1]}`, child);
  }
  return new Promise(() => {});
}

// A bare name is looked up on the PATH; anything else is a file.
function locate(binary) {
  return binary.includes("/") ? path.resolve(binary) : binary;
}
