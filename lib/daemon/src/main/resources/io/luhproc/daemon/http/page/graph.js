// The graph of dependencies, in layers: a service is to the right of all that start before it.

import { byId, el, setAttribute, setText, svg } from './dom.js';
import { printable } from './format.js';
import { shownState } from './model.js';

const NODE = { width: 156, height: 34 };
const GAP = { x: 64, y: 12 };
const MARGIN = 16;
const MAX_COLUMN_HEIGHT = 1_100;
const BEND = '/'; // No name begins with it.
const BEND_HEIGHT = 16;
const BACK_BEND = 36;
const SWEEPS = 6;
const LONGEST_NAME = 19;
const KINDS = ['requires', 'wants', 'after', 'conflicts'];

export class Graph {
  #model;
  #box = byId('graph-box');
  #nodes = new Map();
  #edges = [];
  #drawn = '';
  #isShown = false;

  constructor(model) {
    this.#model = model;
    model.on('services', () => this.#isShown && this.#update());
  }

  show() {
    this.#isShown = true;
    this.#update();
  }

  hide() {
    this.#isShown = false;
  }

  /** Draws again only if services or dependencies differ; else only states change. */
  #update() {
    const services = [...this.#model.services.values()];
    const text = JSON.stringify(services.map((it) => [it.name, ...KINDS.map((kind) => it[kind])]));
    if (text !== this.#drawn) {
      this.#drawn = text;
      this.#draw(services);
    }
    for (const service of services) {
      const { group, state } = this.#nodes.get(service.name);
      const shown = shownState(service);
      setAttribute(group, 'data-state', shown);
      setAttribute(group, 'aria-label', `${printable(service.name)}, ${shown}`);
      setText(state, shown);
    }
  }

  #draw(services) {
    const edges = edgesOf(services);
    const linked = new Set(edges.flatMap(({ from, to }) => [from, to]));
    const layers = layered(services.filter(({ name }) => linked.has(name)), edges);
    const single = services.map(({ name }) => name).filter((name) => !linked.has(name));
    const { places, width, height } = placed(layers, single);
    this.#nodes.clear();
    this.#edges = edges.map((edge) => ({ ...edge, path: edgePath(edge, places) }));
    const nodes = services.map(({ name }) => this.#node(name, places.get(name)));
    const root = svg('svg', { class: 'graph', width, height, viewBox: `0 0 ${width} ${height}`,
      role: 'group', 'aria-label': 'Dependencies of services' },
    arrowHead(), ...this.#edges.map(({ path }) => path), ...nodes);
    byId('graph-help').hidden = edges.length === 0;
    this.#box.replaceChildren(services.length === 0
      ? el('div', { class: 'empty', text: 'There are no services.' }) : root);
  }

  #node(name, { x, y }) {
    const shown = printable(name);
    const label = shown.length > LONGEST_NAME ? `${shown.slice(0, LONGEST_NAME - 1)}…` : shown;
    const state = svg('text', { x: 24, y: 27, class: 'node-state' });
    const group = svg('a', { class: 'node', href: `#/graph/${encodeURIComponent(name)}`,
      transform: `translate(${x} ${y})`, tabindex: '0' },
    svg('title', { text: shown }),
    svg('rect', { width: NODE.width, height: NODE.height, rx: 7 }),
    svg('circle', { cx: 13, cy: NODE.height / 2, r: 4.5 }),
    svg('text', { x: 24, y: 14.5, class: 'node-name', text: label }), state);
    for (const [event, isLit] of [['pointerenter', true], ['focus', true], ['pointerleave', false],
      ['blur', false]]) {
      group.addEventListener(event, () => this.#light(name, isLit));
    }
    this.#nodes.set(name, { group, state });
    return group;
  }

  #light(name, isLit) {
    this.#box.classList.toggle('lit', isLit);
    for (const { from, to, path } of this.#edges) {
      const isOfNode = isLit && (from === name || to === name);
      path.classList.toggle('lit', isOfNode);
      if (isOfNode) {
        this.#nodes.get(from).group.classList.add('lit');
        this.#nodes.get(to).group.classList.add('lit');
      }
    }
    if (isLit) {
      this.#nodes.get(name).group.classList.add('lit');
    } else {
      this.#nodes.forEach(({ group }) => group.classList.remove('lit'));
    }
  }
}

/** Returns the edges from what starts first; one for each pair, of its strongest kind. */
function edgesOf(services) {
  const names = new Set(services.map(({ name }) => name));
  const edges = new Map();
  for (const service of services) {
    for (const kind of KINDS) {
      for (const other of service[kind]) {
        const key = `${other}/${service.name}`;
        if (names.has(other) && !edges.has(key)) {
          edges.set(key, { from: other, to: service.name, kind });
        }
      }
    }
  }
  return [...edges.values()];
}

/**
 * Returns the keys of each layer, ordered so that few edges cross. A key is a name, or that of a
 * bend of an edge over several layers; such an edge gets its bends.
 */
function layered(services, edges) {
  const ordering = edges.filter(({ kind }) => kind === 'requires' || kind === 'after');
  const before = neighbours(ordering, 'to', 'from');
  const depths = new Map();
  const depthOf = (name) => {
    if (!depths.has(name)) {
      depths.set(name, 0); // Ends a cycle, which the daemon refuses.
      depths.set(name, Math.max(0, ...(before.get(name) ?? []).map((it) => depthOf(it) + 1)));
    }
    return depths.get(name);
  };
  const layers = [];
  for (const { name } of services) {
    (layers[depthOf(name)] ??= []).push(name);
  }
  const steps = edges.flatMap((edge) => stepsOf(edge, depths, layers));
  const all = [neighbours(steps, 'to', 'from'), neighbours(steps, 'from', 'to')];
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    const order = sweep % 2 === 0 ? layers : [...layers].reverse();
    order.forEach((layer) => sortByNeighbours(layer, layers, all[sweep % 2]));
  }
  return layers;
}

