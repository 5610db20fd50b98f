// The state of `cargo xtask dev` between runs: the secrets, the demo project, and the lock on both.
//
// It owns the files of the state directory that are not workerd's. It refuses a directory that another running process uses, and
// no other user of the machine can read the directory.

import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chmodSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/**
 * Opens the directory and locks it; creates it if it does not exist. `release()` unlocks it.
 *
 * Call `noteChildren()` once the processes that work in the directory have started.
 */
export function openState(directory) {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const files = readdirSync(directory);
  if (files.length > 0 && !files.includes("secrets.json") && !files.includes("lock")) {
    throw new Error(`${directory} holds other files; pass --state with a directory that is new or empty`);
  }
  chmodSync(directory, 0o700);
  const { release, noteChildren } = lock(directory);
  const read = (name) => readJson(join(directory, name));
  const write = (name, value) => writeJson(join(directory, name), value);
  return { directory, read, write, release, noteChildren };
}

/** Makes new secrets for a deployment. */
export function makeSecrets() {
  const key = () => randomBytes(32).toString("base64url");
  return { ROUTE_KEY: key(), HASH_ROOT: key(), VAULT_KEYS: `k1:${key()}`, SEALING_KEYS: `s1:${key()}`, ADMIN_TOKEN: `la_${key()}` };
}

/** The secrets of the directory, made on the first start; a secret that is newer than the directory is added. */
export function secretsOf(state) {
  const secrets = { ...makeSecrets(), ...state.read("secrets.json") };
  state.write("secrets.json", secrets);
  return secrets;
}

function readJson(file) {
  let text;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    if (error.code === "ENOENT") return undefined;
    throw error;
  }
  try {
    return JSON.parse(text);
  } catch {
    throw new Error(`${file} is not JSON; delete the state directory to start afresh`);
  }
}

/** Writes a file in one step, so that a killed process leaves either the old file or the new one. */
function writeJson(file, value) {
  const half = `${file}.new`;
  writeFileSync(half, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600 });
  renameSync(half, file);
}

function lock(directory) {
  const file = join(directory, "lock");
  const own = identity(process.pid);
  for (;;) {
    try {
      writeFileSync(file, JSON.stringify([own]), { flag: "wx", mode: 0o600 });
      return {
        release: () => rmSync(file, { force: true }),
        // The children end with their parent. If the parent is killed, the next start ends them.
        noteChildren: () => writeJson(file, [own, ...childrenOf(process.pid).map(identity)]),
      };
    } catch (error) {
      if (error.code !== "EEXIST") throw error;
    }
    const [holder, ...children] = readHolder(file);
    if (lives(holder)) throw new Error(`${directory} is in use by process ${holder.pid}; stop it, or pass --state DIR`);
    for (const child of children.filter(lives)) process.kill(child.pid, "SIGKILL");
    rmSync(file, { force: true });
  }
}

function readHolder(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return [];
  }
}

function identity(pid) {
  return { pid, started: startOf(pid) };
}

/** Whether this process still runs. Its number alone does not prove that, because another process may have it now. */
function lives(process) {
  return process?.started != null && startOf(process.pid) === process.started;
}

/** The start time of a process, in the system's own format; `null` when there is no such process. */
function startOf(pid) {
  if (process.platform !== "linux") return ask("ps", ["-o", "lstart=", "-p", String(pid)]);
  try {
    // The name is in parentheses and may hold any character, so the fields are counted from its end.
    const fields = readFileSync(`/proc/${pid}/stat`, "latin1").split(") ").at(-1).split(" ");
    return fields[0] === "Z" ? null : fields[19];
  } catch {
    return null;
  }
}

/** The numbers of a process's running children. */
export function childrenOf(pid) {
  const linux = process.platform === "linux";
  const list = linux ? readChildren(pid) : ask("pgrep", ["-P", String(pid)]);
  return (list ?? "").split(/\s+/).filter(Boolean).map(Number);
}

function readChildren(pid) {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, "latin1");
  } catch {
    return null;
  }
}

function ask(program, args) {
  try {
    return execFileSync(program, args, { encoding: "utf8" }).trim() || null;
  } catch {
    return null;
  }
}
