// Starts the engine in this worker. Messages that come before it is ready wait for it.
"use strict";

importScripts("wasm_exec.js");

const early = [];
onmessage = (message) => early.push(message);

// The engine calls this with what takes messages.
self.begin = (receive) => {
  onmessage = receive;
  early.forEach((message) => receive(message));
};

async function run() {
  const response = await fetch("engine.gzip");
  if (!response.ok) throw new Error(`engine.gzip: status ${response.status}`);
  // The file is compressed here and not by whoever serves it, who need not know how.
  const engine = response.body.pipeThrough(new DecompressionStream("gzip"));
  const go = new Go();
  const { instance } = await WebAssembly.instantiateStreaming(
    new Response(engine, { headers: { "Content-Type": "application/wasm" } }), go.importObject);
  await go.run(instance);
  throw new Error("it ended");
}

// What is thrown outside a promise reaches the page as an error of the worker.
run().catch((error) => setTimeout(() => { throw error; }));
