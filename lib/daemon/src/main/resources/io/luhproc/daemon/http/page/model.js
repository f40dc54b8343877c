// The services as the daemon reports them, and the connection to it.

import { getJson, getToken, onPost, onTokenChange, setToken, Stream } from './api.js';
import { SAMPLES } from './sparkline.js';

const POLL_MILLIS = 2_000;
const MAX_RETRY_MILLIS = 5_000;
// The events tell what changed; this is for what has no event, such as the next check of health.
const STATUS_MILLIS_WITH_EVENTS = 15_000;
const EVENT_DELAY_MILLIS = 60;
const MAX_EVENTS = 1_000;

/** In the order of attention that a state needs. */
export const STATES = [
  'failed', 'backoff', 'blocked', 'stopping', 'starting', 'running', 'exited', 'inactive',
];

export class Model {
  /** By name, in the order of the daemon. */
  services = new Map();
  /** The newest last. */
  events = [];
  eventsLost = 0;
  /** 'connecting', 'live' (events), 'polling' (no token) or 'lost'. */
  connection = 'connecting';
  lastSeen = null;
  /** Whether the services are known; there may be none. */
  isLoaded = false;
  retryAt = null;

  #listeners = { services: [], usage: [], event: [], connection: [] };
  #texts = new Map();
  #usage = new Map();
  #specs = new Map();
  #specsText = '';
  #stream;
  #hasStream = false;
  #timer = null;
  #eventTimer = null;
  #isPolling = false;
  #statusAt = -Infinity;
  #failures = 0;

  constructor() {
    const handlers = {
      open: () => this.#streamOpened(),
      event: (type, data, id) => this.#onEvent(type, data, id),
      lost: (error) => this.#streamLost(error),
    };
    // The id of no run: the daemon sends the events that it remembers.
    this.#stream = new Stream(() => '/events', handlers, '0');
    onTokenChange(() => this.#openStream());
    onPost(() => this.refresh()); // A pause has no event.
  }

  /** Calls a listener on 'services' (set of changed names), 'usage', 'event' or 'connection'. */
  on(kind, listener) {
    this.#listeners[kind].push(listener);
  }

  #emit(kind, value) {
    this.#listeners[kind].forEach((listener) => listener(value));
  }

  /** Connects while the page is visible; a hidden page holds no connection. */
  start() {
    document.addEventListener('visibilitychange', () => this.#onVisibility());
    this.#onVisibility();
  }

  #onVisibility() {
    if (document.hidden) {
      clearTimeout(this.#timer);
      this.#stream.stop();
      this.#hasStream = false;
    } else {
      this.#openStream();
      this.refresh();
    }
  }

  #openStream() {
    this.#stream.stop();
    this.#hasStream = false;
    if (getToken() !== '' && !document.hidden) {
      this.#stream.start();
    }
    this.#updateConnection();
  }

