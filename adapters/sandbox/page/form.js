/**
 * An open form, of either platform, in the dialog that lies over its window.
 *
 * A field is `{id, type, label, hint, placeholder, required, least, most, options, saysOptional, where}` with the types
 * line, email, url, number, paragraph, select, many, radio, ticks, tick, day, time, moment, file. What a client itself
 * would refuse to send is said next to the field; what the bot answers comes to the same place.
 */

import { calm, fill, fresh, h, icon } from "./dom.js";
import { example } from "./examples.js";
import { fromField, toField } from "./times.js";

const REQUIRED = "Please fill this in.";

/**
 * @param {object} given
 * @param {any} given.drawn what slackForm or discordForm made
 * @param {Record<string, any>} given.filled values by field
 * @param {string} given.zone
 * @param {() => number} given.now
 * @param {(file: File) => Promise<string>} given.upload
 * @param {(values: Record<string, string | string[]>) => Promise<void>} given.send
 * @param {() => void} given.close
 * @param {() => void} given.changed
 */
export function form({ drawn, filled, zone, now, upload, send, close, changed }) {
  const fields = drawn.parts.filter((part) => part.kind === "field").map((part) => field(part, filled[part.id], { zone, upload }));
  const rows = new Map(fields.map((one) => [one.id, one]));
  const title = fresh("form");
  const trouble = h("p", { class: "form-trouble", role: "alert" });
  const submit = drawn.send && h("button", { type: "submit", class: "send" }, drawn.send);
  const example = fields.some((one) => one.isEmpty()) && h("button", {
    type: "button", class: "example", on: { click: () => { suggest(); fields[0].focus(); } },
  }, icon("spark"), "Fill in an example");
  const suggest = () => { fields.forEach((one) => one.suggest(now())); changed(); };
  const box = h("form", { novalidate: true, on: { submit: (event) => { event.preventDefault(); go(); } } },
    h("header", null,
      h("span", { class: "app-mark", "aria-hidden": "true" }),
      h("h2", { id: title }, drawn.title),
      h("button", { type: "button", class: "shut", "aria-label": "Close the form", on: { click: close } }, icon("close"))),
    h("div", { class: "form-body", tabindex: "-1" },
      drawn.parts.map((part) => part.kind === "words" ? h("div", { class: "form-words" }, part.node) : rows.get(part.id).row)),
    trouble,
    h("footer", null,
      example,
      h("span", { class: "stretch" }),
      h("button", { type: "button", class: "cancel", on: { click: close } }, drawn.cancel),
      submit));
  const dialog = h("div", {
    class: "dialog", role: "dialog", "aria-modal": "true", "aria-labelledby": title,
    on: { keydown: (event) => keys(event, dialog, close), input: changed },
  }, box);
  let busy = false;

  async function go() {
    if (busy || !submit) return;
    const missing = fields.filter((one) => !one.check());
    fill(trouble);
    if (missing.length) return missing[0].focus();
    busy = true;
    submit.setAttribute("aria-busy", "true");
    try {
      await send(Object.fromEntries(fields.map((one) => [one.id, one.value()])));
    } catch (error) {
      fill(trouble, error.message);
    } finally {
      busy = false;
      submit.removeAttribute("aria-busy");
    }
  }

  return {
    dialog,
    /** What the bot found wrong, at the fields; the first of them gets the focus. */
    errors(found) {
      const wrong = fields.filter((one) => one.say(found[one.id] ?? ""));
      if (wrong.length) wrong[0].focus();
    },
    trouble(words) {
      fill(trouble, words);
    },
    begin() {
      const first = fields.find((one) => one.isEmpty()) ?? fields[0];
      if (first) first.focus();
      else dialog.querySelector(".cancel").focus();
      if (!calm()) dialog.classList.add("arrives");
    },
    /** For whoever would rather see than write. */
    suggest,
    send: () => submit?.click(),
    leave: close,
    canBeSent: Boolean(submit),
    get isFilled() { return fields.every((one) => !one.required || !one.isEmpty()); },
  };
}

/** Tab stays inside; Escape leaves. */
function keys(event, dialog, close) {
  if (event.key === "Escape") {
    event.stopPropagation();
    close();
  }
  if (event.key !== "Tab") return;
  const all = [...dialog.querySelectorAll("button, input, select, textarea, a[href]")].filter((one) =>
    !one.disabled && one.offsetParent !== null);
  const edge = event.shiftKey ? all[0] : all[all.length - 1];
  if (document.activeElement === edge || !dialog.contains(document.activeElement)) {
    event.preventDefault();
    (event.shiftKey ? all[all.length - 1] : all[0]).focus();
  }
}

// One field -----------------------------------------------------------------------------------------------------------

