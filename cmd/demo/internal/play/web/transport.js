// The way to the session: a server by HTTP, or the engine in a worker of this page.
//
// Both ways have the same three methods and no other code knows which it is:
//   ask(request)   a promise of the reply; rejects with RequestError
//   on(event, f)   "message" with each event of the session, "lost" when the server is gone,
//                  "found" when there is a new, empty session in place of the lost one
//   close()
// In a worker a message to it is {id, request} and one from it {id, reply}, {id, error, path}
// or {event}, which {taken: true} answers; request, reply and event are JSON texts.

/** What the session says about a request that it does not take. */
export class RequestError extends Error {
  /**
   * @param {string} message a sentence for the reader
   * @param {string} [path] of the JSON, where it is about a part of the request
   */
  constructor(message, path = "") {
    super(message);
    this.name = "RequestError";
    this.path = path;
  }
}

/** Rejects what was asked of a session that is gone. */
export class LostError extends Error {
  constructor() {
    super("The server does not answer.");
    this.name = "LostError";
  }
}

/**
 * Opens the way that the page was built for, which its meta element "transport" names.
 *
 * @returns {Promise<ServerTransport|WorkerTransport>}
 */
export async function connect() {
  const way = document.querySelector("meta[name=transport]").content;
  const transport = way === "worker" ? new WorkerTransport() : new ServerTransport();
  await transport.start();
  return transport;
}

class Listeners {
  #listeners = new Map();

  on(event, f) {
    if (!this.#listeners.has(event)) this.#listeners.set(event, new Set());
    this.#listeners.get(event).add(f);
  }

  emit(event, value) {
    for (const f of this.#listeners.get(event) ?? []) f(value);
  }
}

const retryEvery = 1000; // milliseconds between attempts to find a server again

class ServerTransport extends Listeners {
  #tab = "";
  #events = null;
  #queue = Promise.resolve(); // requests go one after the other, in the order in which they were asked
  #lost = false;
  #closed = false;

  async start() {
    addEventListener("pagehide", () => this.close());
    addEventListener("pageshow", (e) => {
      if (e.persisted) this.#again();
    });
    try {
      await this.#open();
    } catch (error) {
      if (error instanceof RequestError) throw error;
      queueMicrotask(() => this.#lose());
    }
  }

  async #open() {
    const { tab } = await post("tabs", "{}");
    this.#tab = tab;
    this.#closed = false;
    this.#listen();
  }

  #listen() {
    const events = new EventSource(`tabs/${encodeURIComponent(this.#tab)}/events`);
    events.onmessage = (e) => this.emit("message", JSON.parse(e.data));
    events.onerror = () => {
      if (this.#events === events && !this.#closed) this.#lose();
    };
    this.#events = events;
  }

  ask(request) {
    const answer = this.#queue.then(async () => {
      if (this.#lost || this.#tab === "") throw new LostError();
      try {
        return await post(`tabs/${encodeURIComponent(this.#tab)}`, JSON.stringify(request));
      } catch (error) {
        if (error instanceof RequestError && error.status !== 404) throw error;
        this.#lose();
        throw new LostError();
      }
    });
    this.#queue = answer.catch(() => {});
    return answer;
  }

  // The server is gone, or does not know this tab any more: try to get a new one until it works.
  #lose() {
    if (this.#lost) return;
    this.#lost = true;
    this.#events?.close();
    this.emit("lost");
    this.#again();
  }

  async #again() {
    try {
      await this.#open();
    } catch {
      setTimeout(() => this.#again(), retryEvery);
      return;
    }
    this.#lost = false;
    this.emit("found");
  }

  close() {
    this.#closed = true;
    this.#events?.close();
    if (this.#tab !== "") navigator.sendBeacon(`tabs/${encodeURIComponent(this.#tab)}/close`);
    this.#tab = "";
  }
}

// Posts JSON and returns the JSON that comes back; what is no answer of the session is a TypeError.
async function post(path, body) {
  const response = await fetch(path, { method: "POST", headers: { "Content-Type": "application/json" }, body });
  const text = await response.text();
  let value;
  try {
    value = JSON.parse(text);
  } catch {
    throw new TypeError(`status ${response.status} without JSON`);
  }
  if (!response.ok) throw Object.assign(new RequestError(value.error ?? `status ${response.status}`, value.path), { status: response.status });
  return value;
}

class WorkerTransport extends Listeners {
  #worker = new Worker("worker.js");
  #waiting = new Map();
  #next = 1;

  async start() {
    this.#worker.onmessage = ({ data }) => {
      if (data.event !== undefined) {
        this.#worker.postMessage({ taken: true }); // the next event may come
        this.emit("message", JSON.parse(data.event));
        return;
      }
      const { resolve, reject } = this.#waiting.get(data.id);
      this.#waiting.delete(data.id);
      if (data.error !== undefined) reject(new RequestError(data.error, data.path));
      else resolve(JSON.parse(data.reply));
    };
    this.#worker.onerror = (e) => this.emit("message", { event: "error", message: `The engine stopped: ${e.message}` });
  }

  ask(request) {
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#worker.postMessage({ id, request: JSON.stringify(request) });
    });
  }

  close() {
    this.#worker.terminate();
  }
}
