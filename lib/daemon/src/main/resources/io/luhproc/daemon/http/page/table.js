// The table of services. Rows are kept and changed in place.

import { arrange, el, iconButton, setAttribute, setText } from './dom.js';
import { plural, printable } from './format.js';
import { reason, restarts, shownState, STATES, upSince } from './model.js';
import { operate } from './operations.js';
import { Row } from './row.js';

const NO_GROUP = 'No group';

const COLUMNS = [
  ['name', 'Service'],
  ['state', 'State'],
  ['uptime', 'Uptime'],
  ['restarts', 'Restarts'],
  ['cpu', 'CPU'],
  ['memory', 'Memory'],
];

export class ServiceTable {
  filter = '';
  states = new Set();
  sort = { key: '', descending: false };
  isGrouped = false;

  #model;
  #onLayout;
  #body = el('div', { role: 'rowgroup', class: 'rows' });
  #empty = el('div', { class: 'empty' });
  #headers;
  #rows = new Map();
  #rowByElement = new WeakMap();
  #groups = new Map();
  #expanded = new Set();
  #selected = '';
  #current = null;
  #visible = [];
  #seen;
  #isPlanned = false;

  /** Calls onLayout(isEmpty, sort key) when rows are arranged. */
  constructor(model, parent, onLayout) {
    this.#model = model;
    this.#onLayout = onLayout;
    this.#headers = COLUMNS.map(([key, label]) => {
      const button = el('button', { type: 'button', text: label,
        on: { click: () => this.sortBy(key) } });
      return el('div', { role: 'columnheader', class: `cell ${key}`, 'aria-sort': 'none',
        'data-key': key }, button);
    });
    const actions = el('div', { role: 'columnheader', class: 'cell actions' },
      el('span', { class: 'visually-hidden', text: 'Actions' }));
    const head = el('div', { role: 'rowgroup', class: 'head' },
      el('div', { role: 'row', class: 'row' }, ...this.#headers, actions));
    parent.append(el('div', { role: 'table', class: 'table', 'aria-label': 'Services' }, head,
      this.#body), this.#empty);
    // Charts outside the visible area are not drawn.
    this.#seen = new IntersectionObserver((entries) => this.#onSeen(entries),
      { rootMargin: '200px' });
    this.#body.addEventListener('focusin', (event) => this.#onFocus(event.target));
    model.on('services', (changed) => this.#onServices(changed));
    model.on('usage', () => this.#onUsage());
    setInterval(() => this.#tick(), 1_000);
  }

  sortBy(key) {
    const isSame = this.sort.key === key;
    if (isSame && this.sort.descending !== startsDescending(key)) {
      this.sort = { key: '', descending: false };
    } else {
      this.sort = { key, descending: isSame ? !this.sort.descending : startsDescending(key) };
    }
    this.layout();
  }

  #onServices(changed) {
    for (const [key, row] of this.#rows) {
      const { name } = row.service;
      if (!changed.has(name)) {
        continue;
      }
      const service = this.#model.services.get(name);
      const process = service?.processes.find((it) => it.name === row.processName);
      if (!service || (row.processName !== undefined && !process)) {
        this.#seen.unobserve(row.element);
        this.#rows.delete(key);
      } else {
        row.update(service, process);
      }
    }
    this.plan();
  }

  #onUsage() {
    this.#visible.filter(({ isSeen }) => isSeen).forEach((row) => row.drawUsage());
    if (['cpu', 'memory'].includes(this.sort.key) && !this.#isUsed()) {
      this.plan();
    }
  }

  /** Rows do not move while a button of one of them is about to be pressed. */
  #isUsed() {
    return this.#body.querySelector('.actions:hover, .actions:focus-within') !== null;
  }

  #onSeen(entries) {
    for (const { target, isIntersecting } of entries) {
      const row = this.#rowByElement.get(target);
      if (row) {
        row.isSeen = isIntersecting;
        if (isIntersecting) {
          row.drawUsage();
          row.tick(Date.now());
        }
      }
    }
  }

  #tick() {
    const now = Date.now();
    if (!document.hidden) {
      this.#visible.filter(({ isSeen }) => isSeen).forEach((row) => row.tick(now));
    }
  }

  /** Arranges the rows before the next frame. */
  plan() {
    if (!this.#isPlanned) {
      this.#isPlanned = true;
      requestAnimationFrame(() => {
        this.#isPlanned = false;
        this.layout();
      });
    }
  }

  layout() {
    const services = this.#sorted([...this.#model.services.values()].filter((it) =>
      this.#isShown(it)));
    const elements = [];
    this.#visible = [];
    for (const [group, members] of this.#grouped(services)) {
      if (this.isGrouped) {
        elements.push(this.#groupHeader(group, members));
      }
      const rows = members.flatMap((service) => this.#rowsOf(group, service));
      this.#visible.push(...rows);
      elements.push(...rows.map(({ element }) => element));
    }
    arrange(this.#body, elements);
    this.#showSort();
    this.#showEmpty(services.length);
    this.#onLayout(this.#model.services.size === 0, this.sort.key);
    if (!this.#visible.includes(this.#current)) {
      this.#setCurrent(this.#visible.find(({ service }) => service.name === this.#selected)
        ?? this.#visible[0] ?? null);
    }
  }

  /** Returns the row of a service, and those of its processes if it is expanded. */
  #rowsOf(group, service) {
    const isExpanded = service.processes.length > 1 && this.#expanded.has(service.name);
    const row = this.#row(group, service);
    row.expanded = isExpanded;
    row.selected = service.name === this.#selected;
    const processes = isExpanded ? service.processes : [];
    return [row, ...processes.map((process) => this.#row(group, service, process))];
  }

  #row(group, service, process) {
    const key = JSON.stringify([group, service.name, process?.name]);
    let row = this.#rows.get(key);
    if (!row) {
      row = new Row(this.#model, service, process, () => this.#toggleExpanded(service.name));
      row.current = false;
      this.#rows.set(key, row);
      this.#rowByElement.set(row.element, row);
      this.#seen.observe(row.element);
    }
    return row;
  }

  #toggleExpanded(name) {
    if (!this.#expanded.delete(name)) {
      this.#expanded.add(name);
    }
    this.layout();
  }

  #isShown(service) {
    const state = shownState(service);
    if (this.states.size > 0 && !this.states.has(state)) {
      return false;
    }
    if (this.filter === '') {
      return true;
    }
    const text = [service.name, state, reason(service), ...service.groups,
      ...service.processes.map(({ name, pid }) => `${name} ${pid ?? ''}`)].join('\n').toLowerCase();
    return this.filter.toLowerCase().split(/\s+/).every((word) => text.includes(word));
  }

  #grouped(services) {
    if (!this.isGrouped) {
      return [['', services]];
    }
    const groups = new Map();
    for (const service of services) {
      for (const group of service.groups.length > 0 ? service.groups : ['']) {
        groups.set(group, [...(groups.get(group) ?? []), service]);
      }
    }
    return [...groups].sort(([a], [b]) => (a === '') - (b === '') || a.localeCompare(b));
  }

  #groupHeader(group, members) {
    let header = this.#groups.get(group);
    if (!header) {
      const count = el('span', { class: 'count-text' });
      const buttons = group === '' ? [] : ['start', 'stop', 'restart'].map((operation) =>
        iconButton(operation, `${operation[0].toUpperCase()}${operation.slice(1)} all of ${group}`,
          () => operate(operation, { group })));
      header = el('div', { role: 'row', class: 'group' },
        el('div', { role: 'cell', class: 'cell name' },
          el('span', { class: 'group-name', text: printable(group) || NO_GROUP }), count),
        el('div', { role: 'cell', class: 'cell actions' }, ...buttons));
      this.#groups.set(group, header);
    }
    setText(header.querySelector('.count-text'), plural(members.length, 'service'));
    return header;
  }

  #sorted(services) {
    const value = this.#sortValue();
    if (!value) {
      return services;
    }
    const direction = this.sort.descending ? -1 : 1;
    // Services without a value come last in both directions.
    return services
      .map((service) => ({ service, value: value(service) }))
      .sort((a, b) => (a.value === null) - (b.value === null)
        || direction * (typeof a.value === 'string' ? a.value.localeCompare(b.value)
          : a.value - b.value))
      .map(({ service }) => service);
  }

  #sortValue() {
    const now = Date.now();
    const last = (samples) => samples.at(-1) ?? null;
    return {
      name: ({ name }) => name,
      state: (service) => STATES.indexOf(service.state) - (shownState(service) === 'unhealthy'),
      uptime: (service) => (upSince(service) === null ? null : now - upSince(service)),
      restarts,
      cpu: (service) => last(this.#model.usage(service).cpu),
      memory: (service) => last(this.#model.usage(service).rss),
    }[this.sort.key];
  }

  #showSort() {
    for (const header of this.#headers) {
      const direction = this.sort.descending ? 'descending' : 'ascending';
      const isSorted = header.dataset.key === this.sort.key;
      setAttribute(header, 'aria-sort', isSorted ? direction : 'none');
    }
  }

  #showEmpty(count) {
    const total = this.#model.services.size;
    this.#empty.hidden = count > 0 || !this.#model.isLoaded;
    if (total > 0) {
      setText(this.#empty, 'No service matches the filter.');
    } else if (!this.#empty.hidden) {
      this.#empty.replaceChildren(
        el('h2', { text: 'No services yet' }),
        el('p', { text: 'Add one to the configuration file and reload the daemon:' }),
        el('pre', { text: '[services.web]\ncommand = "python3 -m http.server 8000"' }));
    }
  }

  #onFocus(target) {
    const row = this.#rowByElement.get(target.closest('.row'));
    if (row) {
      this.#setCurrent(row);
    }
  }

  #setCurrent(row) {
    if (this.#current !== row) {
      if (this.#current) {
        this.#current.current = false;
      }
      this.#current = row;
      if (row) {
        row.current = true;
      }
    }
  }

  get current() {
    return this.#current;
  }

  /** Moves the focus by rows; to the first or last one for an infinite step. */
  move(step) {
    if (this.#visible.length > 0) {
      const at = this.#visible.indexOf(this.#current);
      const hasFocus = this.#body.contains(document.activeElement);
      const next = hasFocus ? Math.min(this.#visible.length - 1, Math.max(0, at + step)) : at;
      this.#visible[Math.max(0, next)].focus();
      this.#visible[Math.max(0, next)].element.scrollIntoView({ block: 'nearest' });
    }
  }

  expandCurrent(value) {
    const name = this.#current?.service.name;
    if (name && this.#expanded.has(name) !== value) {
      this.#toggleExpanded(name);
    }
  }

  select(name) {
    this.#selected = name;
    this.#visible.forEach((row) => (row.selected = row.service.name === name
      && row.processName === undefined));
  }
}

function startsDescending(key) {
  return ['restarts', 'cpu', 'memory', 'uptime'].includes(key);
}
