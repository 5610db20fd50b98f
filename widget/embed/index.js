// The part of the host page's script that `connect.js` loads later: the modal, the element, and preloading for their frame.
//
// It owns the names that `connect.js` calls and the elements' tags. It refuses to hold anything else.

import { LatchkeyConnect } from "./element.js";
import { LatchkeyModal } from "./modal.js";

export { close, open } from "./modal.js";
export { preload } from "./preload.js";

customElements.define("latchkey-modal", LatchkeyModal);
customElements.define("latchkey-connect", LatchkeyConnect);
