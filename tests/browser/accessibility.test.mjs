// Accessibility checks by axe, in the states of the form, the pages around it and the pages that embed it, in English.
// `LATCHKEY_MATRIX` adds every state and look in English and Arabic. The other languages run from left to right as English does, so
// they are checked on narrow pages, with our own words only. `LATCHKEY_LANGUAGES=ar` checks Arabic alone. `SCREENSHOTS=<folder>` keeps pictures.

import assert from "node:assert/strict";
import { test } from "node:test";

import { setUp } from "../harness/browser_tests.mjs";
import { look } from "../harness/screenshots.mjs";
import { ours, seldom, states } from "../harness/states.mjs";

const { LATCHKEY_LANGUAGES: wanted, LATCHKEY_MATRIX: matrix, SCREENSHOTS: pictures } = process.env;
const languages = wanted?.split(",") ?? (matrix ? ["en", "ar", "de", "fr", "es", "pt", "ja"] : ["en"]);
const every = matrix || wanted || pictures;

let edge, chromium, host;
setUp({ host: true, faults: true }, (started) => ({ edge, chromium, host } = started));

for (const [state, reach] of Object.entries(states)) {
  if (seldom.includes(state) && !every) continue;
  for (const lang of languages) {
    const narrow = !["en", "ar"].includes(lang);
    if (narrow && !ours.includes(state)) continue;
    test(`axe finds nothing, and nothing is cut off: ${state}${lang === "en" ? "" : `, in ${lang}`}`, async () => {
      const page = await chromium.page({ locale: lang });
      try {
        const frame = await reach(page, { edge, host });
        const place = frame?.evaluate ? frame : page;
        // A page of another product is in its own language.
        if (place.url().startsWith(edge.url)) assert.equal(await place.evaluate(() => document.documentElement.lang), lang);
        await look(page, lang === "en" ? state : `${state}-${lang}`, { frame: frame?.evaluate && frame, widths: narrow ? [360] : undefined });
        assert.deepEqual(page.errors, []);
      } finally {
        await edge.faults({});
        host.answers.length = 0;
        await page.context().close();
      }
    });
  }
}
