// The list of events, the newest first.

import { getToken, onTokenChange } from './api.js';
import { askForToken } from './dialogs.js';
import { byId, el, setText } from './dom.js';
import { dateTime, plural, printable } from './format.js';

export class EventList {
  #model;
  #list = byId('event-list');
  #isShown = false;
  #filter = '';
  #newest = '';

  constructor(model) {
    this.#model = model;
    model.on('event', () => this.#isShown && this.#add());
    onTokenChange(() => this.#isShown && this.show());
    byId('event-token').addEventListener('click', () => askForToken());
    byId('event-filter').addEventListener('input', (event) => {
      this.#filter = event.target.value.toLowerCase();
      this.#redraw();
    });
  }

  show() {
    this.#isShown = true;
    byId('event-locked').hidden = getToken() !== '';
    byId('event-area').hidden = getToken() === '';
    this.#redraw();
  }

  hide() {
    this.#isShown = false;
  }

  #redraw() {
    this.#newest = '';
    this.#list.replaceChildren();
    this.#add();
  }

  #add() {
    const { events } = this.#model;
    const known = events.findLastIndex(({ id }) => id === this.#newest);
    const added = events.slice(known + 1).filter((event) => this.#isMatch(event));
    this.#newest = events.at(-1)?.id ?? '';
    this.#list.prepend(...added.reverse().map(itemOf));
    while (this.#list.childElementCount > events.length) {
      this.#list.lastElementChild.remove();
    }
    const lost = this.#model.eventsLost;
    setText(byId('event-lost'), lost === 0 ? '' : `${plural(lost, 'event')} lost`);
    byId('event-empty').hidden = this.#list.childElementCount > 0;
  }

  #isMatch(event) {
    return [event.service, event.process, event.type, event.from, event.to, event.reason]
      .join('\n').replaceAll('_', ' ').toLowerCase().includes(this.#filter);
  }
}

function itemOf({ time, type, service, process, from, to, reason }) {
  const subject = service === undefined ? [] : [el('a', { class: 'event-name',
    href: `#/events/${encodeURIComponent(service)}`,
    text: printable(process && process !== service ? `${service} / ${process}` : service) })];
  return el('li', { class: `event ${type}` },
    el('time', { datetime: time, text: dateTime(new Date(time)) }),
    el('span', { class: 'event-subject' }, ...subject),
    el('span', { class: 'event-type', 'data-state': to },
      ...(to ? [`${from} → `, el('span', { class: 'state-text', text: to })]
        : [type.replaceAll('_', ' ')])),
    el('span', { class: 'event-reason', text: printable(reason.split('\n')[0]),
      title: reason.split('\n').map(printable).join('\n') }));
}
