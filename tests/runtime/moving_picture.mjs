// Records `.github/connecting.webp` from the real form: a pasted address, a pasted setting with a token, the checks, the result.
//
//   cargo xtask build && node tests/runtime/moving_picture.mjs
//
// It owns the scene and the frames. A browser takes each picture and encodes only the part that differs from the picture before, so the
// file stays below `BYTES_MAX`. It judges nothing but that.

import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { form, oktaForm, openBrowser, paste, ready } from "../harness/browser.mjs";
import { deploy, oktaToken } from "../harness/deployment.mjs";
import { animate } from "../harness/webp.mjs";

const BYTES_MAX = 300_000;
const SIZE = { width: 1120, height: 900 };
const QUALITY = 0.82;
const PLACE = fileURLToPath(new URL("../../.github/connecting.webp", import.meta.url));

const [edge, chromium] = await Promise.all([deploy({ faults: true }), openBrowser()]);
try {
  const frames = await record();
  const file = animate(SIZE, frames);
  if (file.length > BYTES_MAX) throw new Error(`the picture has ${file.length} bytes, which is more than ${BYTES_MAX}`);
  writeFileSync(PLACE, file);
  console.log(`${PLACE}: ${frames.length} frames, ${readFileSync(PLACE).length.toLocaleString("en-US")} bytes`);
} finally {
  await Promise.all([chromium.close(), edge.stop()]);
}

/** Plays the scene. */
async function record() {
  const session = await edge.session(edge.liveKey, {
    endUser: { id: "ada", name: "Ada Lovelace" },
    organization: { id: "acme", name: "Acme Inc" },
    scopes: ["users.read", "groups.read", "apps.read"],
  });
  const page = await chromium.page({ ...SIZE, colorScheme: "light" });
  await page.emulateMedia({ reducedMotion: "reduce", colorScheme: "light" });
  const darkroom = await chromium.page(SIZE);
  const frames = [];
  let before;
  const take = async (ms) => {
    await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))));
    // A caret that blinks would be in some pictures and not in others.
    const now = (await page.screenshot({ caret: "hide" })).toString("base64");
    const part = await darkroom.evaluate(difference, { before, now, quality: QUALITY });
    before = now;
    if (part) frames.push({ ...part, webp: Buffer.from(part.webp, "base64"), ms });
    else if (frames.length) frames.at(-1).ms += ms;
  };
  const gates = ["users/me", "users/00uada/roles"].map((path) => {
    let open;
    const opened = new Promise((resolve) => (open = resolve));
    const roles = [{ id: "ra1", type: "SUPER_ADMIN", label: "Super Administrator", status: "ACTIVE" }];
    const profile = { login: "ada@acme.com", firstName: "Ada", lastName: "Lovelace" };
    const body = path.endsWith("roles") ? roles : { id: "00uada", status: "ACTIVE", profile };
    edge.okta.answer(`GET https://acme.okta.com/api/v1/${path}`, () => opened.then(() => Response.json(body)));
    return open;
  });
  const passed = (count) => page.waitForFunction((count) => document.querySelectorAll('#latchkey-progress [data-check="passed"]').length === count, count);

  await page.goto(session.url);
  await ready(page);
  await page.locator("#latchkey-for").filter({ hasText: "Ada" }).waitFor();
  await take(1_600);
  await paste(page, "instanceUrl", "https://acme-admin.okta.com/admin/users");
  await form(page).note("instanceUrl").filter({ hasText: /./ }).waitFor();
  await take(1_800);
  await form(page).field("apiToken").focus();
  await take(900);
  await paste(page, "apiToken", `export OKTA_CLIENT_TOKEN="${oktaToken()}"`);
  await form(page).note("apiToken").filter({ hasText: /./ }).waitFor();
  await take(1_800);
  await form(page).connect.click();
  await passed(1);
  await take(900);
  gates[0]();
  await passed(2);
  await take(900);
  gates[1]();
  gates[1]();
  await oktaForm(page).connected.waitFor();
  await page.evaluate(() => scrollTo(0, 0));
  await take(3_600);
  return frames;
}

/** Runs in a page: the smallest part that differs between two pictures, as a WebP. `undefined` if none does. */
async function difference({ before, now, quality }) {
  const draw = async (base64) => {
    const picture = await createImageBitmap(await (await fetch(`data:image/png;base64,${base64}`)).blob());
    const canvas = new OffscreenCanvas(picture.width, picture.height);
    canvas.getContext("2d", { willReadFrequently: true }).drawImage(picture, 0, 0);
    return canvas;
  };
  const after = await draw(now);
  let [left, top, right, bottom] = [0, 0, after.width - 1, after.height - 1];
  if (before) {
    const pixels = (canvas) => new Uint32Array(canvas.getContext("2d").getImageData(0, 0, after.width, after.height).data.buffer);
    const [old, fresh] = [pixels(await draw(before)), pixels(after)];
    [left, top, right, bottom] = [after.width, after.height, -1, -1];
    for (let at = 0; at < fresh.length; at++)
      if (old[at] !== fresh[at]) {
        const [x, y] = [at % after.width, Math.floor(at / after.width)];
        [left, top, right, bottom] = [Math.min(left, x), Math.min(top, y), Math.max(right, x), Math.max(bottom, y)];
      }
    if (right < 0) return;
  }
  const [x, y] = [left & ~1, top & ~1];
  const [width, height] = [right - x + 1, bottom - y + 1];
  const part = new OffscreenCanvas(width, height);
  part.getContext("2d").drawImage(after, x, y, width, height, 0, 0, width, height);
  const bytes = new Uint8Array(await (await part.convertToBlob({ type: "image/webp", quality })).arrayBuffer());
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return { x, y, width, height, webp: btoa(text) };
}