  #streamOpened() {
    this.#hasStream = true;
    this.refresh();
  }

  #streamLost({ status }) {
    this.#hasStream = false;
    if (status === 401) {
      setToken(''); // The daemon has a new one.
    }
    this.refresh();
  }

  /** Reads the status now, and again later. */
  refresh() {
    this.#statusAt = -Infinity;
    clearTimeout(this.#timer);
    this.#poll();
  }

  async #poll() {
    if (this.#isPolling || document.hidden) {
      return;
    }
    this.#isPolling = true;
    try {
      const now = performance.now();
      const interval = this.#hasStream ? STATUS_MILLIS_WITH_EVENTS : 0;
      if (now - this.#statusAt >= interval) {
        this.#statusAt = now;
        await this.#readStatus();
      }
      this.#addUsage(await getJson('/usage'));
      this.#failures = 0;
      this.lastSeen = new Date();
    } catch {
      this.#failures++;
      this.#statusAt = -Infinity;
    }
    this.#isPolling = false;
    this.#schedule();
    this.#updateConnection();
  }

  #schedule() {
    clearTimeout(this.#timer);
    const retry = Math.min(MAX_RETRY_MILLIS, 500 * 2 ** this.#failures);
    const delay = this.#failures > 0 ? retry : this.#statusAt < 0 ? 0 : POLL_MILLIS;
    this.retryAt = this.#failures > 0 ? Date.now() + delay : null;
    this.#timer = setTimeout(() => this.#poll(), delay);
  }

  #updateConnection() {
    const before = this.connection;
    if (this.#failures > 0) {
      this.connection = 'lost';
    } else if (this.lastSeen) {
      this.connection = this.#hasStream ? 'live' : 'polling';
    }
    if (this.connection !== before || this.connection === 'lost') {
      this.#emit('connection', before);
    }
  }

  async #readStatus() {
    const paths = ['/status', '/tree?format=json', '/groups'];
    const [status, tree, groups] = await Promise.all(paths.map(getJson));
    const groupsOf = groupsByName(groups);
    const specs = tree.map(({ name, requires, wants, after, conflicts }) =>
      ({ name, groups: groupsOf.get(name) ?? [], requires, wants, after, conflicts }));
    const specsText = JSON.stringify(specs);
    const hasNewSpecs = specsText !== this.#specsText;
    if (hasNewSpecs) {
      this.#specsText = specsText;
      this.#specs = new Map(specs.map((spec) => [spec.name, spec]));
    }
    this.#replace(status, hasNewSpecs);
  }

  #replace(status, hasNewSpecs) {
    const changed = new Set();
    const next = new Map();
    const texts = new Map();
    for (const service of status) {
      const text = JSON.stringify(service);
      const isSame = !hasNewSpecs && this.#texts.get(service.name) === text;
      texts.set(service.name, text);
      next.set(service.name, isSame ? this.services.get(service.name) : this.#complete(service));
      if (!isSame) {
        changed.add(service.name);
      }
    }
    for (const name of this.services.keys()) {
      if (!next.has(name)) {
        changed.add(name);
      }
    }
    this.services = next;
    this.#texts = texts;
    if (changed.size > 0 || !this.isLoaded) {
      this.isLoaded = true;
      this.#emit('services', changed);
    }
  }

  #complete(service) {
    const none = { groups: [], requires: [], wants: [], after: [], conflicts: [] };
    return { ...service, ...(this.#specs.get(service.name) ?? none) };
  }

  #addUsage(readings) {
    const next = new Map();
    for (const reading of readings) {
      const key = `${reading.service}/${reading.process}`;
      const before = this.#usage.get(key);
      const isSame = before?.pid === reading.pid;
      const usage = isSame ? before : { pid: reading.pid, cpu: [], rss: [] };
      if (isSame) {
        const elapsed = reading.readAt - before.readAt;
        push(usage.cpu, elapsed > 0 ? ((reading.cpuMillis - before.cpuMillis) / elapsed) * 100 : 0);
      }
      push(usage.rss, reading.memoryBytes);
      next.set(key, Object.assign(usage, reading));
    }
    this.#usage = next;
    this.#emit('usage');
  }

  /** Returns {cpu, rss} with samples in percent and bytes, of a process or a sum of processes. */
  usage(service, process) {
    const processes = process ? [process] : service.processes;
    const known = processes
      .map(({ name }) => this.#usage.get(`${service.name}/${name}`))
      .filter((usage) => usage);
    return known.length === 1
      ? known[0]
      : { cpu: sum(known.map(({ cpu }) => cpu)), rss: sum(known.map(({ rss }) => rss)) };
  }

  #onEvent(type, data, id) {
    const value = JSON.parse(data);
    if (type === 'lost') {
      this.eventsLost += value.lost;
    } else {
      this.events.push({ ...value, id });
      this.events.splice(0, this.events.length - MAX_EVENTS);
    }
    this.#emit('event', value);
    // Several events come together, for example when dependents are stopped too.
    this.#eventTimer ??= setTimeout(() => {
      this.#eventTimer = null;
      this.refresh();
    }, EVENT_DELAY_MILLIS);
  }

  /** Returns the services that an operation on one also starts or stops. */
  affected(service, operation) {
    if (operation === 'start') {
      return this.#reach(service.name, (it) => [...it.requires, ...it.wants], (it) => !isUp(it));
    }
    if (operation === 'stop' || operation === 'restart') {
      const dependents = (of) =>
        [...this.services.values()]
          .filter(({ requires }) => requires.includes(of.name))
          .map(({ name }) => name);
      return this.#reach(service.name, dependents, isUp);
    }
    return [];
  }

  #reach(name, neighbours, isAffected) {
    const reached = new Set([name]);
    for (const next of reached) {
      const service = this.services.get(next);
      if (service && (next === name || isAffected(service))) {
        neighbours(service).forEach((neighbour) => reached.add(neighbour));
      }
    }
    reached.delete(name);
    return [...reached].filter((it) => this.services.has(it) && isAffected(this.services.get(it)));
  }
}

export function isUp(service) {
  return !['inactive', 'exited', 'failed'].includes(service.state);
}

/** Returns the state as shown: that of the service, or what its processes add to running. */
export function shownState(status) {
  const processes = status.processes ?? [status];
  if (processes.some(({ paused }) => paused)) {
    return 'paused';
  }
  const isUnhealthy = processes.some(({ health }) => health === 'unhealthy');
  return status.state === 'running' && isUnhealthy ? 'unhealthy' : status.state;
}

/** Returns why, for people: the cause, what it waits for, or how it last exited. */
export function reason(status) {
  if (status.blockedOn?.length > 0) {
    return `waits for ${status.blockedOn.join(', ')}`;
  }
  const process = (status.processes ?? [status]).find(({ cause }) => cause);
  return status.cause ?? process?.cause ?? '';
}

/** Returns since when all processes run, in milliseconds of the epoch; null if they do not. */
export function upSince(status) {
  const up = (status.processes ?? [status]).filter(({ state }) => state === 'running');
  return up.length === 0 ? null : Math.max(...up.map(({ started, since }) => Date.parse(started ?? since)));
}

export function restarts(status) {
  return (status.processes ?? [status]).reduce((count, process) => count + process.restarts, 0);
}

function groupsByName(groups) {
  const byName = new Map();
  for (const [group, names] of Object.entries(groups)) {
    names.forEach((name) => byName.set(name, [...(byName.get(name) ?? []), group]));
  }
  return byName;
}

function push(samples, value) {
  samples.push(value);
  if (samples.length > SAMPLES) {
    samples.shift();
  }
}

/** Adds series that end at the same time. */
function sum(series) {
  const length = Math.max(0, ...series.map((samples) => samples.length));
  return Array.from({ length }, (_, i) =>
    series.reduce((total, samples) => total + (samples[samples.length - length + i] ?? 0), 0),
  );
}
