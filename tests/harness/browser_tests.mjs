// What all tests of a browser file share: a deployment, a browser and, where it is wanted, a host page's server.
//
// It owns starting them before the first test and stopping after the last whatever was started. It refuses to judge: tests do.

import { after, before } from "node:test";

import { openBrowser } from "./browser.mjs";
import { deploy } from "./deployment.mjs";
import { serveHost } from "./host_pages.mjs";

/**
 * To be called once, outside of any test. `started` gets `{ edge, chromium, host }` and may prepare more.
 *
 * - `host`: whether there is a host, whose origin may embed the form.
 * - `browser`: what `openBrowser` takes, or a function of the deployment that makes it.
 * - Everything else is what `deploy` takes.
 */
export function setUp({ host: wanted = false, browser = {}, ...options }, started) {
  const stops = [];
  const start = async (part, stop) => {
    const it = await part;
    stops.push(() => stop(it));
    return it;
  };
  before(async () => {
    const host = wanted ? await start(serveHost(), (host) => host.close()) : undefined;
    const starting = start(deploy({ ...(host && { allowedOrigins: [host.origin] }), ...options }), (edge) => edge.stop());
    const settings = typeof browser === "function" ? browser(await starting) : browser;
    const [edge, chromium] = await Promise.all([starting, start(openBrowser(settings), (chromium) => chromium.close())]);
    if (host) host.edge = edge;
    await started({ edge, chromium, host });
  });
  after(() => Promise.all(stops.map((stop) => stop())));
}
