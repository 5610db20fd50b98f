// The Worker that renders the console. The edge sends it a page's data and gets the document.
//
// It has no bindings, no secrets and no network, and nobody but the edge can call it.

import { __wbg_reset_state, document } from "latchkey-console";

export default {
  /** @param {Request} request */
  async fetch(request) {
    try {
      // The build puts the addresses of the console's files here.
      const html = document(await request.text(), FILES.css, FILES.js, FILES.wasm);
      return new Response(html, { headers: { "content-type": "text/html; charset=utf-8" } });
    } catch (cause) {
      // An error of Rust is a text. Anything else is a trap, and the next page needs a new instance.
      if (typeof cause !== "string") __wbg_reset_state();
      return new Response(String(cause), { status: 500 });
    }
  },
};
