/** What the page asks of the town, and what the town tells it. */

import { keptToken } from "./token.js";

/** The town would not do it; the message is a sentence for whoever plays. */
export class Cannot extends Error {}

/** @returns {Promise<any>} */
async function ask(path, options = {}) {
  let answer;
  try {
    answer = await fetch(path, { ...options, headers: { "X-Sandbox-Token": keptToken(), ...options.headers } });
  } catch {
    throw new Cannot("The sandbox does not answer. Is it still running in your terminal?");
  }
  const body = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Cannot(body.cannot ?? body.error ?? `The sandbox answered ${answer.status}.`);
  return body;
}

const get = (path, query = {}) => ask(`${path}?${new URLSearchParams(query)}`);
const post = (path, body) =>
  ask(path, { method: "POST", body: JSON.stringify(body), headers: { "Content-Type": "application/json" } });
const put = (path, query, content) => ask(`${path}?${new URLSearchParams(query)}`, { method: "POST", body: content });

export const town = {
  start: () => get("/page/start"),
  screen: (platform, user) => get("/page/screen", { platform, user }),
  command: (platform, user, name, words, channel) =>
    post("/control/command", { platform, user, name, words, channel }),
  press: (platform, user, button, message) => post("/control/press", { platform, user, button, message }),
  submit: (platform, user, values) => post("/control/submit", { platform, user, values }),
  dismiss: (platform, user) => post("/control/dismiss", { platform, user }),
  openHome: (user) => post("/control/open_home", { user }),
  trouble: (order) => post("/control/trouble", order),
  move: (seconds) => post("/control/clock", { by_seconds: seconds }),
  due: () => post("/page/due", {}),
  file: (platform, file) => put("/page/file", { platform, name: file.name }, file),
  roster: (file) => put("/page/roster", { name: file.name }, file),
};

/** The bytes of a file in a message. */
export async function download(platform, file) {
  const answer = await fetch(`/page/file/${platform}/${encodeURIComponent(file)}`, {
    headers: { "X-Sandbox-Token": keptToken() },
  });
  if (!answer.ok) throw new Cannot("That file is gone.");
  return answer.blob();
}

/**
 * Everything that happens, from event `since` on. The browser itself comes back after a cut, by the last event's id.
 * @param {{wire: (told: any) => void, clock: (told: any) => void, line: (up: boolean) => void}} on
 */
export function listen(since, on) {
  const source = new EventSource(`/page/events?since=${since}&token=${encodeURIComponent(keptToken())}`);
  source.addEventListener("wire", (event) => on.wire(JSON.parse(event.data)));
  source.addEventListener("clock", (event) => on.clock(JSON.parse(event.data)));
  source.addEventListener("open", () => on.line(true));
  source.addEventListener("error", () => on.line(false));
  return source;
}
