// Answers that are kept up to date: asked for again when something changed, one at a time, and not more
// often than they can be read.

import { LostError } from "./transport.js";

const pause = 200; // milliseconds between two while it plays

/** Keeps one answer of the session fresh. */
export class Fresh {
  #asking = false;
  #again = false;

  /**
   * @param {import("./app.js").App} app
   * @param {function(): Object|null} request made anew each time; null asks nothing
   * @param {function(Object|null, Error|null, Object): void} take gets the reply or why there is none, and the request
   */
  constructor(app, request, take) {
    this.app = app;
    this.request = request;
    this.take = take;
  }

  /** Says that the answer is old. */
  async stale() {
    this.#again = true;
    if (this.#asking) return;
    this.#asking = true;
    while (this.#again) {
      this.#again = false;
      const request = this.app.replacing ? null : this.request(); // the state that comes then asks again
      if (!request) break;
      try {
        const reply = await this.app.try(request);
        if (!this.#again || this.app.state.playing) this.take(reply, null, request);
      } catch (error) {
        if (!(error instanceof LostError) && !this.#again) this.take(null, error, request);
      }
      if (this.app.state?.playing) await new Promise((done) => setTimeout(done, pause));
    }
    this.#asking = false;
  }
}
