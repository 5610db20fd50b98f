// What `connect.js` loads when it is wanted: the modal, the element, and the preloading of what their frame needs.
//
// It owns the names that `connect.js` calls and the elements' tags. It refuses to hold anything else.

import { LatchkeyConnect } from "./element.js";
import { LatchkeyModal } from "./modal.js";

export { close, open } from "./modal.js";
export { preload } from "./preload.js";

customElements.define("latchkey-modal", LatchkeyModal);
customElements.define("latchkey-connect", LatchkeyConnect);
