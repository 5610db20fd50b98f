// Error reports of both engines: they report every kind of page error, so a test that finds none could have found one.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { ENGINES, openEngine } from "../harness/engines.mjs";
import { serveHost } from "../harness/host_pages.mjs";

let host;
before(async () => {
  host = await serveHost();
  host.edge = { url: host.origin };
});
after(() => host.close());

const BROKEN = `<!doctype html><title>Broken</title><button id="break">Break</button><script nonce="n">
  document.getElementById("break").onclick = () => {
    console.error("printed");
    Promise.reject(new Error("rejected"));
    document.body.append(Object.assign(new Image(), { src: "/refused" }));
    throw new Error("thrown");
  };</script>`;

for (const name of ENGINES) {
  test(`${name}: an error that a page throws, rejects or prints, or that its policy causes, is reported, also in a frame`, async (t) => {
    const engine = await openEngine(name);
    t.after(() => engine.close());
    const policy = "default-src 'none'; script-src 'nonce-n'; frame-src 'self'";
    host.page("/broken", BROKEN, { policy });
    const page = await engine.page();
    await page.goto(host.page("/", '<!doctype html><title>Around</title><iframe src="/broken"></iframe>'));
    await page.into("/broken");
    assert.deepEqual(await page.errors(), []);
    await page.click("#break");
    for (const wrong of [/printed/, /rejected/, /img-src .*refused/, /thrown/]) {
      await page.waitForFunction((source) => globalThis.wrong.some((text) => new RegExp(source).test(text)), wrong.source);
    }
    const told = (await page.errors()).join("\n");
    // Firefox reports an error by itself, and the page's own listener reports it too; WebKit's driver reports nothing by itself.
    for (const wrong of ["printed", "thrown"]) assert.equal(told.split(wrong).length - 1, name === "firefox" ? 2 : 1, told);
  });
}
