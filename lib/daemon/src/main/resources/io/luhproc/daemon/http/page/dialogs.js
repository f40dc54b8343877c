// Dialogs for the token, for confirmation and for keys, and short messages.

import { isAccepted, setToken } from './api.js';
import { byId, el, iconButton } from './dom.js';
import { printable } from './format.js';

const MESSAGE_MILLIS = 6_000;
const SIGNALS = ['HUP', 'INT', 'QUIT', 'USR1', 'USR2', 'TERM', 'CONT', 'STOP', 'WINCH', 'ABRT'];

const answers = new Map(); // By dialog: who waits for its answer.

for (const dialog of document.querySelectorAll('dialog')) {
  // Escape closes a dialog too. The event comes late: the dialog may be open again.
  dialog.addEventListener('close', () => dialog.open || close(dialog, ''));
  for (const button of dialog.querySelectorAll('[data-close]')) {
    button.addEventListener('click', () => close(dialog, button.dataset.close));
  }
}

/** Shows a dialog; resolves to its answer, '' if it is dismissed. */
function open(dialog) {
  close(dialog, '');
  dialog.showModal();
  return new Promise((resolve) => answers.set(dialog, resolve));
}

function close(dialog, answer) {
  answers.get(dialog)?.(answer);
  answers.delete(dialog);
  dialog.close();
}

let asking = null;

/** Asks for the token until the daemon accepts it; resolves to '' if the user declines. */
export function askForToken(refused = false) {
  asking ??= ask(refused).finally(() => (asking = null));
  return asking;
}

async function ask(refused) {
  const dialog = byId('token-dialog');
  const input = byId('token-input');
  const error = byId('token-error');
  input.value = '';
  error.textContent = refused ? 'The daemon did not accept the token.' : '';
  let token = '';
  const submit = async (event) => {
    event.preventDefault();
    token = input.value.trim();
    try {
      if (/^[\x21-\x7e]+$/.test(token) && (await isAccepted(token))) {
        close(dialog, 'ok');
        return;
      }
      error.textContent = 'The daemon does not accept this token.';
    } catch {
      error.textContent = 'The daemon does not answer.';
    }
    input.select();
  };
  dialog.addEventListener('submit', submit);
  const answer = await open(dialog);
  dialog.removeEventListener('submit', submit);
  input.value = '';
  if (answer !== 'ok') {
    return '';
  }
  setToken(token);
  return token;
}

/**
 * Asks before something is done.
 *
 * @returns null if the user declines, else the chosen signal, or '' without a choice
 */
export async function confirm({ title, text, verb, isDangerous, hasSignal }) {
  const dialog = byId('confirm-dialog');
  const button = byId('confirm-button');
  const signal = byId('confirm-signal');
  byId('confirm-title').textContent = printable(title);
  byId('confirm-text').textContent = printable(text);
  button.textContent = verb;
  button.classList.toggle('danger', Boolean(isDangerous));
  byId('confirm-signal-row').hidden = !hasSignal;
  signal.replaceChildren(...SIGNALS.map((name) => el('option', { text: name })));
  if ((await open(dialog)) !== 'ok') {
    return null;
  }
  return hasSignal ? signal.value : '';
}

export function showKeys(keys) {
  const rows = keys.map(([names, text]) =>
    el('div', {}, el('dt', {}, ...names.map((name) => el('kbd', { text: name }))),
      el('dd', { text })),
  );
  byId('keys-list').replaceChildren(...rows);
  open(byId('keys-dialog'));
}

/** Shows a message; an error stays until it is closed. */
export function message(text, isError = false) {
  const item = el('div', { class: isError ? 'message error' : 'message' },
    el('span', { text: printable(text) }));
  item.append(iconButton('close', 'Close message', () => item.remove()));
  byId('messages').append(item);
  if (!isError) {
    setTimeout(() => item.remove(), MESSAGE_MILLIS);
  }
}
