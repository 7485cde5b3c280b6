// Starts the real binary on a free port; the clients of all tests of a file share it.
import { spawn } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import readline from "node:readline";
import { after } from "node:test";

export async function startServer(environment = {}) {
  const directory = mkdtempSync(path.join(tmpdir(), "fogbank-"));
  const binary = path.resolve(process.env.FOGBANK_BINARY ?? "../../target/debug/fogbank");
  const child = spawn(binary, ["start"], {
    cwd: directory,
    env: {
      PATH: process.env.PATH,
      HOME: directory,
      GATEWAY_LISTEN: "127.0.0.1:0",
      DATA_DIR: directory,
      ...environment,
    },
    stdio: ["ignore", "pipe", "inherit"],
  });
  after(() => child.kill("SIGTERM"));
  for await (const line of readline.createInterface({ input: child.stdout })) {
    const found = line.match(/http:\/\/[\w.]+:(\d+)/);
    if (found) {
      child.stdout.resume();
      return {
        endpoint: `http://127.0.0.1:${found[1]}`,
        region: "us-east-1",
        credentials: { accessKeyId: "000000000000", secretAccessKey: "test" },
        maxAttempts: 1,
      };
    }
  }
  throw new Error("the server did not start");
}
