// Types that the scripts of the form's page share: the page's data, the edge's replies, and the programs they load.
// Only the compiler reads this file (`cargo xtask test types`).

import type { LatchkeyEvents } from "./connect";

declare global {
  /** The address of `embed-<hash>.js` on the edge; the build puts it in. */
  const EMBED: string;
  /** The address of `embed-messages-<hash>.js` on the edge; the build puts it in. */
  const EMBED_MESSAGES: string;
  /** Whether this is the build of `connect.js` that loads no other script, so that a page can pin it by its integrity. */
  const PINNED: boolean;
  /** The host page's messages by language, in that build; `null` in the other. */
  const EMBED_TABLES: Record<string, Record<string, string>> | null;
  interface WindowEventMap extends LatchkeyEvents {
    /** The edge has finished one step of a verification. */
    "latchkey-passed": CustomEvent<string>;
    /** The session has been read. */
    "latchkey-session": CustomEvent<Reply>;
    /** Another person has connected the account, by a link that this page has shared. */
    "latchkey-elsewhere": CustomEvent<object>;
  }
}

/** One question of the form, as far as scripts need it. */
export interface Field {
  id: string;
  secret?: boolean;
}

/** The JSON in the page (`src/ssr/page_data.rs`). */
export interface PageData {
  form: { app: string; fields: Field[] };
  /** The translations of the form's messages; absent in English. */
  words?: Record<string, string>;
  session: string;
  mode: "test" | "live";
  place: "link" | "embed";
  origins: string[];
}

/** A response of the edge; `null` when none arrived. */
export type Reply = { status: number; body: any } | null;

/** The functions that the form's program may call in the boot script (`src/hydrate/boot.rs`). */
export interface Boot {
  emit(type: string, detail?: unknown): void;
  parser(again: boolean): Promise<ParserProgram>;
  sealer(): Promise<Seal>;
  read(response: Response): Promise<Reply>;
  offer(list: HTMLSelectElement, at: number, value: string, label: string): void;
  connected(report: Report): void;
}

/** The form's program (`src/hydrate/mod.rs`). */
export interface FormProgram {
  start(pageData: PageData, token: string, session: Promise<Reply>, pending: boolean, boot: Boot): void;
  renew(token: string, session: Promise<Reply>): void;
  cancel(): void;
}

/** The program that parses field values (`parser/src/browser.rs`). Its other functions are called by the form's program alone. */
export interface ParserProgram {
  start(data: { form: object; words?: Record<string, string> }): void;
}

/**
 * Seals one value: `[enc, ct]`, or `undefined` when the key cannot be used. `clear` has the field values that the attempt submits in
 * clear, sorted by field id: id, value, id, value, and so on.
 */
export type Seal = (
  suite: string,
  publicKey: string,
  kid: string,
  mode: string,
  session: string,
  attempt: string,
  field: string,
  value: string,
  app: string,
  clear: string[],
) => Promise<string[] | undefined> | string[] | undefined;

/** The arguments of `start` in `extras/`. */
export interface ExtrasOptions {
  pageData: PageData;
  token: string;
  /** The reply of `GET connect`. */
  session: Promise<Reply>;
  /** The last detail of each event that was emitted before this script ran. */
  emitted: Record<string, any>;
  /** Asks for the session again. */
  ask(token: string): Promise<Reply>;
}

/** The module `extras/index.js`. */
export type Extras = typeof import("./extras/index.js");

/** Sends a request to the API with the session's token. Rejects with the response when it is an error. */
export type Call = (method: string, path: string, body?: unknown) => Promise<any>;

/** The facts that verification has found about the key (`shared/src/report.rs`). */
export interface Report {
  identity: { name?: string; login?: string } | null;
  organization: { name?: string; url?: string } | null;
  roles: string[];
  key: { name?: string; idleDays?: number; expiresAt?: string } | null;
  checks: { title: string; state: string }[];
  capabilities: { title: string; permitted: boolean }[];
  warnings: { message: string; fix: string }[];
  eventHook: { name: string; message: string } | null;
}

/** An account that is stored. */
export interface StoredConnection {
  id: string;
  app: string;
  name: string;
  version: number;
  storedAt: string;
  keyName?: string;
}
