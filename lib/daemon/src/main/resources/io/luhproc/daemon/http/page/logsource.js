// Reads the log of a service as it grows, and adds its lines to a view.

import { segment, Stream } from './api.js';
import { bytes } from './format.js';

const LINES = 1_000; // Of each process, to begin with.

export class LogSource {
  #view;
  #stream = null;

  constructor(view) {
    this.#view = view;
  }

  /** Follows a process, or all processes of the service if its name is empty. */
  open(service, process, stream) {
    this.close();
    const ofProcess = process === '' ? '' : `&process=${segment(process)}`;
    const path = `/services/${segment(service)}/logs?stream=${stream}&lines=${LINES}${ofProcess}`;
    this.#stream = new Stream(() => path, {
      open: () => {},
      event: (type, data) => this.#add(type, JSON.parse(data), process === ''),
      lost: ({ status, message }) => status < 500 && this.#view.note(message),
    });
    this.onVisibility();
  }

  get isOpen() {
    return this.#stream !== null;
  }

  close() {
    this.#stream?.stop();
    this.#stream = null;
  }

  /** A hidden page holds no connection; it continues where it was. */
  onVisibility() {
    if (document.hidden) {
      this.#stream?.stop();
    } else {
      this.#stream?.start();
    }
  }

  #add(type, line, hasNames) {
    if (type === 'lost') {
      this.#view.note(`${bytes(line.lostBytes)} of ${line.process} were deleted before they were read`);
    } else {
      this.#view.add(hasNames ? line : { ...line, process: '' });
    }
  }
}
