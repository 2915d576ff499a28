// What all screens share: the session's state, its newest frame, the way to ask, and which
// formula is lit.

import { LostError } from "./transport.js";
import { firstOpening, fromFragment, toFragment } from "./state.js";

/**
 * The page. It emits, to those who called {@link App#on}:
 *   state   a session was opened, restarted, or something else of STATE changed
 *   frame   a new FRAME is to be drawn, at most once in a frame of the browser
 *   screen  another screen is shown
 *   lit     another formula is lit
 *   wrong   other formulas are marked as wrong
 *   class   the worksheet is another, or a task of it is met
 */
export class App {
  /** @type {Object|null} the session's STATE */
  state = null;
  /** @type {Object|null} the newest FRAME */
  frame = null;
  /** @type {import("./state.js").Opening} what the session was opened with */
  opening = firstOpening();
  /** The name of the screen in view. */
  screen = "train";
  /** The id of the formula in view on One step, and lit in strip, graph and matrices: "dW1"; "" is none. */
  lit = "";
  /** The ids of the formulas that are wrong, the first of them first, as far as a screen has found out. */
  wrong = [];
  /** The weight or bias that was picked in the network, for Nudge: {run, param, row, col}. */
  picked = null;
  /** The worksheet in the doing, as the session tells it; null without one. */
  sheet = null;
  /** The name of the lesson that was opened last. */
  lesson = "";
  /** Milliseconds of script in the newest frames, for who measures the page. */
  spent = new Float64Array(600);
  /** Steps a second to play at, 0 for as fast as it goes. */
  speed = 60;
  /** The number of frames drawn. */
  drawn = 0;
  /** Whether another experiment is being opened, so that nothing more is to be asked of the present one. */
  replacing = false;

  #transport;
  #lessons = null;
  #listeners = new Map();
  #next = null; // the frame that waits to be drawn
  #newest = 0; // its number in the session
  #cleared = 0; // the number of the newest frame whose curves were whole
  #curve = []; // of each run, what the frames brought of its curve
  #written = 0; // when the address was written last
  #writing = 0; // the timer that is to write it

  constructor(transport) {
    this.#transport = transport;
    transport.on("message", (m) => this.#take(m));
    transport.on("lost", () => this.problem(`The server does not answer. Start it again with: demo play --addr ${location.host}. The page goes on where it was as soon as it is back.`, "lost"));
    transport.on("found", () => this.#recover());
    addEventListener("popstate", (e) => this.#follow(e.state !== null));
  }

  /** Calls f whenever there is such an event. */
  on(event, f) {
    if (!this.#listeners.has(event)) this.#listeners.set(event, []);
    this.#listeners.get(event).push(f);
  }

  #emit(event, value) {
    for (const f of this.#listeners.get(event) ?? []) f(value);
  }

  /**
   * Asks the session, and tells the reader about what it does not take.
   *
   * @param {Object} request
   * @returns {Promise<any>} the reply, undefined where there is none
   */
  async ask(request) {
    try {
      const reply = await this.#transport.ask(request);
      this.settled("request");
      return reply;
    } catch (error) {
      if (!(error instanceof LostError)) this.problem(error.path ? `${error.path}: ${error.message}` : error.message, "request");
      return undefined;
    }
  }

  /** Asks, and leaves it to the caller what to do about a RequestError. */
  try(request) {
    return this.#transport.ask(request);
  }

  // Asks for another experiment in place of what is open.
  async #replace(request) {
    this.replacing = true;
    const reply = await this.ask(request);
    this.replacing = false;
    return reply;
  }

  /**
   * Opens an experiment in place of the present one. Where the session does not take it the present
   * one stays, and the reader is told why.
   *
   * @param {import("./state.js").Opening} opening
   * @param {{step?: number, play?: boolean}} [then]
   * @returns {Promise<boolean>} whether it was opened
   */
  async open(opening, { step = 0, play = this.state?.playing ?? false } = {}) {
    const state = await this.#replace({ do: "open", ...opening, step });
    if (!state) return false;
    this.opening = opening;
    this.#begin(state);
    if (play) await this.play();
    return true;
  }

  /** Starts again: with the same numbers, or those of another seed. */
  async restart(seed) {
    const state = await this.#replace(seed === undefined ? { do: "restart" } : { do: "restart", seed });
    if (!state) return;
    if (seed !== undefined) {
      this.opening = structuredClone(this.opening);
      this.opening.experiment.seed = seed;
      if (this.opening.other) this.opening.other.seed = seed;
    }
    this.#begin(state);
  }

  /**
   * Asks for the worksheet, begins one by name, leaves it with an empty name, or goes to a task of it.
   *
   * @param {{name?: string, task?: number}} request
   * @param {boolean} [go] whether to show the task's screen
   * @returns {Promise<Object|undefined>} the reply of the request class
   */
  async class(request, go = true) {
    const reply = await this.#replace({ do: "class", ...request });
    if (!reply) return undefined;
    this.sheet = reply.worksheet;
    const opened = this.sheet && (request.name || request.task !== undefined);
    if (opened) {
      await this.#adopt();
      if (go) this.go(this.sheet.tasks[this.sheet.task].screen.replace("-", ""));
    }
    this.#emit("class", reply);
    return reply;
  }

  /** The lessons, asked for once. */
  lessons() {
    this.#lessons ??= this.ask({ do: "lessons" }).then((reply) => {
      if (!reply) this.#lessons = null;
      return reply;
    });
    return this.#lessons;
  }

  // Takes over what the session opened by itself.
  async #adopt() {
    const state = await this.ask({ do: "state" });
    if (!state) return;
    const [first, second] = state.runs;
    this.opening = {
      experiment: state.experiment, ...(state.other && { other: state.other }),
      ...(first.mistake && { mistake: first.mistake }), ...(second?.mistake && { otherMistake: second.mistake }),
    };
    this.#begin(state);
  }

