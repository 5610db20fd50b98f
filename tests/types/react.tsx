// Type checks for a page in React 19. It never runs: the compiler must accept it, and must refuse each marked line.

import { createElement } from "react";

export const inFlow = (
  <latchkey-connect
    session=""
    theme="dark"
    className="wide"
    onlatchkey-success={(event) => event.detail.connectionId.toUpperCase()}
    onlatchkey-close={({ detail }) => detail.reason}
  />
);
export const button = (
  <button type="button" data-latchkey-session="" data-latchkey-theme="auto">
    Connect
  </button>
);
export const made = createElement("latchkey-connect", { session: "cs_test_x.y" });

// @ts-expect-error there is no such theme
export const sepia = <latchkey-connect session="cs_test_x.y" theme="sepia" />;
// @ts-expect-error there is no such attribute
export const misspelt = <latchkey-connect sesion="cs_test_x.y" />;
// @ts-expect-error the detail of a close has no connection
export const confused = <latchkey-connect session="x" onlatchkey-close={({ detail }) => detail.connectionId} />;
