/** The box to type in: slash commands, with those that the client would offer, and what each does. */

import { fill, fresh, h, icon } from "./dom.js";

/** @typedef {{name: string, words: string, about: string, asks: string[]}} Offer */

const CHIPS = { student: ["/intro", "/intro mine"], alum: ["/host mine", "/host profile"], desk: ["/desk queue", "/desk approve"] };

/**
 * @param {object} given
 * @param {string} given.platform
 * @param {(name: string, words: string) => Promise<void>} given.send
 * @param {(words: string) => void} given.tell
 */
export function composer({ platform, send, tell }) {
  const listId = fresh("commands");
  const input = h("input", {
    type: "text", role: "combobox", "aria-expanded": "false", "aria-controls": listId, "aria-autocomplete": "list",
    "aria-label": "Message: type a slash for commands", placeholder: "Type / for commands", autocomplete: "off",
    spellcheck: "false", maxlength: "3000",
    on: { input: () => list(), keydown: (event) => keys(event), blur: () => hide(), focus: () => list() },
  });
  const options = h("div", { role: "listbox", id: listId, class: "commands", "aria-label": "Commands", hidden: true });
  const chips = h("div", { class: "chips", role: "group", "aria-label": "Suggested commands" });
  const root = h("div", { class: "composer" }, chips, options,
    h("form", { class: "typing", on: { submit: (event) => { event.preventDefault(); go(); } } }, input,
      h("button", { type: "submit", class: "go", "aria-label": "Send" }, icon("send"))));
  /** @type {Offer[]} */
  let offers = [];
  let shown = [], active = -1;

  const whole = (offer) => `${offer.name} ${offer.words}`.trim();

  function list() {
    const text = input.value;
    shown = text.startsWith("/") ? offers.filter((one) => whole(one).startsWith(text.trimEnd().toLowerCase())) : [];
    active = -1;
    options.hidden = shown.length === 0;
    input.setAttribute("aria-expanded", String(shown.length > 0));
    fill(options, shown.map((one, n) => h("div", {
      role: "option", id: `${listId}-${n}`, class: "command", "aria-selected": "false",
      on: { mousedown: (event) => { event.preventDefault(); take(n); } },
    }, h("span", { class: "command-name" }, whole(one), one.asks.map((ask) => h("em", null, ` ${ask}`))),
    h("span", { class: "command-about" }, one.about))));
    point();
  }

  function hide() {
    options.hidden = true;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }

  function point() {
    [...options.children].forEach((row, n) => {
      row.setAttribute("aria-selected", String(n === active));
      if (n === active) row.scrollIntoView({ block: "nearest" });
    });
    if (active >= 0) input.setAttribute("aria-activedescendant", `${listId}-${active}`);
    else input.removeAttribute("aria-activedescendant");
  }

  function keys(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && shown.length && !options.hidden) {
      event.preventDefault();
      active = active < 0 ? (step > 0 ? 0 : shown.length - 1) : (active + step + shown.length) % shown.length;
      point();
    } else if (event.key === "Tab" && !event.shiftKey && active >= 0 && !options.hidden) {
      event.preventDefault();
      complete(active);
    } else if (event.key === "Enter" && active >= 0 && !options.hidden) {
      event.preventDefault();
      take(active);
    } else if (event.key === "Escape" && !options.hidden) {
      event.stopPropagation();
      hide();
    }
  }

  function complete(n) {
    input.value = `${whole(shown[n])} `;
    list();
  }

  /** A command that asks for nothing more is sent at once. */
  function take(n) {
    if (shown[n].asks.length) {
      complete(n);
      input.focus();
    } else {
      input.value = whole(shown[n]);
      go();
    }
  }

  async function go() {
    const text = input.value.trim();
    hide();
    if (!text) return;
    if (!text.startsWith("/")) {
      tell("The bot listens to commands and buttons. Type / to see what it understands.");
      return;
    }
    const [name, ...words] = text.split(/\s+/);
    input.value = "";
    await send(name, words.join(" "));
  }

  return {
    root,
    input,
    /** @param {Offer[]} commands @param {string} part @param {string} where */
    offer(commands, part, where) {
      offers = commands;
      input.placeholder = `Message ${where}: type / for commands`;
      const known = new Set(commands.map(whole));
      fill(chips, CHIPS[part].filter((one) => known.has(one)).map((one, n) => h("button", {
        type: "button", class: `chip ${n === 0 ? "first" : ""}`, data: { command: one },
        on: { click: () => { input.value = one; go(); } },
      }, one)));
    },
    platform,
  };
}
