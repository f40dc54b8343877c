// The panel of one service: what it is, what can be done with it, and its logs.

import { getText, getToken, onTokenChange, segment } from './api.js';
import { askForToken } from './dialogs.js';
import { byId, el, icon, setAttribute, setText } from './dom.js';
import { dateTime, duration, printable } from './format.js';
import { LogSource } from './logsource.js';
import { LogView } from './logview.js';
import { isUp, reason, restarts, shownState, upSince } from './model.js';
import { OPERATIONS, operate } from './operations.js';

export class Panel {
  #model;
  #element = byId('panel');
  #name = '';
  #process = '';
  #view = new LogView();
  #source;
  #buttons = {};

  constructor(model, onClose) {
    this.#model = model;
    this.#source = new LogSource(this.#view);
    byId('panel-close').addEventListener('click', onClose);
    for (const [operation, { verb }] of Object.entries(OPERATIONS)) {
      const button = el('button', { type: 'button', 'data-operation': operation,
        on: { click: () => this.act(operation) } }, icon(operation), el('span', { text: verb }));
      this.#buttons[operation] = button;
      byId('panel-operations').append(button);
    }
    byId('log-process').addEventListener('change', (event) => {
      this.#process = event.target.value;
      this.#openLogs();
    });
    byId('log-stream').addEventListener('change', () => this.#openLogs());
    byId('log-token').addEventListener('click', () => askForToken());
    byId('panel-why').addEventListener('toggle', () => this.#explain());
    onTokenChange(() => this.#name !== '' && this.#openLogs());
    document.addEventListener('visibilitychange', () => this.#source.onVisibility());
    model.on('services', (changed) => changed.has(this.#name) && this.#onService());
    setInterval(() => this.#tick(), 1_000);
  }

  get name() {
    return this.#name;
  }

  get view() {
    return this.#view;
  }

  /** Shows a service and the log of a process; '' for all. */
  show(name, process = '') {
    const isSame = name === this.#name && (process === '' || process === this.#process);
    this.#name = name;
    this.#element.hidden = false;
    document.body.classList.add('with-panel');
    if (!isSame) {
      this.#process = process;
      this.#update();
      this.#openLogs();
    }
  }

  hide() {
    this.#name = '';
    this.#process = '';
    this.#element.hidden = true;
    document.body.classList.remove('with-panel');
    this.#source.close();
  }

  /** Moves the focus into the panel, for the keyboard and screen readers. */
  focus() {
    byId('panel-name').focus();
  }

  act(operation) {
    const service = this.#model.services.get(this.#name);
    if (service && !this.#buttons[operation].hidden) {
      operate(operation, { service: this.#name }, this.#model.affected(service, operation));
    }
  }

  #onService() {
    this.#update();
    if (!this.#source.isOpen) {
      this.#openLogs();
    }
  }

  #update() {
    const service = this.#model.services.get(this.#name);
    setText(byId('panel-name'), printable(this.#name));
    const state = service ? shownState(service) : 'gone';
    setAttribute(this.#element, 'data-state', state);
    const missing = this.#model.isLoaded ? 'There is no service of this name.' : '';
    setText(byId('panel-state'), service ? state : missing);
    byId('panel-details').hidden = !service;
    if (!service) {
      return;
    }
    setText(byId('panel-reason'), printable(reason(service)));
    this.#updateButtons(service, state);
    this.#updateProcesses(service);
    this.#updateFacts(service);
    this.#explain();
  }

  #updateButtons(service, state) {
    const up = isUp(service);
    const hidden = { start: up, stop: !up, restart: false, reload: !up, kill: !up, signal: !up,
      pause: !up || state === 'paused', resume: state !== 'paused' };
    for (const [operation, button] of Object.entries(this.#buttons)) {
      if (hidden[operation] && button === document.activeElement) {
        this.focus(); // A hidden button would lose it.
      }
      button.hidden = hidden[operation];
    }
  }

  #updateProcesses(service) {
    const names = service.processes.map(({ name }) => name);
    const select = byId('log-process');
    if (JSON.stringify(names) !== select.dataset.names) {
      select.dataset.names = JSON.stringify(names);
      select.replaceChildren(el('option', { value: '', text: 'all processes' }),
        ...names.map((name) => el('option', { value: name, text: printable(name) })));
    }
    if (!names.includes(this.#process)) {
      this.#process = '';
    }
    select.value = this.#process;
    select.hidden = names.length === 1;
  }

  #updateFacts(service) {
    const facts = [];
    const add = (term, ...details) => facts.push(el('div', {}, el('dt', { text: term }),
      el('dd', {}, ...details)));
    const link = (name) => el('a', { href: `#/services/${encodeURIComponent(name)}`,
      text: printable(name) });
    const links = (names) => names.flatMap((name, i) => (i === 0 ? [link(name)]
      : [', ', link(name)]));
    add('Uptime', el('span', { id: 'panel-uptime' }));
    add('Restarts', String(restarts(service)));
    const pids = service.processes.filter(({ pid }) => pid).map(({ pid }) => pid);
    if (pids.length > 0) {
      add(pids.length > 1 ? 'PIDs' : 'PID', pids.slice(0, 6).join(', '));
    }
    const places = service.processes.filter(({ place }) => place).map(({ place }) => place);
    if (places.length > 0) {
      add('Runs on', printable(places.slice(0, 6).join('; ')));
    }
    const exits = service.processes.filter(({ lastExit }) => lastExit)
      .map(({ lastExit }) => lastExit).sort((a, b) => a.time.localeCompare(b.time));
    if (exits.length > 0) {
      const { time, reason: why } = exits.at(-1);
      add('Last exit', `${printable(why)}, ${dateTime(new Date(time))}`);
    }
    if (service.groups.length > 0) {
      add('Groups', printable(service.groups.join(', ')));
    }
    const dependents = [...this.#model.services.values()]
      .filter(({ requires }) => requires.includes(service.name)).map(({ name }) => name);
    for (const [term, names] of [['Requires', service.requires], ['Wants', service.wants],
      ['After', service.after], ['Conflicts', service.conflicts], ['Required by', dependents]]) {
      if (names.length > 0) {
        add(term, ...links(names));
      }
    }
    byId('panel-facts').replaceChildren(...facts);
    this.#tick();
  }

  #tick() {
    const service = this.#model.services.get(this.#name);
    const uptime = byId('panel-uptime');
    if (service && uptime && !document.hidden) {
      const since = upSince(service);
      setText(uptime, since === null ? 'not up' : duration(Math.max(0, Date.now() - since)));
    }
  }

  async #explain() {
    const name = this.#name;
    if (!byId('panel-why').open || name === '') {
      return;
    }
    try {
      const text = await getText(`/why/${segment(name)}`);
      if (name === this.#name) {
        setText(byId('panel-why-text'), text.split('\n').map(printable).join('\n').trim());
      }
    } catch (error) {
      setText(byId('panel-why-text'), error.message);
    }
  }

  #openLogs() {
    const hasToken = getToken() !== '';
    byId('log-locked').hidden = hasToken;
    byId('log-area').hidden = !hasToken;
    this.#view.clear();
    const service = this.#model.services.get(this.#name);
    if (hasToken && service) {
      const isOnly = service.processes.length === 1;
      const process = isOnly ? service.processes[0].name : this.#process;
      this.#source.open(this.#name, process, byId('log-stream').value);
    } else {
      this.#source.close();
    }
  }
}
