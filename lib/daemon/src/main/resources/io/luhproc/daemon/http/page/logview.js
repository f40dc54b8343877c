// Lines of a log: colours, search, pause, and the end that follows.

import { appendLine, plainText } from './ansi.js';
import { byId, el, setText } from './dom.js';
import { plural, printable } from './format.js';

const MAX_LINES = 3_000;
const END_TOLERANCE = 24; // Pixels.
const MAX_RANGES = 2_000;
const SEARCH_MILLIS = 300; // Between searches of a growing log.
const PROCESS_COLORS = [4, 5, 6, 2, 12, 13]; // Not red or yellow, which look like faults.

export class LogView {
  #box = byId('log');
  #lines = [];
  #pending = [];
  #isPlanned = false;
  #isPaused = false;
  #followsEnd = true;
  #unseen = 0;
  #colors = new Map();
  #query = '';
  #searchTimer = null;
  #matches = [];
  #at = -1;

  constructor() {
    this.#box.addEventListener('scroll', () => this.#onScroll(), { passive: true });
    byId('log-end').addEventListener('click', () => this.toEnd());
    byId('log-pause').addEventListener('click', () => this.togglePause());
    byId('log-wrap').addEventListener('click', () => this.#toggle('log-wrap', 'wrap'));
    byId('log-only').addEventListener('click', () => this.#toggle('log-only', 'only-matches'));
    byId('log-search').addEventListener('input', (event) => this.#search(event.target.value));
    byId('log-search').addEventListener('keydown', (event) => {
      if (event.key === 'Enter') {
        event.preventDefault();
        this.#step(event.shiftKey ? -1 : 1);
      }
    });
    byId('log-next').addEventListener('click', () => this.#step(1));
    byId('log-previous').addEventListener('click', () => this.#step(-1));
  }

  clear() {
    this.#lines = [];
    this.#pending = [];
    this.#matches = [];
    this.#at = -1;
    this.#unseen = 0;
    this.#followsEnd = true;
    this.#setPaused(false);
    this.#box.replaceChildren();
    this.#showCount();
  }

  /** Adds a line {text, stream, time, process}; the last three may be missing. */
  add(line) {
    this.#pending.push(line);
    if (this.#pending.length > 2 * MAX_LINES) {
      this.#pending.splice(0, this.#pending.length - MAX_LINES);
    }
    this.#plan();
  }

  /** Adds a line of this page, for example of a gap. */
  note(text) {
    this.add({ text, stream: 'note' });
  }

  #plan() {
    if (!this.#isPlanned) {
      this.#isPlanned = true;
      requestAnimationFrame(() => {
        this.#isPlanned = false;
        this.#flush();
      });
    }
  }

  #flush() {
    if (this.#isPaused) {
      this.#showEnd();
      return;
    }
    const added = this.#pending.slice(-MAX_LINES).map((line) => this.#element(line));
    this.#unseen += this.#followsEnd ? 0 : this.#pending.length;
    this.#pending = [];
    this.#lines.push(...added);
    this.#box.append(...added.map(({ element }) => element));
    const surplus = this.#lines.splice(0, Math.max(0, this.#lines.length - MAX_LINES));
    surplus.forEach(({ element }) => element.remove());
    if (this.#query !== '') {
      this.#searchTimer ??= setTimeout(() => this.#searchAgain(), SEARCH_MILLIS);
    }
    if (this.#followsEnd) {
      this.#box.scrollTop = this.#box.scrollHeight;
    }
    this.#showEnd();
  }

  #element({ text, stream, time, process }) {
    const element = el('div', { class: stream ? `line ${stream}` : 'line',
      title: time ? new Date(time).toLocaleString() : undefined });
    if (process) {
      element.append(el('span', { class: `process-text fg-${this.#colorOf(process)}`,
        text: printable(process) }));
    }
    appendLine(element, text);
    return { element, text: plainText(text).toLowerCase() };
  }

  #colorOf(process) {
    if (!this.#colors.has(process)) {
      this.#colors.set(process, PROCESS_COLORS[this.#colors.size % PROCESS_COLORS.length]);
    }
    return this.#colors.get(process);
  }

  // The end.

  #onScroll() {
    const { scrollHeight, scrollTop, clientHeight } = this.#box;
    this.#followsEnd = scrollHeight - scrollTop - clientHeight < END_TOLERANCE;
    if (this.#followsEnd) {
      this.#unseen = 0;
    }
    this.#showEnd();
  }

