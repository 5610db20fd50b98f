// axe in every state of the form, the pages around it and what embeds it: in both colour schemes, narrow, between and wide. In
// English, and with `LATCHKEY_LANGUAGES=all` in Arabic; in the other languages, which run as English does, where the words are ours
// and the page is narrow. `LATCHKEY_LANGUAGES=ar` is Arabic alone. With `SCREENSHOTS=<folder>` each is kept as a picture.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { openBrowser } from "../harness/browser.mjs";
import { deploy } from "../harness/deployment.mjs";
import { serveHost } from "../harness/host_pages.mjs";
import { look } from "../harness/looks.mjs";
import { ours, states } from "../harness/states.mjs";

const { LATCHKEY_LANGUAGES: wanted } = process.env;
const languages = wanted === "all" ? ["ar", "de", "fr", "es", "pt", "ja"] : (wanted?.split(",") ?? ["en"]);

let edge;
let chromium;
let host;
before(async () => {
  host = await serveHost();
  [edge, chromium] = await Promise.all([deploy({ faults: true, allowedOrigins: [host.origin] }), openBrowser()]);
  host.edge = edge;
});
after(() => Promise.all([edge.stop(), chromium.close(), host.close()]));

for (const [state, reach] of Object.entries(states)) {
  for (const lang of languages) {
    const narrow = !["en", "ar"].includes(lang);
    if (narrow && !ours.includes(state)) continue;
    test(`axe finds nothing, and nothing is cut off: ${state}${wanted ? `, every language: ${lang}` : ""}`, async () => {
      const page = await chromium.page({ locale: lang });
      try {
        const frame = await reach(page, { edge, host });
        assert.equal(await (frame?.evaluate ? frame : page).evaluate(() => document.documentElement.lang), lang);
        await look(page, wanted ? `${state}-${lang}` : state, { frame: frame?.evaluate && frame, widths: narrow ? [360] : undefined });
        assert.deepEqual(page.errors, []);
      } finally {
        await edge.faults({});
        host.answers.length = 0;
        await page.context().close();
      }
    });
  }
}
