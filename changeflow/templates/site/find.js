"use strict";
// Search and filters of the site. The rows stand in files of the site; nothing is asked of anybody,
// and text is written only as text.
(() => {
  const byId = (id) => document.getElementById(id);
  const data = JSON.parse(byId("find-data").textContent);
  const form = byId("find"), list = byId("found"), more = byId("find-more"), count = byId("find-count");
  const STEP = 50;
  const plain = (text) => text.normalize("NFKC").toLocaleLowerCase();
  const rows = (globalThis.changeflowRows ?? [])
    .filter(([kind]) => data.kinds.includes(kind))
    .map(([kind, page, id, title, words, state, type, level, score, at]) =>
      ({ kind, page, id, title, state, type, level, score, at, text: plain([id, title, words].join("\n")) }));
  const word = (code) => data.words[code] ?? code;
  const told = (name, n) => data.say[name].replace("{n}", n.toLocaleString(document.documentElement.lang));
  const by = (one, other) => (one < other ? -1 : one > other ? 1 : 0);
  const ORDERS = {
    newest: (one, other) => by(other.at, one.at) || by(one.id, other.id),
    oldest: (one, other) => by(one.at === "", other.at === "") || by(one.at, other.at) || by(one.id, other.id),
    risk: (one, other) => other.score - one.score || by(other.at, one.at) || by(one.id, other.id),
    name: (one, other) => by(one.id, other.id),
  };
  const FIELDS = ["q", "state", "type", "level", "sort"];
  // from this page to the top of its language
  const up = document.querySelector("a.home").getAttribute("href").replace(/index\.html$/, "");
  let found = [], shown = 0;

  const matches = (row, terms, asked) =>
    terms.every((term) => row.text.includes(term)) &&
    ["state", "type", "level"].every((name) => !asked[name] || row[name] === asked[name]);

  const line = (row) => {
    const item = document.createElement("li"), link = document.createElement("a");
    link.href = up + row.page;
    link.textContent = row.title || row.id;
    const facts = document.createElement("span");
    facts.className = "quiet";
    const kind = row.kind === "item" ? data.say.item : data.say.change;
    const level = row.level && row.score ? `${word(row.level)} (${row.score})` : word(row.level);
    facts.textContent = [row.id, kind, word(row.state), word(row.type), level, row.at].filter(Boolean).join(" · ");
    item.append(link, document.createElement("br"), facts);
    return item;
  };

  const show = () => {
    const next = found.slice(shown, shown + STEP).map(line);
    list.append(...next);
    shown += next.length;
    more.hidden = shown >= found.length;
    return next[0];
  };

  const asked = () => Object.fromEntries(FIELDS.map((name) => [name, form.elements[name].value]));

  const find = () => {
    const now = asked();
    const terms = plain(now.q).split(/\s+/).filter(Boolean);
    const wanted = terms.length || now.state || now.type || now.level || now.sort !== "newest";
    found = wanted ? rows.filter((row) => matches(row, terms, now)).sort(ORDERS[now.sort]) : [];
    list.replaceChildren();
    shown = 0;
    show();
    list.hidden = !found.length;
    document.body.classList.toggle("searching", Boolean(wanted));
    count.textContent = !wanted ? "" : !found.length ? data.say.none
      : found.length === 1 ? told("found_one", 1) : told("found", found.length);
    const kept = new URLSearchParams(FIELDS.filter((name) => now[name] && now[name] !== "newest").map((name) => [name, now[name]]));
    history.replaceState(null, "", `#${kept}`);
  };

  const recall = () => {
    for (const [name, value] of new URLSearchParams(location.hash.slice(1)))
      if (FIELDS.includes(name)) form.elements[name].value = value;
    if (!form.elements.sort.value) form.elements.sort.value = "newest";
  };

  let waiting = 0;
  form.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(find, 120); });
  form.addEventListener("submit", (event) => { event.preventDefault(); find(); });
  more.addEventListener("click", () => show()?.querySelector("a").focus());
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName)) return;
    event.preventDefault();
    form.elements.q.focus();
  });
  form.hidden = false;
  recall();
  find();
})();
