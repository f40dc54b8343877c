// Colours of terminals, see ECMA-48, section 8.3.117 (SGR). Other control sequences are dropped.

import { el } from './dom.js';
import { printable } from './format.js';

// A sequence that begins with ESC [, one that begins with ESC ] and ends with BEL or ESC \, or a
// short one.
const SEQUENCE =
  /\x1b\[([0-9:;<=>?]*)[ -/]*([@-~])|\x1b[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\|$)|\x1b[ -/]*[0-~]/g;
const FLAGS = { 1: 'bold', 2: 'faint', 3: 'italic', 4: 'underline', 7: 'inverse', 9: 'struck' };
const RESETS = { 22: ['bold', 'faint'], 23: ['italic'], 24: ['underline'], 27: ['inverse'],
  29: ['struck'] };
const LEVELS = [0, 95, 135, 175, 215, 255];

/** Appends a line to an element, with its colours. */
export function appendLine(parent, line) {
  let style = { flags: new Set() };
  let from = 0;
  for (const match of line.matchAll(SEQUENCE)) {
    appendSpan(parent, line.slice(from, match.index), style);
    from = match.index + match[0].length;
    if (match[2] === 'm' && !/[<=>?]/.test(match[1])) {
      style = apply(style, match[1].split(/[;:]/).map(Number));
    }
  }
  appendSpan(parent, line.slice(from), style);
}

/** Returns a line without its control sequences. */
export function plainText(line) {
  return printable(line.replace(SEQUENCE, ''));
}

function appendSpan(parent, text, style) {
  if (text === '') {
    return;
  }
  const shown = printable(text);
  const classes = [...style.flags];
  for (const [ground, color] of [['fg', style.fg], ['bg', style.bg]]) {
    if (typeof color === 'number') {
      classes.push(`${ground}-${color}`);
    }
  }
  if (classes.length === 0 && !style.fg && !style.bg) {
    parent.append(shown);
    return;
  }
  const span = el('span', { class: classes.join(' '), text: shown });
  span.style.color = typeof style.fg === 'string' ? style.fg : '';
  span.style.backgroundColor = typeof style.bg === 'string' ? style.bg : '';
  parent.append(span);
}

function apply(before, codes) {
  const style = { fg: before.fg, bg: before.bg, flags: new Set(before.flags) };
  for (let i = 0; i < codes.length; i++) {
    const code = codes[i];
    if (code === 0) {
      style.fg = style.bg = undefined;
      style.flags.clear();
    } else if (FLAGS[code]) {
      style.flags.add(FLAGS[code]);
    } else if (RESETS[code]) {
      RESETS[code].forEach((flag) => style.flags.delete(flag));
    } else if (code === 38 || code === 48) {
      const [color, used] = extended(codes.slice(i + 1));
      style[code === 38 ? 'fg' : 'bg'] = color;
      i += used;
    } else {
      applyColor(style, code);
    }
  }
  return style;
}

function applyColor(style, code) {
  const ground = Math.floor(code / 10) % 2 === 1 ? 'fg' : 'bg';
  if ((code >= 30 && code <= 37) || (code >= 40 && code <= 47)) {
    style[ground] = code % 10;
  } else if (code >= 90 && code <= 97) {
    style.fg = code - 90 + 8;
  } else if (code >= 100 && code <= 107) {
    style.bg = code - 100 + 8;
  } else if (code === 39 || code === 49) {
    style[ground] = undefined;
  }
}

/** Returns the colour after 38 or 48, and how many codes it takes. */
function extended([kind, ...codes]) {
  if (kind === 5) {
    return [codes.length > 0 ? indexed(codes[0]) : undefined, 2];
  }
  return kind === 2 ? [rgb(codes.slice(0, 3)), 4] : [undefined, 1];
}

function indexed(index) {
  if (index < 16) {
    return index;
  }
  if (index < 232) {
    const cube = index - 16;
    return rgb([Math.floor(cube / 36), Math.floor(cube / 6) % 6, cube % 6].map((i) => LEVELS[i]));
  }
  return rgb(Array(3).fill(8 + (index - 232) * 10));
}

function rgb(levels) {
  const [red, green, blue] = [0, 1, 2].map((i) => Math.min(255, Math.max(0, levels[i] || 0)));
  return `rgb(${red}, ${green}, ${blue})`;
}
