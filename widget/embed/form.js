// One form: its frame on the edge's origin, the channel to it, and what stands in its place while it is not there.
//
// It owns the exchange of hello and init, whose both sides check window and origin, and asking for a session again. It refuses
// to see what is typed, and to give the token to anything but the edge's own page.

import { EDGE, make, scheme, source } from "./parts.js";
import { speak, words as own } from "./messages.js";

const SILENCE = 10000;

/**
 * Makes a form that is not started yet. `emit` hears what happens, `end` that the form asks to be closed; `focus` says whether
 * the form may take the focus.
 */
export const makeForm = ({ session, url, theme, focus, emit, end, say: tell }) => {
  let words = own;
  const { ask, renewable } = source(session, url);
  const frame = make("iframe", { title: words.title, allow: "clipboard-write" });
  const again = make("button", { type: "button", className: "again", textContent: words.again, onclick: () => retry() });
  const text = make("span", { role: "status" });
  const status = make("div", { className: "status", lang: words.lang, dir: words.dir });
  status.append(text, again);

  let port, token, silence, awaited, ready, renewed, connection, retry;
  // Counts the tries, so that an answer to one that is over is not taken for the current one's.
  let current = 0;

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
  const fail = (code, retry, sentence = words.failed) => {
    say(sentence, retry);
    if (awaited) frame.style.height = "150px";
    emit("error", { code, field: null });
  };

  /** Asks for a session and does something with it, unless the form has ended or was started again meanwhile. */
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
    say(words.loading);
    frame.style.height = "";
    awaited = true;
    withSession(
      (given) => {
        if (!given) return fail("session_unavailable", renewable);
        const [, id] = /^cs_[a-z]+_([\w.]+)\.\w+$/.exec(given) || [];
        if (!id) return fail("invalid_session_token", renewable);
        token = given;
        addEventListener("message", hear);
        frame.src = EDGE + "/embed/" + id;
        silence = setTimeout(fail, SILENCE, "frame_silent", true);
      },
      () => fail("session_unavailable", renewable),
    );
  };
  /** Another session for the form that is there, which keeps what was typed. */
  const renew = () => {
    retry = renew;
    withSession(
      (given) => {
        port?.postMessage({ t: "token", token: (token = given) });
        if (text.textContent) show();
      },
      () => fail("session_unavailable", true, words.expired),
    );
  };
  const hang = () => {
    removeEventListener("message", hear);
    clearTimeout(silence);
    port?.close();
    port = undefined;
  };

  const hear = ({ source, origin, data }) => {
    if (source !== frame.contentWindow || origin !== EDGE || data?.type !== "latchkey-hello") return;
    hang();
    ready = false;
    const channel = new MessageChannel();
    port = channel.port1;
    port.onmessage = listen;
    // A frame that is loaded anew says hello again.
    addEventListener("message", hear);
    source.postMessage({ type: "latchkey-init", token, focus, theme: scheme(theme) }, EDGE, [channel.port2]);
  };

  // What the form says, by the one channel it was given.
  const listen = ({ data: { t, d } }) => {
    if (t === "size") return appear(d);
    if (t === "language") return d !== words.lang && speak([d], learn);
    if (t === "close") return end(d.reason);
    if (t === "ready") ready = true;
    if (t === "success") connection = d;
    const expired = t === "error" && renewable && /^session_/.test(d.code);
    // A page without a form cannot be told of another session: the frame is loaded with it, once.
    if (expired && !ready && !renewed) {
      renewed = true;
      return start();
    }
    emit(t, d);
    if (expired && ready && d.code === "session_expired") renew();
  };
  /** The form speaks another language than the browser: what stands around it does too. */
  const learn = (theirs) => {
    words = theirs;
    const { title, lang, dir, again: label } = words;
    frame.title = title;
    again.textContent = label;
    Object.assign(status, { lang, dir });
    tell?.(words);
  };
  const appear = (height) => {
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
    dress(wanted) {
      theme = wanted;
      port?.postMessage({ t: "theme", theme: scheme(theme) });
    },
    outcome: () => (connection ? { status: "connected", connection } : { status: "closed" }),
  };
};
