// Reads the log of a process and adds its lines to a view.

import { getText, segment } from './api.js';

const POLL_MILLIS = 1_000;
const LINES = 1_000;

export class LogSource {
  #view;
  #timer = null;
  #path = '';
  #last = [];

  constructor(view) {
    this.#view = view;
  }

  open(service, process, stream) {
    this.close();
    const query = `process=${segment(process)}&stream=${stream}&lines=${LINES}`;
    this.#path = `/services/${segment(service)}/logs?${query}`;
    this.#last = [];
    this.#poll();
  }

  get isOpen() {
    return this.#path !== '';
  }

  close() {
    clearTimeout(this.#timer);
    this.#path = '';
  }

  onVisibility() {
    clearTimeout(this.#timer);
    this.#poll();
  }

  async #poll() {
    const path = this.#path;
    if (path === '' || document.hidden) {
      return;
    }
    try {
      const text = await getText(path);
      if (path === this.#path) {
        const lines = text === '' ? [] : text.replace(/\n$/, '').split('\n');
        const known = overlap(this.#last, lines);
        lines.slice(known).forEach((line) => this.#view.add({ text: line }));
        this.#last = lines;
      }
    } catch {
      // The banner says that the daemon does not answer.
    }
    if (path === this.#path) {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.#poll(), POLL_MILLIS);
    }
  }
}

function overlap(before, after) {
  for (let known = Math.min(before.length, after.length); known > 0; known--) {
    const end = before.slice(-known);
    if (end.every((line, i) => line === after[i])) {
      return known;
    }
  }
  return 0;
}
