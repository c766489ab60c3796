import { gzipSync } from "node:zlib";
import { defineConfig, type Plugin } from "vite";

/** What a browser loads of ours before it can show anything it may be asked for: scripts, styles and the document. */
const MOST_GZIPPED_BYTES = 155_000;

/** Fail a build that has grown too large, and say by how much. */
function weighed(): Plugin {
  return {
    name: "weighed",
    generateBundle(_, bundle) {
      let total = 0;
      for (const [name, file] of Object.entries(bundle)) {
        if (!/\.(js|css|html)$/.test(name)) continue;
        total += gzipSync(file.type === "chunk" ? file.code : file.source).length;
      }
      const told = `${total.toLocaleString("en")} bytes gzipped, of ${MOST_GZIPPED_BYTES.toLocaleString("en")} at the most`;
      if (total > MOST_GZIPPED_BYTES) this.error(`The page has ${told}. Leave something out, or load less.`);
      this.info(told);
    },
  };
}

/** While the page is changed, Vite sends styles and scripts in ways that the page's policy forbids. */
function withoutPolicyWhileServed(): Plugin {
  return {
    name: "without-policy-while-served",
    apply: "serve",
    transformIndexHtml: (html) => html.replace(/<meta http-equiv="Content-Security-Policy"[^>]*>/, ""),
  };
}

export default defineConfig({
  // Relative, because an emulator serves the page from below a bucket's name.
  base: "./",
  resolve: {
    alias: {
      "react/jsx-runtime": "preact/jsx-runtime",
      "react-dom": "preact/compat",
      react: "preact/compat",
    },
  },
  build: {
    target: "es2022",
    // Since the spring of 2024 all browsers know light-dark(); for older ones it would be written out in variables.
    cssTarget: ["chrome123", "edge123", "firefox120", "safari17.5"],
    // Inlined files would be data: URIs, which the page's policy has no use for.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    rolldownOptions: {
      // How long its parts take is nothing that a person who deploys can act on.
      checks: { bundlerTimings: false },
      onLog(level, log, handle) {
        // "use client" is for servers that render; there is none here.
        if (log.code !== "MODULE_LEVEL_DIRECTIVE") handle(level, log);
      },
    },
  },
  plugins: [weighed(), withoutPolicyWhileServed()],
});
