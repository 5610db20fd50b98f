// Measures what a letter costs in the search of a long list of services, beside the same list without a search.
//
// It owns the pages, the timing and the printed table. It does not judge. A letter is measured from the browser's event until the frame
// that shows the result has been made; the floor is the frame itself. The list is the gallery, filled up to one hundred with copies.
//
//   node picker.mjs [--runs 5]

import { parseArgs } from "node:util";

import { openBrowser } from "../harness/browser.mjs";
import { makeSecrets } from "../runtime/state.mjs";
import { startWorker } from "../runtime/worker.mjs";

const { values } = parseArgs({ options: { runs: { type: "string", default: "5" } } });
const WORDS = ["launchdarkly", "payments", "zzz", "ci cd"];
const SERVICES = 100;

/** Fills the list up to one hundred before the search begins. Runs in the page. */
function fill(services) {
  addEventListener("DOMContentLoaded", () => {
    const lists = [...document.querySelectorAll("nav ul")];
    const entries = [...document.querySelectorAll("nav li")];
    for (let count = entries.length; count < services; count++) {
      const copy = entries[count % entries.length].cloneNode(true);
      copy.querySelector("a").append(` ${count}`);
      lists[count % lists.length].append(copy);
    }
  });
}

/** Records each letter's time until its frame. Runs in the page. */
function record() {
  globalThis.letters = [];
  addEventListener("input", ({ timeStamp }) => requestAnimationFrame(() => setTimeout(() => globalThis.letters.push(performance.now() - timeStamp))), true);
}

async function letters(chromium, url, { slow, search }) {
  const page = await chromium.page({ width: 1280, height: 900 });
  if (!search) await page.route(/\/assets\/extras-/, (route) => route.abort());
  await page.addInitScript(fill, SERVICES);
  await page.addInitScript(record);
  await page.goto(`${url}/providers`);
  const box = page.locator("#latchkey-query");
  if (search) await box.waitFor({ state: "visible" });
  else await page.evaluate(() => (document.getElementById("latchkey-search").hidden = false));
  if (slow) await (await page.context().newCDPSession(page)).send("Emulation.setCPUThrottlingRate", { rate: 4 });
  await box.focus();
  for (const word of WORDS) {
    for (const letter of word) {
      const before = await page.evaluate(() => globalThis.letters.length);
      await page.keyboard.type(letter);
      await page.waitForFunction((count) => globalThis.letters.length > count, before);
    }
    await box.fill("");
  }
  const times = await page.evaluate(() => globalThis.letters);
  await page.context().close();
  return times;
}

const at = (numbers, part) => numbers.toSorted((a, b) => a - b)[Math.min(numbers.length - 1, Math.floor(numbers.length * part))].toFixed(1);

const [worker, chromium] = await Promise.all([startWorker({ secrets: makeSecrets() }), openBrowser()]);
try {
  console.log(`| list of ${SERVICES} services | processor | median, ms | 95 of 100, ms |\n|---|---|--:|--:|`);
  for (const slow of [false, true])
    for (const search of [true, false]) {
      const times = [];
      for (let run = 0; run < Number(values.runs); run++) times.push(...(await letters(chromium, worker.url, { slow, search })));
      console.log(`| ${search ? "**with the search**" : "floor: without it"} | ${slow ? "a quarter" : "whole"} | ${at(times, 0.5)} | ${at(times, 0.95)} |`);
    }
} finally {
  await Promise.all([chromium.close(), worker.stop()]);
}
