// A state of a page, looked at in every way: narrow and wide, light and dark. With `SCREENSHOTS=<folder>` each is also kept as
// a picture. It owns what "nothing is wrong with it" means: axe finds nothing, and nothing is cut off.

import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";

import { axe } from "./browser.mjs";

const folder = process.env.SCREENSHOTS;
const looks = [360, 1280].flatMap((width) => ["light", "dark"].map((colorScheme) => ({ width, colorScheme })));

/** Looks at the page as it is now. */
export async function look(page, state) {
  const before = page.viewportSize();
  for (const { width, colorScheme } of looks) {
    const name = `${state}-${width}-${colorScheme}`;
    await page.setViewportSize({ width, height: 900 });
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    if (folder) {
      mkdirSync(folder, { recursive: true });
      await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
    }
    assert.deepEqual(await axe(page), [], name);
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    assert.ok(overflow <= 0, `${name}: the page is ${overflow} px too wide`);
  }
  await page.setViewportSize(before);
}
