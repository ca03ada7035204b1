// Copies the third-party files that pages use from node_modules to static/vendor and lists their SHA-256 sums.
// "node copy.mjs" writes; "node copy.mjs --verify" compares what is committed with the locked packages.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const HERE = dirname(fileURLToPath(import.meta.url));
const ROOT = join(HERE, "..", "..");

// From a file of a package to its place in the project.
const FILES = {
  "bootstrap/dist/css/bootstrap.min.css": "static/vendor/bootstrap/bootstrap.min.css",
  "bootstrap/dist/css/bootstrap.rtl.min.css": "static/vendor/bootstrap/bootstrap.rtl.min.css",
  "bootstrap/LICENSE": "static/vendor/bootstrap/LICENSE",
  "chart.js/dist/chart.umd.min.js": "static/vendor/chartjs/chart.umd.min.js",
  "chart.js/LICENSE.md": "static/vendor/chartjs/LICENSE",
  "htmx.org/dist/htmx.min.js": "static/vendor/htmx/htmx.min.js",
  "htmx.org/LICENSE": "static/vendor/htmx/LICENSE",
  "@fontsource-variable/figtree/files/figtree-latin-wght-normal.woff2": "static/vendor/figtree/figtree-latin.woff2",
  "@fontsource-variable/figtree/files/figtree-latin-ext-wght-normal.woff2":
    "static/vendor/figtree/figtree-latin-ext.woff2",
  "@fontsource-variable/figtree/LICENSE": "static/vendor/figtree/LICENSE",
  "zxing-wasm/dist/iife/reader/index.js": "static/vendor/zxing-wasm/reader.js",
  "zxing-wasm/dist/reader/zxing_reader.wasm": "static/vendor/zxing-wasm/zxing_reader.wasm",
  "zxing-wasm/LICENSE": "static/vendor/zxing-wasm/LICENSE",
  "axe-core/axe.min.js": "tests/flows/vendor/axe.min.js",
  "axe-core/LICENSE": "tests/flows/vendor/LICENSE",
};
const SUMS = join(ROOT, "static/vendor/checksums.txt");

// Source maps stay out, and the static storage refuses a file that names one that isn't there.
const SOURCE_MAP = /^(\/\/|\/\*)# sourceMappingURL=.*$/gm;

function wanted(source) {
  const bytes = readFileSync(join(HERE, "node_modules", source));
  if (!/\.(css|js)$/.test(source)) return bytes;
  return Buffer.from(bytes.toString("utf8").replace(SOURCE_MAP, ""), "utf8");
}

const isCheck = process.argv.includes("--verify");
const sums = [];
let differences = 0;
for (const [source, target] of Object.entries(FILES)) {
  const bytes = wanted(source);
  sums.push(`${createHash("sha256").update(bytes).digest("hex")}  ${target}`);
  const place = join(ROOT, target);
  if (!isCheck) {
    mkdirSync(dirname(place), { recursive: true });
    writeFileSync(place, bytes);
  } else if (!readFileSync(place).equals(bytes)) {
    console.error(`${target} differs from ${source}`);
    differences += 1;
  }
}
const list = `${sums.sort().join("\n")}\n`;
if (!isCheck) writeFileSync(SUMS, list);
else if (readFileSync(SUMS, "utf8") !== list) {
  console.error("static/vendor/checksums.txt is not up to date");
  differences += 1;
}
process.exitCode = differences ? 1 : 0;
