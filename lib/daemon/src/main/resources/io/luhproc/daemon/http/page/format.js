// Text for people. All durations are milliseconds.

const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
];

/** Returns the two largest units, such as 3d 4h. */
export function duration(millis) {
  const at = UNITS.findIndex(([, size]) => millis >= size);
  if (at < 0) {
    return '0s';
  }
  const [unit, size] = UNITS[at];
  const first = `${Math.floor(millis / size)}${unit}`;
  if (at === UNITS.length - 1) {
    return first;
  }
  const [nextUnit, nextSize] = UNITS[at + 1];
  const rest = Math.floor((millis % size) / nextSize);
  return rest === 0 ? first : `${first} ${rest}${nextUnit}`;
}

export function bytes(count) {
  const mebibytes = count / (1 << 20);
  if (mebibytes >= 1024) {
    return `${(mebibytes / 1024).toFixed(1)} GiB`;
  }
  return `${mebibytes < 10 ? mebibytes.toFixed(1) : Math.round(mebibytes)} MiB`;
}

export function percent(value) {
  return `${value < 9.95 ? value.toFixed(1) : Math.round(value)}%`;
}

export function clock(date) {
  return date.toLocaleTimeString([], { hour12: false });
}

/** Returns a time, with the date if it is not today. */
export function dateTime(date) {
  return date.toDateString() === new Date().toDateString()
    ? clock(date)
    : `${date.toLocaleDateString()} ${clock(date)}`;
}

// Control characters, line separators, and characters that are invisible or change the direction.
// Joiners stay, because they join emoji and scripts.
const UNPRINTABLE = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]|(?![\u200c\u200d\u{e0020}-\u{e007f}])\p{Cf}/gu;

/** Returns a text in which unprintable characters are shown as \u202e. Tabs stay. */
export function printable(text) {
  return text.replace(UNPRINTABLE, (character) =>
    character === '\t' ? character : `\\u${character.codePointAt(0).toString(16).padStart(4, '0')}`,
  );
}

export function plural(count, one, many = `${one}s`) {
  return `${count} ${count === 1 ? one : many}`;
}
