// Compresses files: writes `<file>.br` beside each given file, as small as brotli can.
// It owns these settings only; the build decides which files the edge serves compressed.

import { readFileSync, writeFileSync } from "node:fs";
import { brotliCompressSync, constants } from "node:zlib";

/** Brotli at its best, with the largest window every browser accepts. */
export function brotli(bytes) {
  return brotliCompressSync(bytes, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: 11,
      [constants.BROTLI_PARAM_LGWIN]: 24,
      [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
    },
  });
}

if (import.meta.filename === process.argv[1]) {
  for (const file of process.argv.slice(2)) writeFileSync(`${file}.br`, brotli(readFileSync(file)));
}
