// Elements, icons and text. Text is only ever set as textContent, so it cannot become markup.

const SVG = 'http://www.w3.org/2000/svg';

const ICONS = {
  start: 'M4 2.5v11l9-5.5z',
  stop: 'M3.5 3.5h9v9h-9z',
  restart: 'M13 8a5 5 0 1 1-1.6-3.7M13 2v3.2H9.8',
  reload: 'M2.5 8h8M7.5 4.5 11 8l-3.5 3.5M13.5 3v10',
  pause: 'M5 3v10M11 3v10',
  resume: 'M3 3v10M6.5 3.5v9l7-4.5z',
  signal: 'M9 1.5 3.5 9H8l-1 5.5L12.5 7H8z',
  kill: 'M3.5 3.5l9 9M12.5 3.5l-9 9',
  close: 'M3.5 3.5l9 9M12.5 3.5l-9 9',
  more: 'M5.5 3 10.5 8l-5 5',
  down: 'M8 2.5v10M3.5 8.5 8 13l4.5-4.5',
  up: 'M8 13.5v-10M3.5 7.5 8 3l4.5 4.5',
  lock: 'M4 7.5h8v6H4zM5.5 7.5V5a2.5 2.5 0 0 1 5 0v2.5',
  unlock: 'M4 7.5h8v6H4zM5.5 7.5V5a2.5 2.5 0 0 1 4.9-.7',
  theme: 'M8 2a6 6 0 1 0 0 12zM8 2a6 6 0 0 1 0 12',
  wrap: 'M2 4h12M2 8h9.5a2.5 2.5 0 0 1 0 5H8M9.5 11 7.5 13l2 2',
};
const FILLED = new Set(['start', 'stop', 'resume']);

/** Creates an element: el('button', {class: 'x', text: 'Stop', on: {click}}, ...children). */
export function el(tag, properties = {}, ...children) {
  return fill(document.createElement(tag), properties, children);
}

/** Creates an SVG element. */
export function svg(tag, properties = {}, ...children) {
  return fill(document.createElementNS(SVG, tag), properties, children);
}

function fill(element, properties, children) {
  for (const [name, value] of Object.entries(properties)) {
    if (name === 'text') {
      element.textContent = value;
    } else if (name === 'on') {
      for (const [event, listener] of Object.entries(value)) {
        element.addEventListener(event, listener);
      }
    } else if (value !== false && value !== undefined) {
      element.setAttribute(name, value === true ? '' : value);
    }
  }
  element.append(...children);
  return element;
}

export function icon(name) {
  return svg(
    'svg',
    { class: FILLED.has(name) ? 'icon filled' : 'icon', viewBox: '0 0 16 16', 'aria-hidden': true },
    svg('path', { d: ICONS[name] }),
  );
}

/** Creates a button with an icon and a name for screen readers and as a tooltip. */
export function iconButton(name, label, click, properties = {}) {
  return el(
    'button',
    { type: 'button', class: 'icon-button', 'aria-label': label, title: label, on: { click },
      ...properties },
    icon(name),
  );
}

/** Sets a text only if it differs, so that nothing is laid out again. */
export function setText(element, text) {
  if (element.textContent !== text) {
    element.textContent = text;
  }
}

export function setAttribute(element, name, value) {
  if (element.getAttribute(name) !== value) {
    element.setAttribute(name, value);
  }
}

/** Puts children in an order, and moves only those that are elsewhere. */
export function arrange(parent, wanted) {
  let next = parent.firstElementChild;
  for (const child of wanted) {
    if (child === next) {
      next = next.nextElementSibling;
    } else {
      parent.insertBefore(child, next);
    }
  }
  while (next) {
    const surplus = next;
    next = next.nextElementSibling;
    surplus.remove();
  }
}

export const byId = (id) => document.getElementById(id);
