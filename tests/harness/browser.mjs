// Chromium for the browser tests: functions that use a page as a person would.
//
// If `CHROMIUM_SHELL` names a program, that headless shell is used: the same engine with half the work around it. Tests of profiles and
// of origins that are treated as secure use the whole browser, because the shell has neither.
//
// It owns starting and stopping the browser, and records every requested URL and every line that a page prints. It does not judge:
// tests do.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

import { chromium } from "playwright-core";

const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** Starts a browser, with more arguments or with the profile in a folder; with `whole`, never the headless shell. */
export async function openBrowser({ args = [], profile, whole = Boolean(profile) } = {}) {
  const shell = whole ? undefined : process.env.CHROMIUM_SHELL;
  const quiet = ["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];
  const options = {
    executablePath: shell || process.env.CHROMIUM || "/usr/bin/chromium",
    args: ["--headless", ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []), ...quiet, ...args],
  };
  const kept = profile && (await chromium.launchPersistentContext(profile, options));
  const browser = kept ?? (await chromium.launch(options));

  /** Opens a page in a new context. `urls`, `printed` and `errors` record its requests, its console lines and its uncaught errors. */
  async function page({ width = 1280, height = 900, dark = false, ...context } = {}) {
    const settings = {
      viewport: { width, height },
      colorScheme: dark ? "dark" : "light",
      // Our policies must hold in tests too. Only axe runs outside of them.
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

/** Runs axe on a page or frame. Returns the rule and place of each violation. */
export async function axe(frame) {
  // `evaluate` needs no script element, so no policy blocks it.
  await frame.evaluate(axeSource);
  // The minimum size of targets (WCAG 2.2), which axe does not check by default.
  const rules = { "target-size": { enabled: true } };
  const { violations } = await frame.evaluate((rules) => globalThis.axe.run(document, { rules, resultTypes: ["violations"] }), rules);
  return violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => `${id} ${target.join(" ")}: ${failureSummary}`));
}

/** Waits until the widget has taken over the form. */
export const ready = (frame) => frame.locator("html[data-ready]").waitFor({ state: "attached" });

/** The parts of the form: its state, and by field id the inputs, notes, warnings and errors. */
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

/** The form of Okta, with its fields by their labels. */
export const oktaForm = (frame) => ({
  ...form(frame),
  host: frame.getByLabel("Okta Domain URL"),
  token: frame.getByRole("textbox", { name: "API Token" }),
  hook: frame.getByLabel("Event Hook Name"),
});

/** Fills in fields by their ids, as a person would; opens folded ones first. */
export async function fill(frame, values) {
  for (const [id, value] of Object.entries(values)) {
    const field = form(frame).field(id);
    if (value && !(await field.isVisible())) await form(frame).more.locator("summary").first().click();
    if (value) await field.fill(value);
  }
}

/** Fills in fields and presses the button. */
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

/** Returns the text in the clipboard. */
export async function clipboard(page) {
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  return page.evaluate(() => navigator.clipboard.readText());
}

/** The label or id of the focused element. */
export const focused = (frame) =>
  frame.evaluate(() => document.activeElement?.labels?.[0]?.textContent.trim().replace(/\s+/g, " ") ?? document.activeElement?.id ?? "");
