// The live channel of the console: WebSockets that the object of a project holds while it sleeps.
//
// Rust says who may open one, what changed, and whose session has ended; this file owns the sockets. A text has kinds and ids, never
// data, and comes at most once in a second. It refuses every message but `ping`, which the runtime answers by itself.

const LIVE = "latchkey-live";

/** The least time between two texts, in milliseconds. */
const PAUSE_MS = 1_000;

/** The kinds that only an admin is told of. */
const FOR_ADMINS = new Set(["api-keys", "audit-log", "webhook-endpoints", "console-sessions", "project"]);

/** The code of a socket whose session has ended. The page leads to the sign-in then (`widget/console/src/hydrate/live.rs`). */
const ENDED = 4401;

/**
 * The response, or the WebSocket of the project's object, if Rust says so.
 * @param {Response} response
 * @param {DurableObjectNamespace} projects
 */
export async function orLive(response, projects) {
  const live = response.headers.get(LIVE);
  if (live === null) return response;
  const [project, ...rest] = live.split(" ");
  const stub = projects.get(projects.idFromName(project));
  return await stub.fetch(`https://project/lists/live?${rest.join(" ")}`, { headers: { upgrade: "websocket" } });
}

/** The sockets of one object. */
export class Live {
  #ctx;
  #roles;
  /** The changes that were not told yet. */
  #pending = "";
  /** When the last text was sent, in milliseconds since 1970. */
  #told = 0;
  #waiting = false;

  /**
   * @param {DurableObjectState} ctx
   * @param {(sessions: string) => Promise<string>} roles The roles of sessions, a line for each; empty if one has ended.
   */
  constructor(ctx, roles) {
    this.#ctx = ctx;
    this.#roles = roles;
  }

  /**
   * Opens a socket for `<mode> <session> <most sockets> <most ids>`.
   * @param {string} asked
   */
  open(asked) {
    const [mode, session, most, ids] = asked.split(" ");
    if (this.#ctx.getWebSockets().length >= Number(most)) return new Response(null, { status: 503, headers: { "retry-after": "60" } });
    const { 0: client, 1: server } = new WebSocketPair();
    this.#ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair("ping", "pong"));
    this.#ctx.acceptWebSocket(server);
    server.serializeAttachment({ mode, session, most: Number(ids) });
    return new Response(null, { status: 101, webSocket: client });
  }

  /**
   * Tells these changes, in lines of mode, kind and id, with those that wait.
   * @param {string} changed
   */
  tell(changed) {
    if (!changed || this.#ctx.getWebSockets().length === 0) return;
    if (this.#pending.length < 65_536) this.#pending += changed;
    if (this.#waiting) return;
    this.#waiting = true;
    setTimeout(() => this.flush().catch((cause) => console.error("The live channel failed:", String(cause))), Math.max(0, this.#told + PAUSE_MS - Date.now()));
  }

  /** Sends what waits, and closes the sockets of sessions that have ended. */
  async flush() {
    const lines = this.#pending.split("\n").map((line) => line.split(" "));
    this.#pending = "";
    this.#waiting = false;
    this.#told = Date.now();
    const sockets = this.#ctx.getWebSockets().map((socket) => ({ socket, ...socket.deserializeAttachment() }));
    if (sockets.length === 0) return;
    const sessions = [...new Set(sockets.map(({ mode, session }) => `${mode} ${session}`))];
    const roles = (await this.#roles(sessions.join("\n"))).split("\n");
    for (const { socket, mode, session, most } of sockets) {
      const role = roles[sessions.indexOf(`${mode} ${session}`)];
      if (!role) {
        socket.close(ENDED, "The console session has ended.");
        continue;
      }
      const seen = lines.filter(([of, kind]) => kind && (of === mode || of === "-") && (role === "admin" || !FOR_ADMINS.has(kind)));
      if (seen.length === 0) continue;
      const changed = [...new Set(seen.map(([, kind]) => kind))];
      const named = seen.filter(([, kind]) => kind !== "events" && kind !== "audit-log");
      const ids = [...new Set(named.map(([, , id]) => id))];
      socket.send(JSON.stringify({ changed, ids: ids.includes("") || ids.length > most ? [] : ids }));
    }
  }

  /**
   * A message of a browser. Only `ping` is one, and the runtime has answered that.
   * @param {WebSocket} socket
   */
  refuse(socket) {
    socket.close(1008, "This channel takes no messages.");
  }
}
