// The providers of the catalogue, by the names of their folders. It reads no file of theirs: tests ask the edge.

import { readdirSync } from "node:fs";

const folder = new URL("../../shared/providers/", import.meta.url);

/** The ids of all providers, in order. */
export const providers = () =>
  readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