function field(part, filled, around) {
  const id = fresh("field"), hintId = fresh("hint"), errorId = fresh("error");
  const group = ["radio", "ticks", "many", "tick"].includes(part.type);
  const control = CONTROLS[part.type](part, { id, filled, ...around });
  const error = h("p", { class: "field-error", id: errorId });
  const label = [part.label, !part.required && part.saysOptional && h("span", { class: "optional" }, " (optional)"),
    part.required && !part.saysOptional && h("span", { class: "star", "aria-hidden": "true" }, " *")];
  const hint = [part.hint, part.where].filter(Boolean).join(" ");
  const about = [hint && hintId, errorId].filter(Boolean).join(" ");
  const row = group
    ? h("fieldset", { class: `ask ${part.type}`, "aria-describedby": about }, h("legend", null, label))
    : h("div", { class: `ask ${part.type}` }, h("label", { for: id }, label));
  if (hint) row.append(h("p", { class: "hint", id: hintId }, hint));
  row.append(control.box, error);
  for (const one of control.inputs) {
    if (!group) one.setAttribute("aria-describedby", about);
    if (part.required && !group) one.setAttribute("aria-required", "true");
    one.addEventListener("input", () => say(""));
  }

  function say(words) {
    fill(error, words);
    row.classList.toggle("wrong", Boolean(words));
    for (const one of control.inputs) {
      if (words) one.setAttribute("aria-invalid", "true");
      else one.removeAttribute("aria-invalid");
    }
    return Boolean(words);
  }

  const empty = () => { const value = control.value(); return Array.isArray(value) ? !value.length : !value.trim(); };
  return {
    id: part.id,
    row,
    required: part.required,
    say,
    value: control.value,
    isEmpty: empty,
    focus: () => (control.inputs.find((one) => one.checked) ?? control.inputs[0])?.focus(),
    check: () => !say(part.required && empty() ? REQUIRED : control.wrong?.() ?? ""),
    suggest: (now) => { if (empty()) { control.suggest(now); say(""); } },
  };
}

const typed = (input) => () => input.value;

function text(part, { id, filled }, tag, type) {
  const input = h(tag, {
    id, type, placeholder: part.placeholder, maxlength: part.most, value: filled ?? "", autocomplete: "off",
    rows: tag === "textarea" ? 3 : null,
  });
  const left = part.most <= 3000 && tag === "textarea" && h("span", { class: "count", "aria-hidden": "true" });
  const count = () => left && fill(left, part.most - input.value.length < 200 ? `${part.most - input.value.length} left` : "");
  input.addEventListener("input", count);
  count();
  return {
    box: h("div", { class: "typed" }, input, left),
    inputs: [input],
    value: typed(input),
    suggest: (now) => { input.value = example(part, now).slice(0, part.most); count(); },
  };
}

function date(part, { id, filled, zone }, type) {
  const input = h("input", { id, type });
  if (filled) input.value = type === "datetime-local" ? toField(Number(filled), zone) : filled;
  return {
    box: input,
    inputs: [input],
    value: () => {
      if (type !== "datetime-local" || !input.value) return input.value;
      return String(Math.round(fromField(input.value, zone)));
    },
    suggest: (now) => {
      const soon = toField(now + 3 * 86400, zone);
      input.value = { date: soon.slice(0, 10), time: "12:30", "datetime-local": `${soon.slice(0, 10)}T12:30` }[type];
    },
  };
}

function ticks(part, { filled }, type) {
  const name = fresh("choice");
  const chosen = new Set([filled ?? []].flat());
  const inputs = [];
  const rows = part.options.map((option) => {
    const input = h("input", { type, name, value: option.value, checked: chosen.has(option.value) });
    inputs.push(input);
    return h("label", { class: "choice" }, input,
      h("span", null, option.label, option.about && h("small", null, option.about)));
  });
  const values = () => inputs.filter((one) => one.checked).map((one) => one.value);
  return {
    box: h("div", { class: "choices" }, rows),
    inputs,
    value: type === "radio" ? () => values()[0] ?? "" : values,
    wrong: () => type === "checkbox" && part.most && values().length > part.most ? `Please tick ${part.most} at most.` : "",
    suggest: () => inputs.slice(0, type === "radio" ? 1 : Math.min(3, part.most || 3)).forEach((one) => { one.checked = true; }),
  };
}

function select(part, { id, filled }) {
  const input = h("select", { id },
    h("option", { value: "" }, part.placeholder || (part.required ? "Choose one" : "None")),
    part.options.map((option) => h("option", { value: option.value }, option.label)));
  input.value = filled ?? "";
  return { box: input, inputs: [input], value: typed(input), suggest: () => { input.value = part.options[0]?.value ?? ""; } };
}

function file(part, { id, upload }) {
  const input = h("input", { id, type: "file", multiple: part.most > 1 });
  const state = h("p", { class: "hint", role: "status" });
  let ids = [];
  input.addEventListener("change", async () => {
    fill(state, "Putting it up …");
    try {
      ids = await Promise.all([...input.files].map(upload));
      fill(state, ids.length === 1 ? "Ready to send." : `${ids.length} files ready to send.`);
    } catch (error) {
      ids = [];
      fill(state, error.message);
    }
  });
  return { box: h("div", null, input, state), inputs: [input], value: () => ids, suggest: () => {} };
}

const CONTROLS = {
  line: (part, around) => text(part, around, "input", "text"),
  email: (part, around) => text(part, around, "input", "email"),
  url: (part, around) => text(part, around, "input", "url"),
  number: (part, around) => text(part, around, "input", "number"),
  paragraph: (part, around) => text(part, around, "textarea"),
  day: (part, around) => date(part, around, "date"),
  time: (part, around) => date(part, around, "time"),
  moment: (part, around) => date(part, around, "datetime-local"),
  radio: (part, around) => ticks(part, around, "radio"),
  ticks: (part, around) => ticks(part, around, "checkbox"),
  many: (part, around) => ticks(part, around, "checkbox"),
  tick: (part, around) => ticks(part, around, "checkbox"),
  select,
  file,
};
