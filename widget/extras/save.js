// The result as a text file, for a ticket or a record. It holds what the page shows and nothing else.

import { byId, day, fill, isolate } from "./page.js";

/**
 * Offers the file.
 * @param {string} app The service's id.
 * @param {{ name: string }} connection
 */
export function offerFile(app, { name }) {
  const button = byId("save");
  const { day: on, account } = /** @type {Record<string, string>} */ (button.dataset);
  const now = new Date().toISOString();
  button.hidden = false;
  button.onclick = () => {
    const head = [fill(on, { date: `${day(now)} (${now})` }), fill(account, { name: isolate(name) }), location.origin];
    const text = [...lines(byId("outcome")), "", ...head, ""].join("\n");
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type: "text/plain" }));
    link.download = `${app}-${now.slice(0, 10)}.txt`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  };
}

/** The texts of the result, a line each. Headings have an empty line above them, and parts of a list a dash in front. */
function lines(/** @type {HTMLElement} */ place) {
  /** @type {string[]} */
  const texts = [];
  for (const part of /** @type {NodeListOf<HTMLElement>} */ (place.querySelectorAll("h2, h3, summary, p, li"))) {
    if (part.closest("[hidden], .last, .farewell") || (part.localName === "p" && part.closest("li"))) continue;
    const text = (part.textContent ?? "").replace(/\s+/g, " ").trim();
    if (/^(h3|summary)$/.test(part.localName)) texts.push("");
    texts.push(part.localName === "li" ? "- " + text : text);
  }
  return texts;
}
