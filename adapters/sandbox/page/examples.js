/** Something to send for whoever would rather see the story than write it. By a field's name, else by what it asks. */

const BY_NAME = {
  wonder: "I work in international development and wonder about communications",
  question: "What did you have to learn when you left development work?",
  about: "I like explaining things to people",
  note: "Thank you for your time. I have read about your work and would love to hear how it began.",
  answer: "It would be my first step into this field, so anything about how you began helps me.",
  thanks: "What stayed with me is that nobody starts ready. I've signed up for the writing course you named.",
  reply: "It was a pleasure. Tell me how the course goes!",
  how: "By video, whenever it suits you.",
  place: "https://rooms.example.edu/our-talk",
  room: "https://rooms.example.edu/mine",
  title: "Communications Lead",
  employer: "Open Harbour Trust",
  topics: "Leaving development work, writing for people who skim",
  degree: "BA International Relations",
  year: "2024",
  grad_year: "2012",
  name: "Jordan",
  contact: "jordan@example.org",
  past: "Field Programme Officer",
  what: "Something felt off, and I'd rather somebody from the office looked at it.",
  line: "I can't make it that week after all, and I'm sorry.",
};

/** A moment typed as words, as a platform without a picker for dates asks for it. */
function moment(now) {
  const soon = new Date((now + 3 * 86400) * 1000).toISOString().slice(0, 10);
  return `${soon} 12:30`;
}

/** @param {{id: string, placeholder: string, type: string}} part @param {number} now @returns {string} */
export function example(part, now) {
  if (/YYYY-MM-DD HH:MM/.test(part.placeholder)) return moment(now);
  if (/YYYY-MM-DD/.test(part.placeholder) || part.id === "until") return moment(now + 14 * 86400).slice(0, 10);
  return BY_NAME[part.id] ?? (part.type === "paragraph" ? "Here is a line or two, as somebody might write them." : "A few words");
}
