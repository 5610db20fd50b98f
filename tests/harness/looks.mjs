// A state of a page, looked at narrow and dark or wide and light, by turns; with `LATCHKEY_MATRIX` in every way: narrow, between and
// wide, each in both. With `SCREENSHOTS=<folder>` each is also kept as a picture. It owns what "nothing is wrong with it" means: axe
// finds nothing, and nothing is cut off.

import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";

import { axe } from "./browser.mjs";

const { SCREENSHOTS: folder, LATCHKEY_MATRIX: matrix } = process.env;
const NARROW = { width: 360, colorScheme: "dark" };
const WIDE = { width: 1280, colorScheme: "light" };
let turn = 0;

/** Looks at the page as it is now, and at the form in one of its frames. */
export async function look(page, state, { frame, widths = [360, 768, 1280] } = {}) {
  const before = page.viewportSize();
  const all = widths.flatMap((width) => ["light", "dark"].map((colorScheme) => ({ width, colorScheme })));
  for (const { width, colorScheme } of folder || matrix ? all : [turn++ % 2 ? WIDE : NARROW]) {
    const name = `${state}-${width}-${colorScheme}`;
    await page.setViewportSize({ width, height: 900 });
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    // The guide folds itself once the page knows its width.
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
