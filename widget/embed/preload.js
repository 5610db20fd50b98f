// Fetches the files of the form's frame, while somebody still points at the button.
//
// It owns one hidden frame, because browsers keep a frame's cache apart from its host's: the frame would fetch again what the page
// has fetched. The hidden frame holds a page without script and form. It refuses to stay: it is removed when the form is there,
// when the modal closes, or after fifteen seconds.

import { make, part, settings, shade, sheet } from "./parts.js";

const look = sheet(":host{all:initial!important;display:none!important}");
const STAYS = 15000;

/** @type {HTMLElement | undefined} */
let host;
/** @type {number} */
let timer;
let done = false;

/** Fetches the files once per page, unless the browser saves data. */
export const preload = () => {
  if (done || /** @type {any} */ (navigator).connection?.saveData) return;
  done = true;
  host = make("latchkey-preload");
  shade(host, look).append(make("iframe", { src: settings.edge + "/preload" }));
  part("body").append(host);
  timer = setTimeout(cool, STAYS);
};

/** Removes the frame. */
export const cool = () => {
  clearTimeout(timer);
  host?.remove();
  host = undefined;
};
