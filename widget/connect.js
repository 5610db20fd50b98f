// The script tag of the pages that embed Latchkey. Classic, so that it can ask where it came from.
//
// It owns the modal: a host element with a closed shadow root, one frame on the edge's origin, one message channel.
// It refuses to see what is typed, to style anything but its own modal, and to leave anything behind when it closes.
(() => {
  const script = document.currentScript;
  if (!script || window.Latchkey) return;
  const edge = new URL(script.src).origin;
  const words = {
    title: "Connect an account",
    close: "Close",
    loading: "Loading…",
    failed: "The form could not be opened. Close this, and try again.",
  };
  const style = (text) => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(text);
    return sheet;
  };
  const lock = style("html{overflow:hidden}");
  const look = style(`
    :host{all:initial;color-scheme:light dark}
    dialog{box-sizing:border-box;width:min(960px,100vw - 32px);max-width:none;max-height:none;padding:0;border:0;border-radius:14px;overflow:hidden;background:Canvas;color:CanvasText;font:16px/1.5 system-ui,sans-serif;box-shadow:0 16px 56px #0006}
    dialog::backdrop{background:#0008}
    iframe{display:block;width:100%;height:520px;max-height:calc(100vh - 32px);max-height:calc(100dvh - 32px);border:0}
    p{position:absolute;inset:0 56px auto 0;margin:0;padding:24px}
    p:empty{display:none}
    button{position:absolute;top:10px;right:10px;width:44px;height:44px;border:0;border-radius:10px;background:none;color:inherit;font:24px/1 system-ui,sans-serif;cursor:pointer}
    button:hover{background:#8883}
    button:focus-visible{outline:3px solid Highlight;outline-offset:-3px}
    @media(max-width:600px){dialog{width:100vw;height:100%;margin:0;border-radius:0}iframe{max-height:100vh;max-height:100dvh}}
  `);
  // Tells when somebody else takes the modal out of the page.
  customElements.define(
    "latchkey-modal",
    class extends HTMLElement {
      disconnectedCallback() {
        this.end("removed");
      }
    },
  );

  const show = ({ session, onEvent, opener }) =>
    new Promise((resolve) => {
      const make = (tag, properties) => Object.assign(document.createElement(tag), properties);
      const host = make("latchkey-modal");
      const dialog = make("dialog", { ariaLabel: words.title });
      const status = make("p", { role: "status" });
      const frame = make("iframe", { title: words.title, allow: "clipboard-write" });
      const button = make("button", { type: "button", textContent: "×", ariaLabel: words.close });
      let connection;
      let port;
      let silence;
      let open = true;

      const emit = (type, detail) => {
        onEvent?.({ type, ...detail });
        const place = opener?.isConnected ? opener : document;
        place.dispatchEvent(new CustomEvent("latchkey-" + type, { detail, bubbles: true, composed: true }));
      };
      const fail = (code) => {
        status.textContent = words.failed;
        frame.hidden = true;
        emit("error", { code, field: null });
      };
      const token = async () => (typeof session === "function" ? session() : session);

      const hear = async ({ source, origin, data }) => {
        if (source !== frame.contentWindow || origin !== edge || data?.type !== "latchkey-hello") return;
        clearTimeout(silence);
        status.textContent = "";
        frame.hidden = false;
        port?.close();
        const channel = new MessageChannel();
        port = channel.port1;
        port.onmessage = ({ data: { t, d, h } }) => {
          if (t === "size") frame.style.height = h + "px";
          else if (t === "close") end(d.reason);
          else {
            if (t === "success") connection = d;
            emit(t, d);
            if (d.code === "session_expired" && typeof session === "function") {
              token().then((fresh) => port?.postMessage({ t: "token", token: fresh }), () => {});
            }
          }
        };
        source.postMessage({ type: "latchkey-init", token: current }, edge, [channel.port2]);
        frame.focus();
      };
      const end = (reason) => {
        if (!open) return;
        open = false;
        removeEventListener("message", hear);
        clearTimeout(silence);
        port?.close();
        port = undefined;
        dialog.close();
        host.remove();
        document.adoptedStyleSheets = document.adoptedStyleSheets.filter((sheet) => sheet !== lock);
        opener?.focus?.();
        emit("close", { reason });
        resolve(connection ? { status: "connected", connection } : { status: "closed" });
      };

      let current;
      host.end = end;
      button.onclick = () => end("button");
      dialog.onclose = () => end("escape");
      status.textContent = words.loading;
      const shadow = host.attachShadow({ mode: "closed" });
      shadow.adoptedStyleSheets = [look];
      dialog.append(frame, status, button);
      shadow.append(dialog);
      addEventListener("message", hear);
      document.adoptedStyleSheets = [...document.adoptedStyleSheets, lock];
      document.body.append(host);
      dialog.showModal();
      closeModal = end;
      emit("open", {});
      token().then(
        (text) => {
          const [, id] = /^cs_(?:test|live)_([\w.]+)\.\w+$/.exec((current = text)) || [];
          if (!open) return;
          if (!id) return fail("invalid_session_token");
          frame.src = edge + "/embed/" + id;
          silence = setTimeout(fail, 10000, "frame_silent");
        },
        () => fail("session_unavailable"),
      );
    });

  let showing;
  let closeModal;
  const open = (options) => (showing ||= show(options).finally(() => (showing = closeModal = undefined)));

  document.addEventListener("click", (event) => {
    const button = event.composedPath().find(({ dataset: d }) => d?.latchkeySession || d?.latchkeySessionUrl);
    if (!button) return;
    event.preventDefault();
    const { latchkeySession, latchkeySessionUrl } = button.dataset;
    let first = latchkeySession;
    const ask = async () => {
      const answer = await fetch(latchkeySessionUrl, { method: "POST", headers: { accept: "application/json" } });
      return (await answer.json()).session;
    };
    const session = latchkeySessionUrl
      ? async () => {
          const given = first;
          first = undefined;
          return given || ask();
        }
      : latchkeySession;
    open({ session, opener: button });
  });

  window.Latchkey = Object.freeze({ open, close: () => closeModal?.("api") });
})();
