// Operations on services, their processes and groups.

import { post, segment } from './api.js';
import { confirm, message } from './dialogs.js';

const WAIT = '10s';

/** By name: the verb, the label of the state to come, and whether it interrupts the service. */
export const OPERATIONS = {
  start: { verb: 'Start', done: 'started' },
  stop: { verb: 'Stop', done: 'stopped', isDangerous: true },
  restart: { verb: 'Restart', done: 'restarted', isDangerous: true },
  reload: { verb: 'Reload', done: 'reloaded' },
  pause: { verb: 'Pause', done: 'paused', isDangerous: true },
  resume: { verb: 'Resume', done: 'resumed' },
  signal: { verb: 'Signal', done: 'signalled', isDangerous: true },
  kill: { verb: 'Kill', done: 'killed', isDangerous: true },
};

const EFFECTS = {
  start: 'It is started after the services that it requires.',
  stop: 'Its processes get a signal to end, and are killed after their grace period.',
  restart: 'It is stopped and started again.',
  reload: 'It gets its reload signal; without one it is restarted.',
  pause: 'Its processes are frozen until it is resumed.',
  resume: 'Its frozen processes run again.',
  signal: 'The signal is sent to its main processes.',
  kill: 'Its processes end at once, without a grace period.',
};

/**
 * Asks, sends an operation and reports its result.
 *
 * @param target {service, process} or {group}, by name
 * @param affected names of services that are started or stopped as well
 */
export async function operate(operation, target, affected = []) {
  const { verb, done, isDangerous } = OPERATIONS[operation];
  const name = target.process ?? target.service ?? target.group;
  const label = target.group ? `all services of ${name}` : name;
  const signal = await confirm({
    title: `${verb} ${label}?`,
    text: effect(operation, affected),
    verb,
    isDangerous,
    hasSignal: operation === 'signal',
  });
  if (signal === null) {
    return;
  }
  try {
    const query = signal === '' ? '' : `&signal=${signal}`;
    const answer = await post(`${path(target)}/${operation}?wait=${WAIT}${query}`);
    const states = [answer].flat().map(({ state }) => state);
    const isUnfinished = states.some((state) => ['stopping', 'starting', 'blocked'].includes(state));
    message(isUnfinished ? `${label}: ${operation} is not finished yet` : `${label}: ${done}`);
  } catch (error) {
    message(`cannot ${operation} ${label}: ${error.message}`, true);
  }
}

function effect(operation, affected) {
  const others = affected.length > 8 ? [...affected.slice(0, 8), `${affected.length - 8} more`]
    : affected;
  if (affected.length === 0) {
    return EFFECTS[operation];
  }
  const also = { start: 'Also starts', stop: 'Also stops', restart: 'Also restarts' }[operation];
  return `${EFFECTS[operation]} ${also}: ${others.join(', ')}.`;
}

function path({ service, process, group }) {
  if (group) {
    return `/groups/${segment(group)}`;
  }
  const ofProcess = process ? `/processes/${segment(process)}` : '';
  return `/services/${segment(service)}${ofProcess}`;
}
