// The page: what is shown for an address, the header, and the keyboard.

import {
  decode,
  getToken,
  onTokenChange,
  onTokenNeeded,
  setToken,
  takeTokenFromAddress,
} from './api.js';
import { askForToken, message, showKeys } from './dialogs.js';
import { byId, el, icon, setText } from './dom.js';
import { EventList } from './eventlist.js';
import { clock, plural } from './format.js';
import { Graph } from './graph.js';
import { Model, shownState, STATES } from './model.js';
import { Panel } from './panel.js';
import { ServiceTable } from './table.js';

const VIEWS = ['services', 'graph', 'events'];
const THEME_KEY = 'luhproc.theme';

takeTokenFromAddress();
onTokenNeeded(askForToken);

const model = new Model();
const table = new ServiceTable(model, byId('table-box'), (isEmpty, sortKey) => {
  document.body.classList.toggle('without-services', isEmpty);
  byId('sort').value = sortKey;
});
const graph = new Graph(model);
const eventList = new EventList(model);
const panel = new Panel(model, () => closePanel());
let view = 'services';
// Whether the address changes because the focus moves through the table.
let isMoving = false;

// The address: #/VIEW, #/VIEW/SERVICE or #/VIEW/SERVICE/PROCESS.

function showAddress() {
  takeTokenFromAddress();
  const [, first, ...names] = location.hash.split('/');
  view = VIEWS.includes(first) ? first : 'services';
  const [service, process] = names.map(decode);
  for (const name of VIEWS) {
    byId(name).hidden = name !== view;
    byId(`to-${name}`).setAttribute('aria-current', name === view ? 'page' : 'false');
  }
  (view === 'graph' ? graph.show : graph.hide).call(graph);
  (view === 'events' ? eventList.show : eventList.hide).call(eventList);
  if (service) {
    panel.show(service, process);
    if (isMoving) {
      table.current?.focus();
    } else {
      panel.focus();
    }
  } else {
    panel.hide();
  }
  table.select(service ?? '');
  document.title = service ? `${service} – luhproc` : 'luhproc';
}

function closePanel() {
  location.hash = `#/${view}`;
  if (view === 'services') {
    table.current?.focus();
  }
}

// The header.

function showSummary() {
  const counts = new Map();
  for (const service of model.services.values()) {
    const state = shownState(service);
    counts.set(state, (counts.get(state) ?? 0) + 1);
  }
  for (const state of table.states) {
    counts.set(state, counts.get(state) ?? 0);
  }
  const order = ['unhealthy', 'paused', ...STATES];
  const chips = [...counts].sort(([a], [b]) => order.indexOf(a) - order.indexOf(b));
  const box = byId('summary');
  const focused = box.contains(document.activeElement) ? document.activeElement.dataset.state : '';
  box.replaceChildren(...chips.map(([state, count]) => el('button', { type: 'button', class: 'chip',
    'data-state': state, 'aria-pressed': String(table.states.has(state)),
    on: { click: () => toggleState(state) } },
  el('span', { class: 'dot', 'aria-hidden': true }), el('b', { text: String(count) }),
  el('span', { text: state }))));
  box.querySelector(`[data-state="${focused}"]`)?.focus();
}

function toggleState(state) {
  if (!table.states.delete(state)) {
    table.states.add(state);
  }
  if (view !== 'services') {
    location.hash = '#/services';
  }
  table.layout();
  showSummary();
}

function showConnection(before) {
  const { connection } = model;
  const texts = { connecting: 'Connecting', live: 'Live', polling: 'Every 2 s', lost: 'Disconnected' };
  document.body.dataset.connection = connection;
  setText(byId('connection-text'), texts[connection]);
  byId('banner').hidden = connection !== 'lost';
  if (connection === 'lost') {
    const seen = model.lastSeen ? `; this was its state at ${clock(model.lastSeen)}` : '';
    setText(byId('banner-text'), `The daemon does not answer${seen}. Connecting again.`);
  } else if (before === 'lost') {
    message('Connected to the daemon again');
  }
}

function showToken() {
  const hasToken = getToken() !== '';
  const label = hasToken ? 'Forget the token' : 'Enter the token';
  const button = byId('token-button');
  button.replaceChildren(icon(hasToken ? 'unlock' : 'lock'));
  button.title = label;
  button.setAttribute('aria-label', label);
}

function setTheme(theme) {
  document.documentElement.dataset.theme = theme;
}

function switchTheme() {
  const isDark = getComputedStyle(document.body).getPropertyValue('--is-dark').trim() === '1';
  const theme = isDark ? 'light' : 'dark';
  localStorage.setItem(THEME_KEY, theme);
  setTheme(theme);
}

