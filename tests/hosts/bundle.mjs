// Bundles a page of a framework as its users would, without the framework's own tools.

import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";

import esbuild from "esbuild";
import { compile as compileSvelte } from "svelte/compiler";
import { compileScript, parse } from "vue/compiler-sfc";

const vue = {
  name: "vue",
  setup: ({ onLoad }) =>
    onLoad({ filter: /\.vue$/ }, ({ path }) => {
      const { descriptor } = parse(readFileSync(path, "utf8"), { filename: path });
      const isCustomElement = (tag) => tag.startsWith("latchkey-");
      const templateOptions = { compilerOptions: { isCustomElement } };
      return { contents: compileScript(descriptor, { id: basename(path), inlineTemplate: true, templateOptions }).content };
    }),
};

const svelte = {
  name: "svelte",
  setup: ({ onLoad }) =>
    onLoad({ filter: /\.svelte$/ }, ({ path }) => {
      const { js } = compileSvelte(readFileSync(path, "utf8"), { filename: path, generate: "client" });
      return { contents: js.code };
    }),
};

/** The program of `<entry>`, for a module script. */
export async function bundle(entry) {
  const { outputFiles } = await esbuild.build({
    entryPoints: [fileURLToPath(new URL(entry, import.meta.url))],
    bundle: true,
    write: false,
    format: "esm",
    jsx: "automatic",
    conditions: ["browser"],
    define: { "process.env.NODE_ENV": '"development"', __VUE_OPTIONS_API__: "true", __VUE_PROD_DEVTOOLS__: "false", __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: "false" },
    tsconfigRaw: { compilerOptions: { experimentalDecorators: true, useDefineForClassFields: false } },
    logLevel: "silent",
    plugins: [vue, svelte],
  });
  return outputFiles[0].text;
}
