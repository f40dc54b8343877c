// Requests to the daemon. The token is kept for this tab only.

const KEY = 'luhproc.token';
const SILENCE_MILLIS = 40_000; // The daemon sends a comment every 5 s.
const MAX_DELAY_MILLIS = 5_000;

let askForToken = async () => '';
const tokenListeners = [];
const postListeners = [];

/** An answer that is no success. */
export class ApiError extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

export function getToken() {
  return sessionStorage.getItem(KEY) ?? '';
}

export function setToken(token) {
  if (token === '') {
    sessionStorage.removeItem(KEY);
  } else {
    sessionStorage.setItem(KEY, token);
  }
  tokenListeners.forEach((listener) => listener());
}

export function onTokenChange(listener) {
  tokenListeners.push(listener);
}

/** Sets what is called to ask for the token; it resolves to '' if the user declines. */
export function onTokenNeeded(ask) {
  askForToken = ask;
}

/** Takes the token from the fragment, which `luhproc open` adds, and removes it from the address. */
export function takeTokenFromAddress() {
  const match = /^#token=([\x21-\x7e]+)$/.exec(location.hash);
  if (match) {
    history.replaceState(null, '', location.pathname);
    setToken(decode(match[1]));
  }
}

export const segment = (name) => encodeURIComponent(name);

/** Returns a part of an address decoded; empty if it is malformed. */
export function decode(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return '';
  }
}

async function request(path, options = {}) {
  const headers = { ...options.headers };
  if (getToken() !== '') {
    headers.Authorization = `Bearer ${getToken()}`;
  }
  const response = await fetch(path, { ...options, headers, cache: 'no-cache' });
  if (!response.ok) {
    throw new ApiError(response.status, await problem(response));
  }
  return response;
}

async function problem(response) {
  const text = await response.text();
  try {
    const { title, detail } = JSON.parse(text);
    return detail ?? title ?? text;
  } catch {
    return text || `HTTP status ${response.status}`;
  }
}

/** Sends a request; asks for the token once if it is missing or refused. */
async function withToken(path, options) {
  try {
    return await request(path, options);
  } catch (error) {
    if (error.status !== 401) {
      throw error;
    }
    const refused = getToken() !== '';
    setToken('');
    if ((await askForToken(refused)) === '') {
      throw error;
    }
    return request(path, options);
  }
}

export async function getJson(path) {
  return (await request(path)).json();
}

export async function getText(path) {
  return (await withToken(path)).text();
}

export async function post(path) {
  const answer = await (await withToken(path, { method: 'POST' })).json();
  postListeners.forEach((listener) => listener());
  return answer;
}

/** Calls a listener after each operation that the daemon has accepted. */
export function onPost(listener) {
  postListeners.push(listener);
}

/** Returns whether the daemon accepts a token. */
export async function isAccepted(token) {
  // Any path that needs it; there is no service of this name.
  const response = await fetch('/why/-', { headers: { Authorization: `Bearer ${token}` } });
  return response.status !== 401;
}

/**
 * A stream of server-sent events that is opened again after its last id when it ends.
 * EventSource cannot send the token.
 */
export class Stream {
  #path;
  #handlers;
  #abort = null;
  #lastId;

  /**
   * @param path returns the path, at each attempt
   * @param handlers event(type, data, id), open(), lost(error); an error with a status below 500 is
   *     final
   * @param lastId the id after which the first attempt begins; '' for later events only
   */
  constructor(path, handlers, lastId = '') {
    this.#path = path;
    this.#handlers = handlers;
    this.#lastId = lastId;
  }

  start() {
    if (!this.#abort) {
      this.#abort = new AbortController();
      this.#run(this.#abort.signal);
    }
  }

  stop() {
    this.#abort?.abort();
    this.#abort = null;
  }

  async #run(signal) {
    let delay = 500;
    while (!signal.aborted) {
      try {
        await this.#read(signal, () => (delay = 500));
        throw new Error('the stream ended');
      } catch (error) {
        if (signal.aborted) {
          return;
        }
        this.#handlers.lost(error);
        if (error.status && error.status < 500) {
          this.#abort = null;
          return;
        }
      }
      await new Promise((resolve) => setTimeout(resolve, delay));
      delay = Math.min(MAX_DELAY_MILLIS, delay * 2);
    }
  }

  async #read(signal, opened) {
    const attempt = new AbortController();
    const abort = () => attempt.abort();
    signal.addEventListener('abort', abort);
    const headers = { Accept: 'text/event-stream' };
    if (this.#lastId !== '') {
      headers['Last-Event-ID'] = this.#lastId;
    }
    let silence = setTimeout(abort, SILENCE_MILLIS);
    try {
      const response = await request(this.#path(), { headers, signal: attempt.signal });
      opened();
      this.#handlers.open();
      const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
      const parser = new EventParser((type, data, id) => {
        this.#lastId = id || this.#lastId;
        this.#handlers.event(type, data, id);
      });
      for (;;) {
        const { value, done } = await reader.read();
        if (done || signal.aborted) {
          return;
        }
        clearTimeout(silence);
        silence = setTimeout(abort, SILENCE_MILLIS);
        parser.add(value);
      }
    } finally {
      clearTimeout(silence);
      signal.removeEventListener('abort', abort);
      attempt.abort();
    }
  }
}

/** Splits a stream into events, see the WHATWG HTML Standard, section 9.2.6. */
class EventParser {
  #dispatch;
  #rest = '';
  #type = '';
  #data = [];
  #id = '';

  constructor(dispatch) {
    this.#dispatch = dispatch;
  }

  add(text) {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop();
    lines.forEach((line) => this.#line(line.endsWith('\r') ? line.slice(0, -1) : line));
  }

  #line(line) {
    if (line === '') {
      if (this.#data.length > 0) {
        this.#dispatch(this.#type || 'message', this.#data.join('\n'), this.#id);
      }
      this.#type = '';
      this.#data = [];
      return;
    }
    const colon = line.indexOf(':');
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + (line[colon + 1] === ' ' ? 2 : 1));
    if (field === 'data') {
      this.#data.push(value);
    } else if (field === 'event') {
      this.#type = value;
    } else if (field === 'id') {
      this.#id = value;
    }
  }
}
