// The part of the host page's script that `connect.js` loads later: the modal, the element, and preloading for their frame.
//
// It owns the names that `connect.js` calls and the elements' tags. It refuses to hold anything else.

import { LatchkeyConnect } from "./element.js";
import { speakFirst } from "./messages.js";
import { LatchkeyModal } from "./modal.js";
import { configure } from "./parts.js";

export { close, open } from "./modal.js";
export { preload } from "./preload.js";

/**
 * Called once, before anything else. Elements that are in the page begin here.
 * @param {import("./parts.js").Settings} settings
 */
export const start = async (settings) => {
  configure(settings);
  await speakFirst();
  customElements.define("latchkey-modal", LatchkeyModal);
  customElements.define("latchkey-connect", LatchkeyConnect);
};
