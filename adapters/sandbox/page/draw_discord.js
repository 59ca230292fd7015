/** Discord's messages (content, embeds, components of both generations) and modals, as a person sees them. */

import { h, icon } from "./dom.js";
import { discordMarks, link } from "./marks.js";

const ROW = 1, BUTTON = 2, SELECT = 3, INPUT = 4, SECTION = 9, TEXT = 10, THUMBNAIL = 11, GALLERY = 12, FILE = 13,
  SEPARATOR = 14, CONTAINER = 17, LABEL = 18, UPLOAD = 19, RADIO = 21, TICKS = 22, TICK = 23;
const STYLES = ["", "primary", "secondary", "success", "danger", "link"];
const MOST_TYPED = 4000;

/** @param {any} payload @param {import("./draw_slack.js").Surroundings} around @returns {Node[]} */
export function discordMessage(payload, around) {
  const made = [];
  if (payload.content) made.push(h("div", { class: "content" }, discordMarks(payload.content, around)));
  for (const embed of payload.embeds ?? []) made.push(drawEmbed(embed, around));
  for (const file of payload.attachments ?? [])
    made.push(around.file(file.id, file.filename, file.size, file.content_type ?? "", file.description ?? ""));
  made.push(...(payload.components ?? []).map((one) => component(one, around)));
  return made;
}

function drawEmbed(embed, around) {
  const marks = (text) => discordMarks(text, around);
  return h("div", { class: "embed" },
    embed.author?.name && h("p", { class: "embed-author" }, embed.author.name),
    embed.title && h("p", { class: "embed-title" }, embed.url ? link(embed.url, marks(embed.title)) : marks(embed.title)),
    embed.description && h("div", { class: "embed-words" }, marks(embed.description)),
    embed.fields?.length && h("div", { class: "embed-fields" }, embed.fields.map((field) =>
      h("div", { class: field.inline ? "inline" : "" }, h("strong", null, marks(field.name)), h("div", null, marks(field.value))))),
    embed.footer?.text && h("p", { class: "embed-footer" }, embed.footer.text));
}

/** @param {any} one @param {import("./draw_slack.js").Surroundings} around @returns {Node} */
function component(one, around) {
  const inside = () => (one.components ?? []).map((inner) => component(inner, around));
  switch (one.type) {
    case ROW:
      return h("div", { class: "row" }, inside());
    case BUTTON:
      return button(one, around);
    case TEXT:
      return h("div", { class: "content" }, discordMarks(one.content, around));
    case SECTION:
      return h("div", { class: "v2-section" }, h("div", null, inside()), one.accessory && component(one.accessory, around));
    case CONTAINER:
      return h("div", { class: `container ${one.spoiler ? "spoiler" : ""}` }, inside());
    case SEPARATOR:
      return one.divider === false ? h("div", { class: "gap" }) : h("hr");
    case THUMBNAIL: case GALLERY: case FILE:
      return h("div", { class: "no-image" }, one.description ?? one.items?.map((item) => item.description).join(", ") ?? "(a picture)");
    case SELECT:
      return h("div", { class: "no-image" }, one.placeholder ?? "(a menu)");
    default:
      return h("div", { class: "no-image" }, `(a component of type ${one.type})`);
  }
}

function button(one, around) {
  const label = [one.emoji?.name && `${one.emoji.name} `, one.label];
  const style = `press ${STYLES[one.style] ?? ""}`;
  if (one.url) return Object.assign(link(one.url, [label, " ", icon("out")]), { className: style });
  return h("button", {
    type: "button", class: style, disabled: one.disabled, data: { press: one.custom_id },
    on: { click: (event) => around.press(one.custom_id, event.currentTarget) },
  }, label);
}

// Forms ---------------------------------------------------------------------------------------------------------------

/** What a modal asks; see form.js for the shape of a field. */
export function discordForm(payload, around) {
  const parts = payload.components.map((outer) => {
    const one = outer.component ?? outer.components?.[0] ?? outer;
    if (one.type === TEXT) return { kind: "words", node: h("div", { class: "content" }, discordMarks(one.content, around)) };
    return asked(outer, one);
  });
  return { title: payload.title, send: "Submit", cancel: "Cancel", parts };
}

function asked(outer, one) {
  const several = (one.max_values ?? 1) > 1;
  const type = { [INPUT]: one.style === 2 ? "paragraph" : "line", [SELECT]: several ? "many" : "select",
    [RADIO]: "radio", [TICKS]: "ticks", [TICK]: "tick", [UPLOAD]: "file" }[one.type] ?? "line";
  const label = outer.label ?? one.label ?? "";
  const options = (one.options ?? []).map((option) => ({
    label: option.label, value: option.value, about: option.description ?? "",
  }));
  return {
    kind: "field",
    id: one.custom_id,
    type,
    label,
    hint: outer.type === LABEL ? outer.description ?? "" : "",
    placeholder: one.placeholder ?? "",
    required: one.required !== false && one.type !== TICK,
    least: one.min_length ?? one.min_values ?? 0,
    most: one.max_length ?? one.max_values ?? (options.length || (one.type === INPUT ? MOST_TYPED : 1)),
    options: one.type === TICK ? [{ label, value: "true", about: "" }] : options,
    saysOptional: false,
    where: "",
  };
}
