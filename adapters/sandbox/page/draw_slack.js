/** Block Kit, as a person sees it. What a client draws for a bot is drawn here from the very payload that was sent. */

import { h, icon } from "./dom.js";
import { link, slackMarks } from "./marks.js";
import { fullDate } from "./times.js";

/**
 * @typedef {object} Surroundings
 * @property {Record<string, string>} names
 * @property {string} zone
 * @property {() => number} now
 * @property {(id: string, button: HTMLButtonElement) => void} press
 * @property {(id: string, name: string, size: number, kind: string, words?: string) => Node} file
 */

/** @param {any} text @param {Surroundings} around */
function words(text, around) {
  if (!text) return null;
  return text.type === "mrkdwn" ? slackMarks(text.text, around) : text.text;
}

/** @param {any} payload @param {Surroundings} around @returns {Node[]} */
export function slackMessage(payload, around) {
  const blocks = payload.blocks?.length
    ? slackBlocks(payload.blocks, around)
    : [h("div", { class: "block text" }, slackMarks(payload.text ?? "", around))];
  const files = (payload.files ?? []).map((file) =>
    around.file(file.id, file.title ?? file.name, file.size, file.mimetype ?? "", file.alt_txt ?? ""));
  return [...blocks, ...files];
}

/** @param {any[]} blocks @param {Surroundings} around @returns {Node[]} */
export const slackBlocks = (blocks, around) => blocks.map((block) => slackBlock(block, around));

/** @param {any} block @param {Surroundings} around @returns {HTMLElement} */
function slackBlock(block, around) {
  switch (block.type) {
    case "header":
      return h("div", { class: "block header", role: "heading", "aria-level": "4" }, words(block.text, around));
    case "section":
      return h("div", { class: "block section" },
        h("div", { class: "section-words" },
          block.text && h("div", { class: "text" }, words(block.text, around)),
          block.fields && h("div", { class: "fields" },
            block.fields.map((field) => h("div", { class: "field" }, words(field, around))))),
        block.accessory && element(block.accessory, around));
    case "context":
      return h("div", { class: "block context" },
        block.elements.map((one) => one.type === "image" ? image(one) : h("span", null, words(one, around))));
    case "actions":
      return h("div", { class: "block actions" }, block.elements.map((one) => element(one, around)));
    case "divider":
      return h("hr", { class: "block" });
    case "image":
      return h("figure", { class: "block" }, block.title && h("figcaption", null, words(block.title, around)), image(block));
    case "markdown":
      return h("div", { class: "block text" }, block.text);
    default:
      return h("div", { class: "block unknown" }, `(a block of type ${block.type})`);
  }
}

/** An address elsewhere is not fetched: the sandbox asks nobody outside for anything. */
function image(one) {
  const local = (one.image_url ?? "").startsWith(location.origin);
  return local ? h("img", { src: one.image_url, alt: one.alt_text }) : h("span", { class: "no-image" }, one.alt_text);
}

/** @param {any} one @param {Surroundings} around */
function element(one, around) {
  if (one.type === "image") return image(one);
  if (one.type !== "button") return h("span", { class: "no-image" }, `(${one.type})`);
  const label = one.text.text;
  const style = `press ${one.style ?? ""}`;
  if (one.url) return Object.assign(link(one.url, [label, " ", icon("out")]), { className: `${style} link` });
  const id = one.value ?? one.action_id;
  return h("button", {
    type: "button", class: style, data: { press: id }, "aria-label": one.accessibility_label,
    on: { click: (event) => around.press(id, event.currentTarget) },
  }, label);
}

// Forms ---------------------------------------------------------------------------------------------------------------

/**
 * What a modal asks, one part a block; see form.js for the shape of a field.
 * @param {any} payload @param {Surroundings} around
 */
export function slackForm(payload, around) {
  const parts = payload.blocks.map((block) =>
    block.type === "input" ? asked(block, around) : { kind: "words", node: slackBlock(block, around) });
  return {
    title: payload.title?.text ?? "",
    send: payload.submit?.text ?? "",
    cancel: payload.close?.text ?? (payload.submit ? "Cancel" : "Close"),
    parts,
  };
}

const TYPES = {
  plain_text_input: "line", email_text_input: "email", url_text_input: "url", number_input: "number",
  static_select: "select", multi_static_select: "many", radio_buttons: "radio", checkboxes: "ticks",
  datepicker: "day", timepicker: "time", datetimepicker: "moment", file_input: "file",
};

function asked(block, around) {
  const one = block.element;
  const groups = one.options ?? (one.option_groups ?? []).flatMap((group) => group.options);
  const type = one.multiline ? "paragraph" : TYPES[one.type] ?? "line";
  return {
    kind: "field",
    id: block.block_id,
    type,
    label: block.label.text,
    hint: block.hint?.text ?? "",
    placeholder: one.placeholder?.text ?? "",
    required: !block.optional,
    least: one.min_length ?? 0,
    most: one.max_length ?? one.max_selected_items ?? one.max_files ?? (groups.length || 3000),
    options: groups.map((option) => ({
      label: option.text.text, value: option.value, about: option.description?.text ?? "",
    })),
    saysOptional: true,
    where: type === "moment" ? `Your own time, ${around.zone.replaceAll("_", " ")}` : "",
  };
}

/** A person's moment in words, for whoever hovers over the time of a message. */
export const spokenTime = (unix, zone) => fullDate(unix, zone);
