// Starts the console in the browser: its program on a page, and the sign-in without one.
//
// It owns nothing of the pages. The program reads the page's data and takes it over.

import init, { start } from "./console.js";

import { signIn } from "./sign_in.js";

const form = document.getElementById("sign-in");
if (form) {
  signIn(/** @type {HTMLFormElement} */ (form));
} else {
  const data = JSON.parse(document.getElementById("console-data")?.textContent ?? "{}");
  await init({ module_or_path: document.documentElement.dataset.wasm });
  start(data);
}
