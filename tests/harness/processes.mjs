// Waiting for programs that tests have started: for printed lines, and for the end. It starts nothing itself.

import { createInterface } from "node:readline";

/** Waits until a program prints a matching line. Returns the match. Later lines go to `more`. */
export function line(child, stream, pattern, more = () => {}) {
  return new Promise((resolve, reject) => {
    const printed = [];
    const fail = (why) => reject(new Error(`${child.spawnfile}: ${why}\n${printed.join("\n")}`));
    const timer = setTimeout(fail, 60_000, "did not print the expected line within a minute");
    child.once("error", (error) => fail(error.message));
    child.once("exit", (code) => fail(`ended with ${code}`));
    let found = false;
    createInterface({ input: stream }).on("line", (text) => {
      if (found) return more(text);
      printed.push(text);
      const match = pattern.exec(text);
      if (!match) return;
      found = true;
      clearTimeout(timer);
      resolve(match);
    });
  });
}

/** Keeps all lines that a program prints. `said(pattern, times)` waits until so many of them match, and returns the last match. */
export function follow(child, patience = 30_000) {
  const lines = [];
  const waiting = new Set();
  const note = (line) => {
    lines.push(line);
    for (const look of waiting) look();
  };
  for (const stream of [child.stdout, child.stderr]) createInterface({ input: stream }).on("line", note);
  const said = (pattern, times = 1) =>
    new Promise((resolve, reject) => {
      const settle = (end, value) => {
        clearTimeout(timer);
        waiting.delete(look);
        end(value);
      };
      const late = () => settle(reject, new Error(`no line ${pattern} (${times} times) within ${patience} ms, but:\n${lines.join("\n")}`));
      const timer = setTimeout(late, patience);
      const look = () => {
        const found = lines.map((line) => pattern.exec(line)).filter(Boolean);
        if (found.length >= times) settle(resolve, found.at(-1));
      };
      waiting.add(look);
      look();
    });
  return { lines, said };
}

/** Waits until a program has ended, and kills it if it does not end by itself. */
export async function ended(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const timer = setTimeout(() => child.kill("SIGKILL"), 5_000);
  await new Promise((resolve) => child.once("exit", resolve));
  clearTimeout(timer);
}
