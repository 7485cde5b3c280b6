/** What an AWS SDK v3 client takes to reach a world. */
export interface ClientConfig {
  endpoint: string;
  region: string;
  credentials: { accessKeyId: string; secretAccessKey: string };
  forcePathStyle: boolean;
}

/** The time that a world sees. */
export interface Clock {
  now(): Promise<Date>;
  freeze(): Promise<void>;
  set(moment: Date): Promise<void>;
  /** Lets time pass; what falls due on the way runs before this resolves. */
  advance(seconds: number): Promise<void>;
  scale(rate: number): Promise<void>;
  real(): Promise<void>;
}

/** All state of all services, with a clock of its own. */
export interface World {
  readonly name: string;
  readonly endpoint: string;
  readonly clock: Clock;
  /** Configuration for any client of the AWS SDK v3; `account` is any twelve digits. */
  config(options?: { account?: string; region?: string }): ClientConfig;
  /** A world with the same state; what happens in one is not seen in the other. */
  fork(name?: string): Promise<World>;
  reset(): Promise<void>;
  drop(): Promise<void>;
}

/** A server. */
export interface Server extends World {
  stop(): Promise<void>;
}

/**
 * Starts a server: `binary`, `$FOGBANK_BINARY`, or `fogbank` on the PATH. With `endpoint` or
 * `$FOGBANK_ENDPOINT` it uses one that runs already.
 */
export function startFogbank(options?: { binary?: string; endpoint?: string }): Promise<Server>;
