// Runs a module of wasip1 in Node: node run.mjs MODULE [argument...]
import { WASI } from "node:wasi";
import fs from "node:fs";
import process from "node:process";

const wasi = new WASI({ version: "preview1", args: process.argv.slice(2), env: process.env, preopens: { "/": "/" } });
const module = await WebAssembly.compile(fs.readFileSync(process.argv[2]));
const instance = await WebAssembly.instantiate(module, { wasi_snapshot_preview1: wasi.wasiImport });
process.exit(wasi.start(instance));