  toEnd() {
    this.#setPaused(false);
    this.#followsEnd = true;
    this.#unseen = 0;
    this.#box.scrollTop = this.#box.scrollHeight;
    this.#showEnd();
  }

  #showEnd() {
    const count = this.#unseen + (this.#isPaused ? this.#pending.length : 0);
    byId('log-end').hidden = this.#followsEnd && !this.#isPaused;
    setText(byId('log-end-text'), count === 0 ? 'To the end' : plural(count, 'new line'));
  }

  togglePause() {
    this.#setPaused(!this.#isPaused);
  }

  #setPaused(value) {
    this.#isPaused = value;
    byId('log-pause').setAttribute('aria-pressed', String(value));
    this.#box.classList.toggle('paused', value);
    this.#plan();
  }

  #toggle(button, name) {
    const isOn = this.#box.classList.toggle(name);
    byId(button).setAttribute('aria-pressed', String(isOn));
    if (this.#followsEnd) {
      this.toEnd();
    }
  }

  // Search.

  #searchAgain() {
    this.#searchTimer = null;
    this.#search(this.#query, false);
  }

  #search(query, scroll = true) {
    this.#query = query.toLowerCase();
    const current = this.#matches[this.#at];
    this.#matches = [];
    for (const line of this.#lines) {
      const isMatch = this.#query !== '' && line.text.includes(this.#query);
      line.element.classList.toggle('match', isMatch);
      if (isMatch) {
        this.#matches.push(line);
      }
    }
    this.#at = this.#matches.indexOf(current);
    if (this.#at < 0) {
      current?.element.classList.remove('at');
    }
    this.#highlight();
    this.#showCount();
    if (scroll && this.#matches.length > 0 && this.#at < 0) {
      this.#step(-1);
    }
  }

  #step(direction) {
    const count = this.#matches.length;
    if (count === 0) {
      return;
    }
    this.#matches[this.#at]?.element.classList.remove('at');
    const from = this.#at < 0 && direction < 0 ? count : this.#at;
    this.#at = (from + direction + count) % count;
    const { element } = this.#matches[this.#at];
    element.classList.add('at');
    element.scrollIntoView({ block: 'nearest' });
    this.#showCount();
  }

  #showCount() {
    const count = this.#matches.length;
    const text = this.#at < 0 ? plural(count, 'line') : `${this.#at + 1} of ${count}`;
    setText(byId('log-count'), this.#query === '' ? '' : text);
  }

  /** Marks the found texts; where the browser has no highlights, the lines alone are marked. */
  #highlight() {
    if (!globalThis.CSS?.highlights) {
      return;
    }
    const found = new Highlight();
    for (let i = this.#matches.length - 1; i >= 0 && found.size < MAX_RANGES; i--) {
      addRanges(found, this.#matches[i].element, this.#query);
    }
    CSS.highlights.set('found', found);
  }
}

/** Adds the ranges of a text in an element; those that cross a change of colour are left out. */
function addRanges(found, element, query) {
  const nodes = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  while (nodes.nextNode()) {
    const text = nodes.currentNode.data.toLowerCase();
    for (let at = text.indexOf(query); at >= 0; at = text.indexOf(query, at + query.length)) {
      // Lower case may be longer, for example of U+0130.
      if (at + query.length <= nodes.currentNode.length && found.size < MAX_RANGES) {
        const range = new Range();
        range.setStart(nodes.currentNode, at);
        range.setEnd(nodes.currentNode, at + query.length);
        found.add(range);
      }
    }
  }
}
