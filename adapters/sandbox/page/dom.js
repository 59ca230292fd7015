/**
 * Building what is seen, out of text only: nothing here reads a string as HTML, so what a person wrote stays words.
 */

/** @typedef {Node | string | number | null | undefined | false | Content[]} Content */

/**
 * An element. `props`: `class`, `on` (listeners), `data` (data-*), a boolean attribute by true, any other by its value.
 * @param {string} tag
 * @param {Record<string, any> | null} [props]
 * @param {...Content} content
 * @returns {any}
 */
export function h(tag, props, ...content) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(props ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "on") for (const [type, listener] of Object.entries(value)) made.addEventListener(type, listener);
    else if (name === "data") Object.assign(made.dataset, value);
    else if (name === "value" || name === "checked" || name === "selected") made[name] = value;
    else made.setAttribute(name, value === true ? "" : String(value));
  }
  add(made, content);
  return made;
}

/** @param {Node} to @param {Content} content */
export function add(to, content) {
  if (content === null || content === undefined || content === false) return;
  if (Array.isArray(content)) for (const one of content) add(to, one);
  else to.appendChild(content instanceof Node ? content : document.createTextNode(String(content)));
}

/** @param {Element} what @param {...Content} content */
export function fill(what, ...content) {
  what.replaceChildren();
  add(what, content);
}

let last = 0;

/** An id for `for`, `aria-labelledby` and the like. */
export function fresh(prefix = "x") {
  last += 1;
  return `${prefix}-${last}`;
}

/** Paths of 20 by 20, drawn with a line of 1.6. */
const ICONS = {
  hash: "M7.6 3 6 17M14 3l-1.6 14M3.4 7.4h13.8M2.8 12.6h13.8",
  lock: "M5.5 9h9v7.5h-9zM7 9V6.6a3 3 0 0 1 6 0V9",
  send: "M3.2 10 17 3.6 12.6 16.8 9.6 11z M9.6 11 17 3.6",
  down: "m5.5 8 4.5 4.5L14.5 8",
  close: "m5 5 10 10M15 5 5 15",
  search: "M9 3.5a5.5 5.5 0 1 1 0 11 5.5 5.5 0 0 1 0-11zM13 13l4 4",
  eye: "M2.2 10S5 4.8 10 4.8 17.8 10 17.8 10 15 15.2 10 15.2 2.2 10 2.2 10zM10 7.6a2.4 2.4 0 1 1 0 4.8 2.4 2.4 0 0 1 0-4.8z",
  clock: "M10 2.8a7.2 7.2 0 1 1 0 14.4 7.2 7.2 0 0 1 0-14.4zM10 6v4.2l2.8 1.8",
  next: "m4 4.5 6 5.5-6 5.5zM11 4.5l6 5.5-6 5.5z",
  storm: "M10.8 2.5 4.5 11.4h4.2l-.9 6.1 6.7-9.3h-4.4z",
  people: "M7.5 4a2.8 2.8 0 1 1 0 5.6 2.8 2.8 0 0 1 0-5.6zM2.5 16c.3-3 2.2-4.6 5-4.6s4.7 1.6 5 4.6M13 4.4a2.6 2.6 0 0 1 0 4.9M14.6 11.7c1.7.6 2.7 2 2.9 4.3",
  sun: "M10 6.6a3.4 3.4 0 1 1 0 6.8 3.4 3.4 0 0 1 0-6.8zM10 1.8v2M10 16.2v2M1.8 10h2M16.2 10h2M4.2 4.2l1.4 1.4M14.4 14.4l1.4 1.4M15.8 4.2l-1.4 1.4M5.6 14.4l-1.4 1.4",
  moon: "M16.5 12.2A6.9 6.9 0 0 1 7.8 3.5a6.9 6.9 0 1 0 8.7 8.7z",
  auto: "M10 3a7 7 0 1 1 0 14zM10 3a7 7 0 1 0 0 14",
  file: "M5 2.8h6.5L15 6.3v10.9H5zM11.2 3v3.6h3.6",
  tick: "m4 10.6 3.8 3.9L16 5.8",
  spark: "M10 2.5 11.9 8l5.6 2-5.6 2L10 17.5 8.1 12l-5.6-2 5.6-2z",
  home: "M3 9.2 10 3.4l7 5.8M5 8v8.6h10V8",
  chat: "M3 4h14v9.5H9L5.4 16.8v-3.3H3z",
  out: "M8 4.5H4.2v11.3h11.3V12M11.5 3.5h5v5M16.2 3.8 9.4 10.6",
};

/** @param {keyof typeof ICONS} name */
export function icon(name) {
  const drawn = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  drawn.setAttribute("viewBox", "0 0 20 20");
  drawn.setAttribute("class", `icon icon-${name}`);
  drawn.setAttribute("aria-hidden", "true");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", ICONS[name]);
  drawn.appendChild(path);
  return drawn;
}

/** A picture of a person without a picture: initials on one of twelve colours that go by the name. */
export function avatar(name, more = "") {
  const initials = name
    .split(/\s+/)
    .map((word) => word[0] ?? "")
    .slice(0, 2)
    .join("");
  let sum = 0;
  for (const letter of name) sum = (sum * 31 + letter.codePointAt(0)) % 997;
  return h("span", { class: `avatar hue-${sum % 12} ${more}`, "aria-hidden": "true" }, initials);
}

/** Somebody without a mouse sees where they are; nobody is scrolled about who asked for less motion. */
export function calm() {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}
