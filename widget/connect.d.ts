// Types of `connect.js`: the global `Latchkey`, its events, and `<latchkey-connect>`.
// A project downloads the file from its edge, `https://<edge>/connect.d.ts`, and names it in its tsconfig's `files` or `include`.

/** The source of a session's token: the token, or a function that returns one or a promise of one. It is called again after the token has expired. */
export type LatchkeySession = string | (() => string | Promise<string>);

/** `auto`, which is the default, follows the page's `color-scheme` where it is `light` or `dark`, else the system. */
export type LatchkeyTheme = "light" | "dark" | "auto";

/** The connected account: ids and names, never a secret. */
export interface LatchkeyConnection {
  readonly connectionId: string;
  readonly app: string;
  readonly name: string;
  readonly version: number;
}

/** An error: a code of the API, or one of `connect.js`. */
export interface LatchkeyError {
  readonly code: LatchkeyErrorCode;
  /** The field with the error, or `null`. */
  readonly field: string | null;
}

/** The codes of `connect.js` itself, and any code of the API. */
export type LatchkeyErrorCode =
  | "embed_unavailable"
  | "frame_silent"
  | "internal"
  | "invalid_session_token"
  | "session_expired"
  | "session_unavailable"
  | "session_unusable"
  | (string & {});

export type LatchkeyCloseReason = "done" | "button" | "escape" | "api" | "removed" | "changed" | "unavailable";

/** The details of the events, by the event's name without `latchkey-`. */
export interface LatchkeyDetails {
  open: object;
  ready: object;
  success: LatchkeyConnection;
  error: LatchkeyError;
  close: { readonly reason: LatchkeyCloseReason };
}

/** The argument of `onEvent`: the event's name in `type`, and its detail. */
export type LatchkeyMessage = { [Name in keyof LatchkeyDetails]: { readonly type: Name } & LatchkeyDetails[Name] }[keyof LatchkeyDetails];

/** The outcome of the modal. */
export type LatchkeyOutcome =
  | { readonly status: "connected"; readonly connection: LatchkeyConnection }
  | { readonly status: "closed" };

export interface LatchkeyOptions {
  /** This session is used first. Without one, the endpoint is asked. */
  session?: LatchkeySession;
  /** Your endpoint. Without one, `data-latchkey-session-url` of the script's tag counts. A `<base>` does not move it. */
  sessionUrl?: string;
  theme?: LatchkeyTheme;
  onEvent?: (message: LatchkeyMessage) => void;
}

export interface LatchkeyApi {
  /** Opens the modal; resolves when it has closed. While one is open, this returns that one's promise. */
  open(options?: LatchkeyOptions): Promise<LatchkeyOutcome>;
  /** Closes the modal, or cancels one that is still loading. */
  close(): void;
  /** Fetches the files of the form. Call it when somebody points at a button of your own. */
  preload(): Promise<void>;
}

/** The events of the element, of a button with `data-latchkey-session`, and of `document`. */
export type LatchkeyEvents = { [Name in keyof LatchkeyDetails as `latchkey-${Name}`]: CustomEvent<LatchkeyDetails[Name]> };

/** The attributes of `<latchkey-connect>` in markup. */
export interface LatchkeyConnectAttributes {
  /** A token, or nothing: then the endpoint of the script's tag is asked. */
  session?: string;
  theme?: LatchkeyTheme;
}

export interface LatchkeyConnectElement extends HTMLElement {
  /** A token or a function; an empty text asks the endpoint. It stands in front of the attribute `session`, and never becomes one. */
  session: LatchkeySession | null;
  /** The endpoint of this element. No attribute sets it. */
  sessionUrl: string | null;
  theme: LatchkeyTheme;
}

declare global {
  /** Defined once `connect.js` has run. */
  var Latchkey: LatchkeyApi | undefined;
  interface HTMLElementTagNameMap {
    "latchkey-connect": LatchkeyConnectElement;
  }
  interface HTMLElementEventMap extends LatchkeyEvents {}
  interface DocumentEventMap extends LatchkeyEvents {}
}
