// The development run of `cargo xtask dev`, without its build: the edge and the demo product, as a program of its own.
//
// It owns starting and stopping. It does not judge: tests do.

import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

import { ended, follow } from "./processes.mjs";

const program = fileURLToPath(new URL("../runtime/dev.mjs", import.meta.url));

/** Starts it on free ports with its state in a folder, and so many accounts for the console. Returns what its READY line says, the lines that it prints, and `stop()`. */
export async function develop(state, accounts = 0) {
  const args = [program, "--until-input-ends", "--port", "0", "--state", state, "--accounts", String(accounts)];
  const child = spawn(process.execPath, args, { stdio: ["pipe", "pipe", "pipe"] });
  const { lines, said } = follow(child, 60_000);
  const stop = () => {
    child.stdin.end();
    return ended(child);
  };
  try {
    const [, ready] = await said(/^READY (.+)$/);
    return { ...JSON.parse(ready), lines, said, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