// The keyboard.

const KEYS = [
  [['/'], 'Filter services; with a service open, search its log'],
  [['j', '↓'], 'Next service'],
  [['k', '↑'], 'Previous service'],
  [['→', '←'], 'Show or hide processes'],
  [['Enter'], 'Open a service'],
  [['Esc'], 'Close'],
  [['s'], 'Start'],
  [['x'], 'Stop'],
  [['r'], 'Restart'],
  [['p'], 'Pause or continue the log'],
  [['End'], 'End of the log'],
  [['1', '2', '3'], 'Services, graph, events'],
  [['t'], 'Light or dark'],
  [['?'], 'These keys'],
];

/** Moves the focus by rows; an open panel shows the service of the new row. */
function move(step) {
  table.move(step);
  const name = table.current?.service.name;
  if (panel.name !== '' && name && name !== panel.name) {
    history.replaceState(null, '', `#/services/${encodeURIComponent(name)}`);
    isMoving = true;
    showAddress();
    isMoving = false;
  }
}

function act(operation) {
  if (panel.name !== '') {
    panel.act(operation);
  } else if (view === 'services') {
    table.current?.act(operation);
  }
}

const ACTIONS = {
  '/': () => byId(panel.name === '' ? (view === 'events' ? 'event-filter' : 'filter')
    : 'log-search').focus(),
  j: () => view === 'services' && move(1),
  k: () => view === 'services' && move(-1),
  s: () => act('start'),
  x: () => act('stop'),
  r: () => act('restart'),
  p: () => panel.name !== '' && panel.view.togglePause(),
  1: () => (location.hash = '#/services'),
  2: () => (location.hash = '#/graph'),
  3: () => (location.hash = '#/events'),
  t: switchTheme,
  '?': () => showKeys(KEYS),
};
const TABLE_ACTIONS = {
  ArrowDown: () => move(1),
  ArrowUp: () => move(-1),
  Home: () => move(-Infinity),
  End: () => move(Infinity),
  ArrowRight: () => table.expandCurrent(true),
  ArrowLeft: () => table.expandCurrent(false),
};

function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector('dialog[open]')) {
    return;
  }
  const isText = event.target.matches('input, select, textarea');
  if (event.key === 'Escape') {
    escape(event, isText);
    return;
  }
  const isInTable = event.target.closest('.rows') !== null || event.target === document.body;
  const action = isText ? undefined
    : (isInTable && view === 'services' && TABLE_ACTIONS[event.key])
      || (event.key === 'End' && panel.name !== '' && (() => panel.view.toEnd()))
      || ACTIONS[event.key];
  if (action) {
    event.preventDefault();
    action();
  }
}

function escape(event, isText) {
  if (isText && event.target.value !== '' && event.target.type === 'search') {
    return; // The browser clears it.
  }
  if (isText) {
    event.target.blur();
  } else if (panel.name !== '') {
    closePanel();
  }
}

byId('filter').addEventListener('input', (event) => {
  table.filter = event.target.value;
  table.layout();
});
byId('filter').addEventListener('keydown', (event) => {
  if (event.key === 'ArrowDown' || event.key === 'Enter') {
    event.preventDefault();
    table.move(0);
  }
});
byId('group').addEventListener('change', (event) => {
  table.isGrouped = event.target.checked;
  table.layout();
});
byId('sort').addEventListener('change', (event) => {
  table.sort = { key: '', descending: false };
  if (event.target.value === '') {
    table.layout();
  } else {
    table.sortBy(event.target.value);
  }
});
byId('token-button').addEventListener('click', () =>
  getToken() === '' ? askForToken() : setToken(''));
byId('theme-button').addEventListener('click', switchTheme);
byId('theme-button').append(icon('theme'));
byId('keys-button').addEventListener('click', () => showKeys(KEYS));
byId('banner-button').addEventListener('click', () => model.refresh());
for (const [id, name] of [['panel-close', 'close'], ['log-next', 'down'], ['log-previous', 'up'],
  ['log-pause', 'pause'], ['log-wrap', 'wrap'], ['log-end', 'down']]) {
  byId(id).prepend(icon(name));
}
document.addEventListener('keydown', onKey);
addEventListener('hashchange', showAddress);
model.on('services', showSummary);
model.on('services', () => setText(byId('count'), plural(model.services.size, 'service')));
model.on('connection', showConnection);
onTokenChange(showToken);
setTheme(localStorage.getItem(THEME_KEY) ?? 'auto');
showToken();
showAddress();
model.start();
