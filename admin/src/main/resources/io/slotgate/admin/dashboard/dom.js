// Building the page. Whatever comes from outside (names of clients, keys, texts of nodes) becomes a text node or an attribute's
// value, never markup: no function here, and none elsewhere, takes HTML.

/**
 * Makes an element.
 *
 * @param attributes `class`, `onClick` and other handlers, `hidden` and other flags as booleans; null and undefined are left out
 * @param children nodes and texts; null, undefined and false are left out
 */
export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) {
      continue;
    }
    if (name.startsWith('on')) {
      node.addEventListener(name.slice(2).toLowerCase(), value);
    } else {
      node.setAttribute(name, value === true ? '' : String(value));
    }
  }
  append(node, children);
  return node;
}

function append(node, children) {
  for (const child of children.flat()) {
    if (child !== null && child !== undefined && child !== false) {
      node.append(child instanceof Node ? child : String(child));
    }
  }
}

/** Has the element contain these and nothing else. */
export function fill(node, ...children) {
  node.replaceChildren();
  append(node, children);
}

/** Sets a text, and leaves the page alone if it is there already: what does not change must not be read out again. */
export function setText(node, text) {
  const wanted = String(text);
  if (node.textContent !== wanted) {
    node.textContent = wanted;
  }
}

export function setAttribute(node, name, value) {
  if (value === null || value === undefined || value === false) {
    node.removeAttribute(name);
  } else if (node.getAttribute(name) !== String(value)) {
    node.setAttribute(name, String(value));
  }
}

/**
 * Has the children of a parent stand for items: elements of known keys stay, so that the focus does, too.
 *
 * @param create gives the element of a new item
 * @param update takes an element and what its item is now
 */
export function reconcile(parent, items, key, create, update) {
  const before = new Map();
  for (const child of parent.children) {
    before.set(child.dataset.key, child);
  }
  let place = parent.firstElementChild;
  for (const item of items) {
    const name = String(key(item));
    let child = before.get(name);
    if (child) {
      before.delete(name);
    } else {
      child = create(item);
      child.dataset.key = name;
    }
    if (child === place) {
      place = place.nextElementSibling;
    } else {
      parent.insertBefore(child, place);
    }
    update(child, item);
  }
  for (const gone of before.values()) {
    gone.remove();
  }
}

/**
 * A table that can be updated. Its roles are said, for narrow screens show rows as blocks, by which they would be lost.
 *
 * @param columns each `{title, class?, cell(item): text or node, update?}`; a cell whose text is the same is left alone
 */
export function table(caption, columns, {key, empty}) {
  const body = el('tbody', {role: 'rowgroup'});
  const none = el('p', {class: 'note', hidden: true}, empty);
  const root = el('table', {class: 'list', role: 'table'},
    el('caption', {}, caption),
    el('thead', {role: 'rowgroup'}, el('tr', {role: 'row'},
      columns.map(column => el('th', {scope: 'col', role: 'columnheader', class: column.class}, column.title)))),
    body);
  const scroll = el('div', {class: 'scroll', tabindex: '0', role: 'region', 'aria-label': caption}, root);
  const box = el('div', {}, scroll, none);

  function create() {
    return el('tr', {role: 'row'}, columns.map(column => el('td', {role: 'cell', class: column.class, 'data-title': column.title})));
  }

  function update(row, item) {
    columns.forEach((column, at) => {
      const cell = row.children[at];
      const content = column.cell(item, cell);
      if (content instanceof Node) {
        if (cell.firstChild !== content) {
          fill(cell, content);
        }
      } else {
        setText(cell, content ?? '');
      }
    });
  }

  return {
    node: box,
    show(items) {
      reconcile(body, items, key, create, update);
      none.hidden = items.length > 0;
      scroll.hidden = items.length === 0;
    },
  };
}
