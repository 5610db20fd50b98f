// The script tag of the pages that embed Latchkey. Classic, so that it can ask where it came from.
//
// It owns the modal: a host element with a closed shadow root, one frame on the edge's origin, one message channel.
// It refuses to see what is typed, to style anything but its own modal, and to leave anything behind when it closes.
(() => {
  const script = document.currentScript;
  if (!script || window.Latchkey) return;
  const edge = new URL(script.src).origin;
  const title = "Connect an account";
  const style = (text) => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(text);
    return sheet;
  };
  const lock = style("html{overflow:hidden}");
  const look = style(
    ":host{all:initial;color-scheme:light dark}" +
      "dialog{width:min(960px,100vw - 32px);max-width:none;max-height:none;padding:0;border:0;border-radius:14px;" +
      "overflow:hidden;box-shadow:0 16px 56px #0006;font:16px/1.5 system-ui,sans-serif}" +
      "::backdrop{background:#0008}" +
      "iframe{display:block;width:100%;height:520px;max-height:calc(100dvh - 32px);border:0}" +
      "p{position:absolute;top:0;margin:24px 56px 24px 24px}" +
      "button{position:absolute;top:10px;right:10px;width:44px;height:44px;border:0;border-radius:10px;" +
      "background:none;font:inherit;font-size:24px}" +
      ":focus-visible{outline:3px solid Highlight}" +
      "@media(max-width:600px){dialog{width:100vw;height:100%;margin:0;border-radius:0}iframe{height:100%!important;max-height:none}}",
  );
  // Tells when somebody else takes the modal out of the page.
  customElements.define(
    "latchkey-modal",
    class extends HTMLElement {
      disconnectedCallback() {
        this.end("removed");
      }
    },
  );

  /** Opens the modal; resolves when it has closed. */
  const show = ({ session, onEvent, opener }) =>
    new Promise((resolve) => {
      const make = (tag, properties) => Object.assign(document.createElement(tag), properties);
      const renewable = typeof session === "function";
      const ask = async () => (renewable ? session() : session);
      let connection, port, token, silence;

      const emit = (type, detail) => {
        onEvent?.({ type, ...detail });
        const event = new CustomEvent("latchkey-" + type, { detail, bubbles: true, composed: true });
        (opener?.isConnected ? opener : document).dispatchEvent(event);
      };
      const fail = (code) => {
        status.textContent = "The form could not be opened. Close this, and try again.";
        frame.style.visibility = "hidden";
        emit("error", { code, field: null });
      };
      const end = (reason) => {
        if (modal !== end) return;
        modal = undefined;
        removeEventListener("message", hear);
        clearTimeout(silence);
        port?.close();
        dialog.close();
        host.remove();
        document.adoptedStyleSheets = document.adoptedStyleSheets.filter((sheet) => sheet !== lock);
        opener?.focus();
        emit("close", { reason });
        resolve(connection ? { status: "connected", connection } : { status: "closed" });
      };

      // What the form says, by the one channel it was given.
      const listen = ({ data: { t, d } }) => {
        if (t === "size") frame.style.height = d + "px";
        else if (t === "close") end(d.reason);
        else {
          if (t === "success") connection = d;
          emit(t, d);
          if (d.code === "session_expired" && renewable) {
            ask().then((token) => port.postMessage({ t: "token", token }), () => {});
          }
        }
      };
      const hear = ({ source, origin, data }) => {
        if (source !== frame.contentWindow || origin !== edge || data?.type !== "latchkey-hello") return;
        clearTimeout(silence);
        status.textContent = frame.style.visibility = "";
        const channel = new MessageChannel();
        port = channel.port1;
        port.onmessage = listen;
        source.postMessage({ type: "latchkey-init", token }, edge, [channel.port2]);
        frame.focus();
      };

      const host = make("latchkey-modal", { end });
      const dialog = make("dialog", { ariaLabel: title, onclose: () => end("escape") });
      const frame = make("iframe", { title, allow: "clipboard-write" });
      const status = make("p", { role: "status", textContent: "Loading…" });
      dialog.append(
        frame,
        status,
        make("button", { type: "button", textContent: "×", ariaLabel: "Close", onclick: () => end("button") }),
      );
      const shadow = host.attachShadow({ mode: "closed" });
      shadow.adoptedStyleSheets = [look];
      shadow.append(dialog);
      document.adoptedStyleSheets = [...document.adoptedStyleSheets, lock];
      document.body.append(host);
      addEventListener("message", hear);
      modal = end;
      dialog.showModal();
      emit("open", {});
      ask().then(
        (given) => {
          if (modal !== end) return;
          token = given;
          const [, id] = /^cs_[a-z]+_([\w.]+)\.\w+$/.exec(token) || [];
          if (!id) return fail("invalid_session_token");
          frame.src = edge + "/embed/" + id;
          silence = setTimeout(fail, 10000, "frame_silent");
        },
        () => fail("session_unavailable"),
      );
    });

  // One modal at a time: opening another meanwhile gives the one that is open.
  let modal, shown;
  const open = (options) => (modal ? shown : (shown = show(options)));

  document.addEventListener("click", (event) => {
    const opener = event.composedPath().find(({ dataset: d }) => d?.latchkeySession || d?.latchkeySessionUrl);
    if (!opener) return;
    event.preventDefault();
    let { latchkeySession: session, latchkeySessionUrl: url } = opener.dataset;
    const ask = async () => {
      const given = session;
      session = 0;
      return given || (await (await fetch(url, { method: "POST" })).json()).session;
    };
    open({ session: url ? ask : session, opener });
  });

  window.Latchkey = Object.freeze({ open, close: () => modal?.("api") });
})();
