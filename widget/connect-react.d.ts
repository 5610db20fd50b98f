// Types of `<latchkey-connect>` in JSX, for React 19. Keep this file beside `connect.d.ts`.

import type { DetailedHTMLProps, HTMLAttributes } from "react";
import type { LatchkeyConnectAttributes, LatchkeyConnectElement, LatchkeyEvents } from "./connect";

/** `onlatchkey-success` and the like: React 19 listens for the event named after `on`. */
export type LatchkeyListeners = { [Name in keyof LatchkeyEvents as `on${Name}`]?: (event: LatchkeyEvents[Name]) => void };

declare module "react" {
  namespace JSX {
    interface IntrinsicElements {
      "latchkey-connect": DetailedHTMLProps<HTMLAttributes<LatchkeyConnectElement>, LatchkeyConnectElement> &
        LatchkeyConnectAttributes &
        LatchkeyListeners;
    }
  }
  interface HTMLAttributes<T> {
    "data-latchkey-session"?: string;
    "data-latchkey-theme"?: "light" | "dark" | "auto";
  }
}
