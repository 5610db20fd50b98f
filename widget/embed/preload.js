// Fetches what the form's frame will need, while somebody still points at the button.
//
// It owns one hidden frame, because browsers keep a frame's files apart from its host's: what the page itself fetched would be
// fetched again. A page with no script and no form is in it. It refuses to stay: it goes when the form is there, when the modal closes, or soon.

import { EDGE, make, shade, sheet } from "./parts.js";

const look = sheet(":host{all:initial!important;display:none!important}");
const STAYS = 15000;

let host, timer, done;

/** Fetches it, once per page, and not where somebody saves data. */
export const preload = () => {
  if (done || navigator.connection?.saveData) return;
  done = true;
  host = make("latchkey-preload");
  shade(host, look).append(make("iframe", { src: EDGE + "/preload" }));
  document.body.append(host);
  timer = setTimeout(cool, STAYS);
};

/** Takes the frame out of the page. */
export const cool = () => {
  clearTimeout(timer);
  host?.remove();
  host = undefined;
};
