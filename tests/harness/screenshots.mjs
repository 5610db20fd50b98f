// Visual checks of a state of a page: axe finds nothing, and nothing is cut off. Each state is checked in one of two looks, narrow and
// dark or wide and light. `LATCHKEY_MATRIX` checks three widths, each in both color schemes. `SCREENSHOTS=<folder>` also keeps a
// picture of each.

import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";

import { axe } from "./browser.mjs";

const { SCREENSHOTS: folder, LATCHKEY_MATRIX: matrix } = process.env;
/** The two looks of the short run. A state's name decides its look, so other states do not change it. */
const SHORT = [{ width: 360, colorScheme: "dark" }, { width: 1280, colorScheme: "light" }];
const turn = (state) => [...state].reduce((sum, letter) => sum + letter.codePointAt(0), 0);

/** Checks the page as it is now, and the form in one of its frames. */
export async function look(page, state, { frame, widths = [360, 768, 1280] } = {}) {
  const before = page.viewportSize();
  const all = widths.flatMap((width) => ["light", "dark"].map((colorScheme) => ({ width, colorScheme })));
  const short = SHORT.filter(({ width }) => widths.includes(width));
  const looks = folder || matrix ? all : [short[turn(state) % short.length]];
  for (const { width, colorScheme } of looks) {
    const name = `${state}-${width}-${colorScheme}`;
    // A button that stays in sight covers what scrolls behind it, so a narrow page is looked at as a whole.
    await page.setViewportSize({ width, height: 900 });
    await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))));
    const whole = () => document.documentElement.scrollHeight;
    if (width < 760) await page.setViewportSize({ width, height: Math.max(900, await (frame ?? page).evaluate(whole)) });
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    // The guide folds itself once the page has its width.
    await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))));
    if (folder) {
      mkdirSync(folder, { recursive: true });
      await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
    }
    for (const place of frame ? [page, frame] : [page]) {
      assert.deepEqual(await axe(place), [], name);
      const overflow = await place.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      assert.ok(overflow <= 0, `${name}: ${overflow} px are cut off`);
    }
  }
  await page.setViewportSize(before);
}
