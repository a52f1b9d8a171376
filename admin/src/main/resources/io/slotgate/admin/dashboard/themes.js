// Light, dark, or as the system has it; and colours as drawings on a canvas need them.

import {setText} from './dom.js';

const KEY = 'slotgate.theme';
const ORDER = ['system', 'light', 'dark'];

/** Sets up the button that goes through the themes; topic `theme` changes with what is to be seen. */
export function themeButton(store) {
  const button = document.getElementById('theme');
  let theme = document.documentElement.dataset.theme ?? 'system';
  const show = () => {
    if (theme === 'system') {
      delete document.documentElement.dataset.theme;
    } else {
      document.documentElement.dataset.theme = theme;
    }
    setText(button, `Theme: ${theme}`);
    store.set('theme', theme);
  };
  button.addEventListener('click', () => {
    theme = ORDER[(ORDER.indexOf(theme) + 1) % ORDER.length];
    try {
      localStorage.setItem(KEY, theme);
    } catch {
      // It holds until the page is loaded again.
    }
    show();
  });
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => store.touch('theme'));
  show();
}

let probe = null;

/** A colour of the style sheet, as it is in the theme that shows: `rgb(…)`. */
export function color(name) {
  if (probe === null) {
    probe = document.createElement('span');
    probe.hidden = true;
    document.body.append(probe);
  }
  probe.style.color = `var(${name})`;
  return getComputedStyle(probe).color;
}

const SHARD_COLORS = 8;

/** The name of the colour of a shard, by its place among the shards. */
export function shardColor(place) {
  return `--shard-${place % SHARD_COLORS}`;
}
