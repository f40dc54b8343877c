// A row of the table of services: a service, or one process of it.

import { el, icon, iconButton, setAttribute, setText } from './dom.js';
import { bytes, duration, percent, printable } from './format.js';
import { isUp, reason, restarts, shownState, upSince } from './model.js';
import { operate } from './operations.js';
import { sparkline } from './sparkline.js';

const CPU_FLOOR = 5; // Percent: the chart of an idle process stays flat.
const MEMORY_FLOOR = 1 << 20;

/** Its `isSeen` says whether it is in or near the visible area. */
export class Row {
  isSeen = false;

  #model;
  #charts = { cpu: sparkline('cpu'), rss: sparkline('memory') };
  #cells;
  #link;
  #toggle;
  #restart;
  #expander;
  #service;
  #process;

  constructor(model, service, process, onExpand) {
    this.#model = model;
    this.#service = service;
    this.#process = process;
    const name = process?.name ?? service.name;
    const href = `#/services/${encodeURIComponent(service.name)}`
      + (process ? `/${encodeURIComponent(process.name)}` : '');
    this.#link = el('a', { href, class: 'name-link', text: printable(name) });
    this.#expander = iconButton('more', `Processes of ${name}`, onExpand, {
      class: 'icon-button expander', 'aria-expanded': 'false' });
    this.#cells = Object.fromEntries(
      ['count', 'state', 'reason', 'uptime', 'restarts', 'cpu', 'memory'].map((key) => [
        key, el('span', { class: `${key}-text` })]),
    );
    this.#toggle = el('button', { type: 'button', class: 'icon-button',
      on: { click: () => this.act(isUp(this.#status) ? 'stop' : 'start') } });
    this.#restart = iconButton('restart', 'Restart', () => this.act('restart'));
    this.element = this.#build(process !== undefined);
    this.update(service, process);
  }

  #build(isProcess) {
    const cell = (name, ...children) =>
      el('div', { role: 'cell', class: `cell ${name}` }, ...children);
    const cells = this.#cells;
    return el(
      'div',
      { role: 'row', class: isProcess ? 'row process' : 'row' },
      cell('name', this.#expander, el('span', { class: 'dot', 'aria-hidden': true }), this.#link,
        cells.count),
      cell('state', cells.state, cells.reason),
      cell('uptime', cells.uptime),
      cell('restarts', cells.restarts),
      cell('cpu', this.#charts.cpu.element, cells.cpu),
      cell('memory', this.#charts.rss.element, cells.memory),
      cell('actions', this.#toggle,
        this.#restart),
    );
  }

  get #status() {
    return this.#process ?? this.#service;
  }

  get service() {
    return this.#service;
  }

  /** The name of the process; undefined for a row of a service. */
  get processName() {
    return this.#process?.name;
  }

  focus() {
    this.#link.focus();
  }

  act(operation) {
    const { name } = this.#service;
    operate(operation, { service: name, process: this.#process?.name },
      this.#process ? [] : this.#model.affected(this.#service, operation));
  }

  set expanded(value) {
    setAttribute(this.#expander, 'aria-expanded', String(value));
  }

  /** Whether the tab key reaches the row; of all rows only one is, arrow keys reach the others. */
  set current(value) {
    this.element.classList.toggle('current', value);
    for (const control of this.element.querySelectorAll('a, button')) {
      control.tabIndex = value ? 0 : -1;
    }
  }

  set selected(value) {
    this.element.classList.toggle('selected', value);
    setAttribute(this.#link, 'aria-current', String(value));
  }

  update(service, process) {
    this.#service = service;
    this.#process = process;
    const state = shownState(this.#status);
    const text = printable(reason(this.#status));
    setAttribute(this.element, 'data-state', state);
    setText(this.#cells.state, state);
    setText(this.#cells.reason, text);
    setAttribute(this.#cells.reason, 'title', text);
    const count = restarts(this.#status);
    setText(this.#cells.restarts, String(count));
    this.#cells.restarts.classList.toggle('zero', count === 0);
    this.#updateCount(service, process);
    this.#restart.classList.toggle('hidden', !isUp(this.#status));
    const operation = isUp(this.#status) ? 'stop' : 'start';
    if (this.#toggle.dataset.operation !== operation) {
      this.#toggle.dataset.operation = operation;
      const label = operation === 'stop' ? 'Stop' : 'Start';
      setAttribute(this.#toggle, 'aria-label', label);
      setAttribute(this.#toggle, 'title', label);
      this.#toggle.replaceChildren(icon(operation));
    }
    this.tick(Date.now());
  }

  #updateCount(service, process) {
    const total = service.processes.length;
    const isSingle = process !== undefined || total === 1;
    const up = service.processes.filter(({ state }) => state === 'running').length;
    setText(this.#cells.count, isSingle ? '' : `${up}/${total}`);
    this.#expander.classList.toggle('hidden', isSingle);
  }

  tick(now) {
    const since = upSince(this.#status);
    const next = this.#nextRestart(now);
    setText(this.#cells.uptime, since === null ? next : duration(Math.max(0, now - since)));
  }

  #nextRestart(now) {
    const times = (this.#status.processes ?? [this.#status])
      .filter(({ nextRestart }) => nextRestart)
      .map(({ nextRestart }) => Date.parse(nextRestart));
    return times.length === 0 ? '' : `in ${duration(Math.max(0, Math.min(...times) - now))}`;
  }

  drawUsage() {
    const { cpu, rss } = this.#model.usage(this.#service, this.#process);
    this.#charts.cpu.draw(cpu, CPU_FLOOR);
    this.#charts.rss.draw(rss, MEMORY_FLOOR);
    setText(this.#cells.cpu, cpu.length === 0 ? '' : percent(cpu.at(-1)));
    setText(this.#cells.memory, rss.length === 0 ? '' : bytes(rss.at(-1)));
  }
}
