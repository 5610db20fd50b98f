// One form: its frame on the edge's origin, the channel to it, and the message in its place while it is not there.
//
// It owns the exchange of hello and init, in which both sides check window and origin, and asking for a new session. It refuses
// to see entered values, and to give the token to anything but the edge's own page.

import { messages as own, speak } from "./messages.js";
import { make, scheme, settings, source } from "./parts.js";

/** How long the frame may stay silent, in milliseconds. */
const SILENCE = 10000;

/**
 * Makes a form that is not started yet.
 * @param {{
 *   session?: import("../connect").LatchkeySession | null,
 *   url?: string | null,
 *   theme?: string | null,
 *   focus?: boolean,
 *   emit: (type: string, detail: any) => void,
 *   end: (reason: string) => void,
 *   relabel?: (messages: import("./messages.js").Messages) => void,
 * }} options `emit` is called with each event, `end` when the form asks to be closed, and `relabel` when the language changes.
 *   `focus` says whether the form may take the focus.
 */
export const makeForm = ({ session, url, theme, focus, emit, end, relabel }) => {
  const { edge } = settings;
  let messages = own;
  const { ask, renewable } = source(session, url);
  const frame = make("iframe", { title: messages.title, allow: "clipboard-write" });
  const again = make("button", { type: "button", className: "again", textContent: messages.again, onclick: () => retry() });
  const text = make("span", { role: "status" });
  const status = make("div", { className: "status", lang: messages.lang, dir: messages.dir });
  status.append(text, again);

  /** @type {MessagePort | undefined} */
  let port;
  /** @type {string} */
  let token;
  /** @type {number} */
  let silence;
  /** @type {boolean} */
  let awaited;
  /** @type {boolean} */
  let ready;
  /** @type {boolean} */
  let renewed;
  /** @type {import("../connect").LatchkeyConnection} */
  let connection;
  /** @type {() => void} */
  let retry;
  // Counts the tries, so that a reply to an earlier one is not taken for the current one's.
  let current = 0;

  /** @type {(sentence: string, retry?: boolean) => void} */
  const say = (sentence, retry) => {
    text.textContent = sentence;
    again.hidden = !retry;
    frame.style.visibility = sentence && "hidden";
  };
  const show = () => {
    awaited = false;
    say("");
    if (focus) frame.focus();
  };
  const fail = (/** @type {string} */ code, /** @type {boolean} */ retry, sentence = messages.failed) => {
    say(sentence, retry);
    if (awaited) frame.style.height = "150px";
    emit("error", { code, field: null });
  };

  /**
   * Asks for a session and uses it, unless the form has ended or was started again meanwhile.
   * @param {(given: string | null | undefined) => void} use
   * @param {() => void} failed
   */
  const withSession = (use, failed) => {
    const turn = ++current;
    return ask().then(
      (given) => turn === current && use(given),
      () => turn === current && failed(),
    );
  };
  const start = () => {
    retry = start;
    hang();
    say(messages.loading);
    frame.style.height = "";
    awaited = true;
    withSession(
      (given) => {
        if (!given) return fail("session_unavailable", renewable);
        const [, id] = /^cs_[a-z]+_([\w.]+)\.\w+$/.exec(given) || [];
        if (!id) return fail("invalid_session_token", renewable);
        token = given;
        addEventListener("message", hear);
        frame.src = edge + "/embed/" + id;
        silence = setTimeout(fail, SILENCE, "frame_silent", true);
      },
      () => fail("session_unavailable", renewable),
    );
  };
  /** Gets another session for the form that is there, which keeps the entered values. */
  const renew = () => {
    retry = renew;
    withSession(
      (given) => {
        port?.postMessage({ t: "token", token: (token = /** @type {string} */ (given)) });
        if (text.textContent) show();
      },
      () => fail("session_unavailable", true, messages.expired),
    );
  };
  const hang = () => {
    removeEventListener("message", hear);
    clearTimeout(silence);
    port?.close();
    port = undefined;
  };

  const hear = (/** @type {MessageEvent} */ { source, origin, data }) => {
    if (source !== frame.contentWindow || origin !== edge || data?.type !== "latchkey-hello") return;
    hang();
    ready = false;
    const channel = new MessageChannel();
    port = channel.port1;
    port.onmessage = listen;
    // A frame that is loaded again sends hello again.
    addEventListener("message", hear);
    /** @type {Window} */ (source).postMessage({ type: "latchkey-init", token, focus, theme: scheme(theme) }, edge, [channel.port2]);
  };

  // Messages of the form, by the one channel it was given.
  const listen = (/** @type {MessageEvent} */ { data: { t, d } }) => {
    if (t === "size") return appear(d);
    if (t === "language") return d !== messages.lang && speak([d], learn);
    if (t === "close") return end(d.reason);
    if (t === "ready") ready = true;
    if (t === "success") connection = d;
    const expired = t === "error" && renewable && /^session_/.test(d.code);
    // A page without a form cannot take another session: the frame is loaded again with the new one, once.
    if (expired && !ready && !renewed) {
      renewed = true;
      return start();
    }
    emit(t, d);
    if (expired && ready && d.code === "session_expired") renew();
  };
  /** The form speaks another language than the browser: the messages around it follow. */
  const learn = (/** @type {typeof messages} */ theirs) => {
    messages = theirs;
    const { title, lang, dir, again: label } = messages;
    frame.title = title;
    again.textContent = label;
    Object.assign(status, { lang, dir });
    relabel?.(messages);
  };
  const appear = (/** @type {number} */ height) => {
    frame.style.height = height + "px";
    if (awaited) show();
  };

  return {
    nodes: [frame, status],
    start,
    stop() {
      current = -1;
      hang();
    },
    setTheme(/** @type {string | null} */ wanted) {
      theme = wanted;
      port?.postMessage({ t: "theme", theme: scheme(theme) });
    },
    /** @returns {import("../connect").LatchkeyOutcome} */
    outcome: () => (connection ? { status: "connected", connection } : { status: "closed" }),
  };
};