/** Returns the parts of an edge from layer to layer, and adds its bends to the layers. */
function stepsOf(edge, depths, layers) {
  const keys = [edge.from];
  for (let depth = depths.get(edge.from) + 1; depth < depths.get(edge.to); depth++) {
    const key = `${BEND}${edge.from}/${edge.to}/${depth}`;
    layers[depth].push(key);
    keys.push(key);
  }
  edge.bends = keys.slice(1);
  keys.push(edge.to);
  return keys.slice(1).map((to, i) => ({ from: keys[i], to }));
}

function neighbours(edges, of, other) {
  const map = new Map();
  edges.forEach((edge) => map.set(edge[of], [...(map.get(edge[of]) ?? []), edge[other]]));
  return map;
}

/** Sorts a layer by the mean position of the neighbours of each node (barycenter heuristic). */
function sortByNeighbours(layer, layers, near) {
  const positions = new Map();
  layers.forEach((names) => names.forEach((name, i) =>
    positions.set(name, (i + 0.5) / names.length)));
  const mean = (name) => {
    const of = near.get(name) ?? [];
    return of.length === 0 ? positions.get(name)
      : of.reduce((sum, it) => sum + positions.get(it), 0) / of.length;
  };
  const means = new Map(layer.map((name) => [name, mean(name)]));
  layer.sort((a, b) => means.get(a) - means.get(b));
}

/** Places layers as columns, long ones as several, and single nodes in rows below. */
function placed(layers, single) {
  const places = new Map();
  const columns = layers.flatMap((layer) => {
    const count = Math.ceil(heightOf(layer) / MAX_COLUMN_HEIGHT);
    const size = Math.ceil(layer.length / count);
    return Array.from({ length: count }, (_, i) => layer.slice(i * size, (i + 1) * size));
  });
  const height = Math.max(0, ...columns.map(heightOf));
  columns.forEach((column, i) => {
    const x = MARGIN + i * (NODE.width + GAP.x);
    let y = MARGIN + (height - heightOf(column)) / 2;
    for (const key of column) {
      places.set(key, { x, y });
      y += heightOf([key]);
    }
  });
  const below = MARGIN + (height > 0 ? height + GAP.y : 0);
  const stepX = NODE.width + GAP.y;
  const inRow = Math.max(6, Math.floor((columns.length * (NODE.width + GAP.x)) / stepX));
  single.forEach((name, i) => places.set(name, { x: MARGIN + (i % inRow) * stepX,
    y: below + Math.floor(i / inRow) * (NODE.height + GAP.y) }));
  const all = [...places.values()];
  return {
    places,
    width: Math.max(0, ...all.map(({ x }) => x)) + NODE.width + MARGIN + BACK_BEND,
    height: Math.max(0, ...all.map(({ y }) => y)) + NODE.height + MARGIN,
  };
}

function heightOf(keys) {
  return keys.reduce((sum, key) =>
    sum + (key.startsWith(BEND) ? BEND_HEIGHT : NODE.height + GAP.y), 0);
}

function edgePath({ from, to, kind, bends }, places) {
  const a = places.get(from);
  const b = places.get(to);
  const middle = NODE.height / 2;
  const path = b.x === a.x ? sidePath(a, b)
    : b.x < a.x ? `M${a.x} ${a.y + middle}${curve(a.x, a.y + middle, b.x + NODE.width, b.y + middle)}`
      : forwardPath(a, b, bends.map((key) => places.get(key)));
  return svg('path', { class: `edge ${kind}`, d: path,
    'marker-end': kind === 'conflicts' ? undefined : 'url(#arrow)' });
}

/** From the right side of a node to the right side of another one of the same column. */
function sidePath(a, b) {
  const x = a.x + NODE.width;
  const [y1, y2] = [a.y + NODE.height / 2, b.y + NODE.height / 2];
  return `M${x} ${y1}C${x + BACK_BEND} ${y1} ${x + BACK_BEND} ${y2} ${x} ${y2}`;
}

function forwardPath(a, b, bends) {
  let x = a.x + NODE.width;
  let y = a.y + NODE.height / 2;
  let path = `M${x} ${y}`;
  for (const bend of bends) {
    const bendY = bend.y + BEND_HEIGHT / 2;
    path += `${curve(x, y, bend.x, bendY)}H${bend.x + NODE.width}`;
    x = bend.x + NODE.width;
    y = bendY;
  }
  return path + curve(x, y, b.x - 1, b.y + NODE.height / 2);
}

function curve(x1, y1, x2, y2) {
  const middle = (x1 + x2) / 2;
  return `C${middle} ${y1} ${middle} ${y2} ${x2} ${y2}`;
}

function arrowHead() {
  return svg('defs', {}, svg('marker', { id: 'arrow', viewBox: '0 0 8 8', refX: 7, refY: 4,
    markerWidth: 7, markerHeight: 7, orient: 'auto' }, svg('path', { d: 'M0 0.5L8 4L0 7.5z' })));
}
