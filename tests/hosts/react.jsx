// A page in React 19. `show` selects the visible part; each part is code that a product would write.

import { StrictMode, useEffect } from "react";
import { createRoot } from "react-dom/client";

const { session, tell } = globalThis.product;

const parts = {
  button: () => (
    <button id="open" data-latchkey-session="">
      Connect
    </button>
  ),
  // Strict mode runs an effect, cleans it up, and runs it again.
  effect: function Effect() {
    useEffect(() => {
      globalThis.Latchkey.open({ session }).then(tell);
      return () => globalThis.Latchkey.close();
    }, []);
    return <p>Opening</p>;
  },
  element: () => <latchkey-connect id="flow" session="" theme="dark" onlatchkey-success={tell} onlatchkey-close={tell} />,
};

const root = createRoot(document.getElementById("root"));
globalThis.show = (name) => {
  const Part = parts[name];
  root.render(<StrictMode>{Part && <Part />}</StrictMode>);
};
