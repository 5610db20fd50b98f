// A Chromium to drive like a person would.
//
// Where `CHROMIUM_SHELL` names one, it is the headless shell: the same engine with half the work around it. What the shell has not
// (profiles, origins that are treated as secure) is tried in the whole browser.
//
// It owns starting and stopping the browser, and remembers every URL it asked for and every line its pages printed. It refuses
// to judge: tests do.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

import { chromium } from "playwright-core";

const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** Starts a browser, with more arguments, or with a profile that is in a folder already; the whole one, if it must be. */
export async function openBrowser({ args = [], profile, whole = Boolean(profile) } = {}) {
  const shell = whole ? undefined : process.env.CHROMIUM_SHELL;
  const quiet = ["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];
  const options = {
    executablePath: shell || process.env.CHROMIUM || "/usr/bin/chromium",
    args: ["--headless", ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []), ...quiet, ...args],
  };
  const kept = profile && (await chromium.launchPersistentContext(profile, options));
  const browser = kept ?? (await chromium.launch(options));

  /** A page of its own context. `urls` and `printed` grow while it lives; `errors` are what pages threw. */
  async function page({ width = 1280, height = 900, dark = false, ...context } = {}) {
    const settings = {
      viewport: { width, height },
      colorScheme: dark ? "dark" : "light",
      // A policy of ours must hold for what tests add too, so axe is run past it.
      bypassCSP: false,
      ...context,
    };
    const own = kept ?? (await browser.newContext(settings));
    const tab = await own.newPage();
    const urls = [];
    const printed = [];
    const errors = [];
    own.on("request", (request) => urls.push(request.url()));
    own.on("console", (message) => printed.push(`${message.type()}: ${message.text()}`));
    own.on("weberror", (error) => errors.push(String(error.error())));
    tab.setDefaultTimeout(15_000);
    return Object.assign(tab, { urls, printed, errors });
  }
  return { page, close: () => browser.close(), browser };
}

/** What axe finds in a page or frame: rule and place of each violation. */
export async function axe(frame) {
  // `evaluate` runs in the page without a script element, so no policy stands in its way.
  await frame.evaluate(axeSource);
  // What can be pressed is large enough to be hit: of WCAG 2.2, which axe leaves out unless it is asked.
  const rules = { "target-size": { enabled: true } };
  const { violations } = await frame.evaluate((rules) => globalThis.axe.run(document, { rules, resultTypes: ["violations"] }), rules);
  return violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => `${id} ${target.join(" ")}: ${failureSummary}`));
}

/** Waits until the widget has taken the form over. */
export const ready = (frame) => frame.locator("html[data-ready]").waitFor({ state: "attached" });

/** What a person sees of the form: its state, what is typed, and what each field says. Fields by their ids. */
export const form = (frame) => ({
  field: (id) => frame.locator(`#field-${id}`),
  more: frame.locator("#latchkey-more-options"),
  connect: frame.locator("#latchkey-form button[type=submit]"),
  state: () => frame.locator("#latchkey-form").getAttribute("data-state"),
  connected: frame.locator("#latchkey-outcome"),
  note: (field) => frame.locator(`[data-field="${field}"] .note`),
  warning: (field) => frame.locator(`[data-field="${field}"] .warning .cause`),
  error: (field) => frame.locator(`[data-field="${field}"] .error .cause`),
  alert: frame.locator("#latchkey-alert .cause"),
});

/** The form of Okta, its fields by what they are called. */
export const oktaForm = (frame) => ({
  ...form(frame),
  host: frame.getByLabel("Okta Domain URL"),
  token: frame.getByRole("textbox", { name: "API Token" }),
  hook: frame.getByLabel("Event Hook Name"),
});

/** Fills fields in by their ids, what is folded too, as a person would. */
export async function fill(frame, values) {
  for (const [id, value] of Object.entries(values)) {
    const field = form(frame).field(id);
    if (value && !(await field.isVisible())) await form(frame).more.locator("summary").first().click();
    if (value) await field.fill(value);
  }
}

/** Fills fields in and presses the button. */
export async function submit(frame, values) {
  await fill(frame, values);
  await form(frame).connect.click();
}

/** Pastes a text into a field, by the keyboard. */
export async function paste(page, field, text) {
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.evaluate((text) => navigator.clipboard.writeText(text), text);
  await form(page).field(field).focus();
  await page.keyboard.press("ControlOrMeta+V");
}

/** What the last copy button copied. */
export async function clipboard(page) {
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  return page.evaluate(() => navigator.clipboard.readText());
}

/** The label or id of what has the focus. */
export const focused = (frame) =>
  frame.evaluate(() => document.activeElement?.labels?.[0]?.textContent.trim().replace(/\s+/g, " ") ?? document.activeElement?.id ?? "");