  #begin(state) {
    this.state = planar(state);
    this.#curve = state.runs.map(() => ({ steps: [], train: [], held: [] }));
    this.#next = this.frame = null;
    this.#cleared = this.#newest;
    this.mark([]);
    this.#emit("state", state);
    this.ask({ do: "frame" }).then((frame) => frame && this.#frame(frame));
    this.#write(true);
  }

  /** Goes to a step, forward or backward, and pauses there. */
  async goto(step) {
    const frame = await this.ask({ do: "goto", step });
    if (frame) this.#frame(frame);
  }

  /** Goes some steps or epochs on, or back with a negative number. */
  async step(by, unit = "step") {
    const frame = await this.ask({ do: "step", by, unit });
    if (frame) this.#frame(frame);
  }

  /** Plays, at so many steps a second; 0 is as fast as it goes. */
  async play(speed = this.speed) {
    this.speed = speed;
    if (await this.ask({ do: "play", speed })) this.#change({ playing: true });
  }

  async pause() {
    if (await this.ask({ do: "pause" })) this.#change({ playing: false });
  }

  #change(part) {
    if (Object.entries(part).every(([name, value]) => this.state[name] === value)) return;
    Object.assign(this.state, part);
    this.#emit("state", this.state);
    this.#write(true);
  }

  /** What the frames brought so far of the curve of a run. */
  curve(run) {
    return this.#curve[run] ?? { steps: [], train: [], held: [] };
  }

  #take(message) {
    if (message.event === "frame") this.#frame(message.frame);
    else if (message.event === "state") {
      this.state = planar(message.state);
      this.#emit("state", this.state);
    } else if (message.event === "error") this.problem(message.message, "session");
  }

  // Keeps what a frame brings of the curves, and draws the newest frame when the browser draws.
  #frame(frame) {
    const whole = frame.runs.every((run) => run.curve?.clear);
    if (frame.seq <= this.#newest) { // one that came late; but later ones may go on from its curves
      if (whole && frame.seq > this.#cleared) frame.runs.forEach((run, i) => this.#precede(i, run.curve));
      return;
    }
    this.#newest = frame.seq;
    if (whole) this.#cleared = frame.seq;
    frame.runs.forEach((run, i) => this.#extend(i, run.curve));
    if (this.#next === null) requestAnimationFrame(() => this.#draw());
    this.#next = frame;
  }

  #extend(i, piece) {
    if (!piece) return;
    this.#curve[i] ??= { steps: [], train: [], held: [] };
    const curve = this.#curve[i];
    if (piece.clear) for (const list of Object.values(curve)) list.length = 0;
    for (const list of ["steps", "train", "held"]) for (const v of piece[list] ?? []) curve[list].push(Number(v));
    if (curve.steps.length > 2 * keptPoints) {
      const every = (_, at, all) => at % 2 === 0 || at === all.length - 1;
      for (const list of ["steps", "train", "held"]) curve[list] = curve[list].filter(every);
    }
  }

  // Puts a whole curve before the points that came after it.
  #precede(i, piece) {
    const { steps, train, held } = this.#curve[i];
    const after = steps.findIndex((step) => step > (piece.steps.at(-1) ?? -1));
    const later = after < 0 ? { steps: [], train: [], held: [] } : { steps: steps.slice(after), train: train.slice(after), held: held.slice(after) };
    this.#extend(i, piece);
    this.#extend(i, later);
  }

  #draw() {
    const from = performance.now();
    if (this.#next === null) return; // another session was opened since
    this.frame = this.#next;
    this.#next = null;
    if (this.state) {
      this.state.step = this.frame.step;
      this.state.furthest = Math.max(this.frame.furthest, this.frame.step);
      const changed = this.state.playing !== this.frame.playing;
      this.state.playing = this.frame.playing;
      if (changed) this.#emit("state", this.state);
      this.#emit("frame", this.frame);
      this.#write(false);
    }
    this.spent[this.drawn++ % this.spent.length] = performance.now() - from;
  }

  /**
   * Shows a screen, and on One step the formula of an id.
   *
   * @param {string} screen
   * @param {string} [line]
   */
  go(screen, line) {
    if (line !== undefined) this.light(line);
    if (screen !== this.screen) {
      this.screen = screen;
      this.#emit("screen", screen);
      history.pushState({ screen }, "", this.link());
    }
    this.#write(true);
  }

  /** Lights a formula wherever it stands; "" lights none. */
  light(line) {
    if (line === this.lit) return;
    this.lit = line;
    this.#emit("lit", line);
    if (this.screen === "onestep") this.#write(true);
  }

  /** Marks formulas as wrong, in the strip and wherever else they stand; [] takes the marks away. */
  mark(lines) {
    if (lines.join() === this.wrong.join()) return;
    this.wrong = lines;
    this.#emit("wrong", lines);
  }

  /** The address of what is in view. */
  link() {
    return location.pathname + location.search + toFragment({
      screen: this.screen, open: this.opening, step: this.state?.step ?? 0, line: this.screen === "onestep" ? this.lit : "",
    });
  }

  // Writes the address: at once where something was chosen, else soon, as browsers take it some 7 times a
  // second at most.
  #write(now) {
    clearTimeout(this.#writing);
    const wait = this.#written + (this.state?.playing ? 1000 : 150) - performance.now();
    if (!now && wait > 0) {
      this.#writing = setTimeout(() => this.#write(true), wait);
      return;
    }
    this.#written = performance.now();
    history.replaceState({ screen: this.screen }, "", this.link());
  }

  /** Opens the task that a teacher gave, or what the address says, or what a first visit opens. */
  async start() {
    const given = (await this.class({}))?.worksheet;
    if (given) {
      await this.class({ task: given.task });
      return this.#emit("screen", this.screen);
    }
    const place = fromFragment(location.hash);
    if (place.broken) this.problem("This link was cut short: a part of it cannot be read.", "link");
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.screen = place.screen || "train";
    this.lit = place.line;
    const opening = place.open ?? firstOpening();
    const first = !place.open;
    if (!(await this.open(opening, { step: place.step, play: first && !still })) && !first) {
      await this.open(firstOpening(), { play: false });
    }
    this.#emit("screen", this.screen);
    if (this.lit) this.#emit("lit", this.lit);
  }

  // Shows what the address says by now. Of a place that was visited before the step is left out: going back
  // to a screen does not undo the training.
  async #follow(visited) {
    const place = fromFragment(location.hash);
    const { screen, lit } = this;
    if (place.open && JSON.stringify(place.open) !== JSON.stringify(this.opening)) await this.open(place.open, { step: visited ? 0 : place.step, play: false });
    else if (!visited && place.open && place.step !== this.state?.step) await this.goto(place.step);
    this.screen = place.screen || "train";
    if (this.screen !== screen) this.#emit("screen", this.screen);
    if (place.line && place.line !== lit) this.light(place.line);
  }

  async #recover() {
    this.settled("lost");
    this.#newest = this.#cleared = 0;
    const { step = 0, playing = false } = this.state ?? {};
    const given = (await this.class({}))?.worksheet;
    if (given) return this.class({ task: given.task });
    if (this.state) return this.open(this.opening, { step, play: playing });
    return this.start();
  }

  /**
   * Tells the reader about a problem, in the line below the top, until it is settled.
   *
   * @param {string} sentence
   * @param {string} about so that it can be settled
   */
  problem(sentence, about) {
    const banner = document.querySelector(".banner");
    banner.textContent = sentence;
    banner.dataset.about = about;
    banner.hidden = false;
  }

  /** Takes back what was said about a problem. */
  settled(about) {
    const banner = document.querySelector(".banner");
    if (!banner.hidden && banner.dataset.about === about) banner.hidden = true;
  }
}

// A state whose bounds are null unless there are two inputs.
function planar(state) {
  if (!state.bounds?.length) state.bounds = null;
  return state;
}

const keptPoints = 600; // of each curve, more are thinned

/** What a run is called where there are two. */
export const runName = (state, run) => (state.runs.length < 2 ? "" : run === 0 ? "A" : `B: ${state.runs[1].difference || (state.runs[1].mistake ? "with a mistake" : "the same")}`);
