// Type checks for a page without a framework. It never runs: the compiler must accept it, and must refuse each marked line.

import type { LatchkeyMessage, LatchkeyOutcome } from "../../widget/connect";

const outcome: LatchkeyOutcome | undefined = await globalThis.Latchkey?.open({
  session: async () => "cs_test_x.y",
  theme: "dark",
  onEvent(message) {
    if (message.type === "success") message.connectionId.toUpperCase();
    if (message.type === "error") message.field?.toUpperCase();
    // @ts-expect-error only a success has a connection
    message.connectionId;
  },
});
if (outcome?.status === "connected") outcome.connection.version.toFixed();
// @ts-expect-error a closed form has no connection
if (outcome?.status === "closed") outcome.connection;

// @ts-expect-error the script may not have loaded yet
Latchkey.close();
Latchkey?.close();
void Latchkey?.preload();
void Latchkey?.open();
void Latchkey?.open({ sessionUrl: "/connect-session" });
// @ts-expect-error an endpoint is text
void Latchkey?.open({ sessionUrl: () => "/connect-session" });
// @ts-expect-error there is no such theme
void Latchkey?.open({ session: "cs_test_x.y", theme: "sepia" });
// @ts-expect-error a session is text
void Latchkey?.open({ session: () => 1 });

document.addEventListener("latchkey-success", ({ detail }) => detail.connectionId.toUpperCase());
document.addEventListener("latchkey-close", ({ detail }) => {
  if (detail.reason === "done") return;
  // @ts-expect-error there is no such reason
  if (detail.reason === "finished") return;
});
// @ts-expect-error the detail holds no secret
document.addEventListener("latchkey-success", ({ detail }) => detail.token);

const element = document.createElement("latchkey-connect");
element.session = async () => "cs_test_x.y";
element.sessionUrl = "/connect-session";
element.theme = "auto";
// @ts-expect-error there is no such theme
element.theme = "sepia";
element.addEventListener("latchkey-error", ({ detail }) => {
  if (detail.code === "session_unavailable" || detail.code === "rate_limited") return detail.field;
});
document.querySelector("latchkey-connect")?.sessionUrl?.toUpperCase();

const log: LatchkeyMessage[] = [{ type: "ready" }];
// @ts-expect-error an error has a code
log.push({ type: "error", field: null });
