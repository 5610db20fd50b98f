// The setup of each browser test file: a deployment, a browser and, if wanted, a server for host pages.
//
// It owns starting them before the first test, and stopping all of them after the last. It does not judge: tests do.

import { after, before } from "node:test";

import { openBrowser } from "./browser.mjs";
import { deploy } from "./deployment.mjs";
import { serveHost } from "./host_pages.mjs";

/**
 * Call it once, outside of any test. `started` gets `{ edge, chromium, host }` and may prepare more.
 *
 * - `host`: whether to start a host, whose origin may embed the form.
 * - `browser`: the options of `openBrowser`, or a function that makes them from the deployment.
 * - All other options are those of `deploy`.
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
    const opening = start(openBrowser(settings), (chromium) => chromium.close());
    // One that fails must not leave the other behind: it would keep the run from ending.
    await Promise.allSettled([starting, opening]);
    const [edge, chromium] = await Promise.all([starting, opening]);
    if (host) host.edge = edge;
    await started({ edge, chromium, host });
  });
  after(() => Promise.all(stops.map((stop) => stop())));
}
