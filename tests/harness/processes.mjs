// Programs that tests start and wait for. It owns waiting for a line and for the end. It refuses to start anything.

import { createInterface } from "node:readline";

/** Waits for a line that a program prints; answers the match. What it prints later goes to `more`. */
export function line(child, stream, pattern, more = () => {}) {
  return new Promise((resolve, reject) => {
    const printed = [];
    const fail = (why) => reject(new Error(`${child.spawnfile}: ${why}\n${printed.join("\n")}`));
    const timer = setTimeout(fail, 60_000, "said nothing of what is waited for");
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

/** Waits until a program has ended; kills it when it does not by itself. */
export async function ended(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const timer = setTimeout(() => child.kill("SIGKILL"), 5_000);
  await new Promise((resolve) => child.once("exit", resolve));
  clearTimeout(timer);
}
