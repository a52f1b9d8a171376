// A chart over the recent past, drawn by uPlot, with a legend that says what the lines are now.

import {el, fill, setText} from './dom.js';
import {color} from './themes.js';

const HEIGHT = 180;
/** Steps between marks that are round in bytes. */
export const BINARY_STEPS = Array.from({length: 44}, (ignored, power) => 2 ** power);

/**
 * @param lines each `{label, color: name of a colour in the style sheet, dash?}`
 * @param format how values are written
 * @param steps that may be between two marks of the scale; undefined: what is round in tens
 */
export class Chart {
  #app;
  #title;
  #lines;
  #format;
  #steps;
  #plot = null;
  #area = el('div', {class: 'chart-area', role: 'img'});
  #values;
  #data = null;

  constructor(app, parent, title, lines, format, steps) {
    this.#app = app;
    this.#title = title;
    this.#lines = lines;
    this.#format = format;
    this.#steps = steps;
    this.#values = lines.map(() => el('output', {}, '–'));
    const legend = el('ul', {class: 'legend'}, lines.map((line, at) => {
      const mark = el('span', {class: 'mark', 'aria-hidden': 'true'});
      mark.style.setProperty('--mark', `var(${line.color})`);
      return el('li', {}, mark, line.label, ' ', this.#values[at]);
    }));
    this.#area.setAttribute('aria-label', title);
    parent.append(el('h3', {}, title), legend, this.#area);
    new ResizeObserver(() => this.#fit()).observe(this.#area);
    app.store.on('theme', () => this.#draw());
  }

  /** @param columns times in seconds, then the values of each line, as uPlot has them */
  show(columns) {
    this.#data = columns;
    const now = columns.slice(1).map(values => values.at(-1) ?? null);
    now.forEach((value, at) => setText(this.#values[at], value === null ? '–' : this.#format(value)));
    this.#area.setAttribute('aria-label',
      `${this.#title}: ${this.#lines.map((line, at) => `${line.label} ${now[at] === null ? 'unknown' : this.#format(now[at])}`).join(', ')}`);
    if (this.#plot) {
      this.#plot.setData(columns);
    } else if (columns[0].length > 1) {
      this.#draw();
    }
  }

  #fit() {
    const width = this.#area.clientWidth;
    if (this.#plot && width > 0 && width !== this.#plot.width) {
      this.#plot.setSize({width, height: HEIGHT});
    }
  }

  /** Anew, with the colours of the theme. */
  #draw() {
    if (this.#data === null || this.#data[0].length < 2) {
      return;
    }
    this.#plot?.destroy();
    fill(this.#area);
    const axis = {stroke: color('--muted'), grid: {stroke: color('--grid'), width: 1}, ticks: {stroke: color('--grid'), width: 1},
      font: '12px system-ui, sans-serif'};
    this.#plot = new window.uPlot({
      width: Math.max(this.#area.clientWidth, 200),
      height: HEIGHT,
      legend: {show: false},
      cursor: {drag: {x: false, y: false}},
      padding: [10, 26, 0, 0],
      scales: {y: {range: (plot, least, most) => [0, Math.max(most ?? 0, 1) * 1.1]}},
      series: [{}, ...this.#lines.map(line => ({label: line.label, stroke: color(line.color), width: 1.75, dash: line.dash,
        points: {show: false}, spanGaps: false}))],
      axes: [
        {...axis, values: (plot, times) => times.map(each => new Date(each * 1000).toLocaleTimeString([], {hour12: false, hour: '2-digit', minute: '2-digit', second: '2-digit'})), space: 80, size: 30},
        {...axis, size: 62, ...(this.#steps ? {incrs: this.#steps} : {}), values: (plot, values) => values.map(value => this.#format(value))},
      ],
    }, this.#data, this.#area);
  }
}
