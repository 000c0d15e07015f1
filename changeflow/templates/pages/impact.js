"use strict";
// The picture of a blast radius as a page: pan, zoom, search, fold, and follow a path.
// Everything it knows stands in the page; it asks nobody and writes text only as text.
(() => {
  const byId = (id) => document.getElementById(id);
  const data = JSON.parse(byId("data").textContent);
  const { words, say } = data;
  const FEW = 60, ROWS = 6, COLUMNS = 12, OPENED = 10, MORE = 20, LISTED = 20, CHANGED = 8;
  // two columns fit on a phone
  const narrow = matchMedia("(max-width: 40rem)");
  const [WIDTH, GAP] = narrow.matches ? [168, 36] : [208, 52];
  const ITEM = 64, GROUP = 104, REST = 52, SPACE = 10, HEADING = 30, TOP = 44, LOWEST = 380, MARGIN = 16;
  const FACTS = ["tier", "owner", "environment", "service", "type", "status"];
  const items = data.items.map(([id, name, tier, owner, environment, service, type, status, score, hops, before, link], at) =>
    ({ at, id, name, tier, owner, environment, service, type, status, score, hops, before, link, followers: 0 }));
  for (let at = items.length - 1; at >= data.changed; at--) {
    const before = items[items[at].before];
    before.followers += items[at].followers + 1;
  }
  const affected = items.slice(data.changed);
  const state = { fold: data.fold, opened: new Map(), selected: null, hits: [], hit: -1, sought: "" };
  const view = { x: 0, y: 0, scale: 1 };
  const stage = byId("stage"), paper = byId("paper"), lines = byId("lines"), boxes = byId("boxes");

  // -- words ---------------------------------------------------------------------------------------

  const told = (key, values = {}) =>
    say[key].replace(/\{(\w+)\}/g, (all, name) => (name in values ? String(values[name]) : all));
  const number = (value) => value.toLocaleString(document.documentElement.lang);
  const counted = (key, count) => told(count === 1 ? `${key}_one` : key, { n: number(count) });
  const headed = (name, held) => told("heading", { name, n: held });
  const nameOf = (item) => item.name || item.id;
  const distance = (hops) => (hops === 1 ? say.direct : told("steps", { n: hops }));
  const severity = (item) => {
    if (item.at < data.changed) return "changed";
    if (item.score === 1) return "fails";
    return item.score >= 0.5 ? "degraded" : "touched";
  };
  const effect = (item) => {
    if (item.at < data.changed) return say.changed;
    return item.score === 1 ? say.fails : told("score", { n: item.score });
  };
  const valueName = (row) => {
    if (row.others) return told("others", { n: row.others });
    return row.value ? words[row.value] : say[`no_${state.fold}`];
  };

  function element(tag, attributes = {}, ...inside) {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    made.append(...inside);
    return made;
  }

  // -- what is folded --------------------------------------------------------------------------------

  const showsAll = () => state.fold === "none" && affected.length <= FEW;
  const columnOf = (item) => Math.min(item.hops, COLUMNS);

  function foldedRows() {
    if (state.fold === "none") return { rows: [{ value: 0, others: 0 }], rowOf: () => 0 };
    const count = new Map();
    for (const item of affected) count.set(item[state.fold], (count.get(item[state.fold]) || 0) + 1);
    const rank = (one, other) => {
      if (!one || !other) return one ? -1 : 1;
      if (state.fold === "tier") return one - other;
      return count.get(other) - count.get(one) || one - other;
    };
    const ordered = [...count.keys()].sort(rank);
    const own = ordered.length <= ROWS ? ordered : ordered.slice(0, ROWS - 1);
    const rows = own.map((value) => ({ value, others: 0 }));
    if (ordered.length > own.length) rows.push({ value: 0, others: ordered.length - own.length });
    return { rows, rowOf: (item) => { const at = own.indexOf(item[state.fold]); return at < 0 ? own.length : at; } };
  }

  function groupsOf() {
    const { rows, rowOf } = foldedRows();
    const groups = new Map();
    for (const item of affected) {
      const key = `${columnOf(item)}.${rowOf(item)}`;
      if (!groups.has(key)) groups.set(key, { key, column: columnOf(item), row: rowOf(item), items: [] });
      groups.get(key).items.push(item);
    }
    for (const group of groups.values())
      group.items.sort((one, other) => other.score - one.score || other.followers - one.followers || one.at - other.at);
    return { rows, groups };
  }

  function pathTo(item) {
    const path = [];
    for (let at = item; ; at = items[at.before]) {
      path.unshift(at);
      if (at.before < 0) return path;
    }
  }

  // -- where things are ------------------------------------------------------------------------------

  const left = (column) => column * (WIDTH + GAP);

  /** Places every item; leaves take a row each, the others stand in the middle of theirs. */
  function tree() {
    const after = items.map(() => []), row = items.map(() => 0), placed = [];
    for (const item of affected) after[item.before].push(item.at);
    let free = 0;
    const waiting = items.slice(0, data.changed).map((item) => item.at).reverse();
    const order = [];
    while (waiting.length) {
      const at = waiting.pop();
      order.push(at);
      waiting.push(...after[at].slice().reverse());
      if (!after[at].length) row[at] = free++;
    }
    for (const at of order.reverse())
      if (after[at].length) row[at] = (row[after[at][0]] + row[after[at][after[at].length - 1]]) / 2;
    for (const item of items)
      placed.push({ key: `i${item.at}`, kind: "item", item, x: left(columnOf(item)), y: TOP + row[item.at] * (ITEM + SPACE), height: ITEM });
    return { placed, headings: columnHeadings(), rep: items.map((item) => `i${item.at}`) };
  }

  /** Places a row for each value and a column for each distance; an opened box stands above its items. */
  function grid() {
    const { rows, groups } = groupsOf();
    const placed = [], headings = columnHeadings(), rep = [];
    const pinned = new Set(state.selected ? pathTo(state.selected) : []);
    const stack = (group, x, y) => {
      const add = (key, kind, height, more) => { placed.push({ key, kind, x, y, height, group, ...more }); y += height + SPACE; };
      const single = group.items.length === 1;
      const shown = single ? 1 : state.opened.get(group.key) || 0;
      if (!single) add(`g${group.key}`, "group", shown ? REST : GROUP, { opened: shown > 0 });
      let hidden = 0;
      group.items.forEach((item, place) => {
        if (place < shown || pinned.has(item)) {
          rep[item.at] = `i${item.at}`;
          add(`i${item.at}`, "item", ITEM, { item });
        } else {
          hidden++;
          rep[item.at] = shown ? `m${group.key}` : `g${group.key}`;
        }
      });
      if (hidden && shown) add(`m${group.key}`, "more", REST, { hidden });
      return y;
    };
    const changed = { key: "changed", column: 0, row: 0, items: items.slice(0, data.changed) };
    let y = TOP, lowest = TOP;
    if (data.changed > CHANGED) lowest = stack(changed, 0, TOP + HEADING);
    else
      for (const [place, item] of changed.items.entries()) {
        rep[item.at] = `i${item.at}`;
        placed.push({ key: `i${item.at}`, kind: "item", item, x: 0, y: TOP + HEADING + place * (ITEM + SPACE), height: ITEM });
      }
    rows.forEach((row, at) => {
      const top = y + HEADING;
      let bottom = top;
      const own = [...groups.values()].filter((group) => group.row === at);
      for (const group of own) bottom = Math.max(bottom, stack(group, left(group.column), top));
      const all = own.flatMap((group) => group.items);
      const fails = all.filter((item) => item.score === 1).length;
      // one row of unknown values says nothing
      if (state.fold !== "none" && (rows.length > 1 || row.value))
        headings.push({ key: `r${at}`, x: left(1), y: y + 6, text: headed(valueName(row), [counted("items", all.length), fails ? counted("fail", fails) : ""].filter(Boolean).join(say.comma)) });
      y = bottom + SPACE;
    });
    return { placed, headings, rep, lowest };
  }

  function columnHeadings() {
    const count = new Map();
    for (const item of affected) count.set(columnOf(item), (count.get(columnOf(item)) || 0) + 1);
    const headings = [{ key: "c0", x: 0, y: 4, main: true, text: headed(say.changed, number(data.changed)) }];
    const deepest = Math.max(0, ...affected.map((item) => item.hops));
    for (const [column, held] of count) {
      const name = column === COLUMNS && deepest > COLUMNS ? told("deeper", { n: column }) : distance(column);
      headings.push({ key: `c${column}`, x: left(column), y: 4, main: true, text: headed(name, number(held)) });
    }
    return headings;
  }

  // -- drawing ---------------------------------------------------------------------------------------

  const drawn = new Map();
  let layout = null;

  function keep(key, tag, home) {
    let found = drawn.get(key);
    if (!found) {
      found = element(tag);
      home.append(found);
      drawn.set(key, found);
    }
    return found;
  }

  function draw() {
    layout = showsAll() ? tree() : grid();
    const seen = new Set();
    const hits = new Set(state.hits);
    const path = new Set(state.selected ? pathTo(state.selected) : []);
    for (const heading of layout.headings) {
      const made = keep(`h${heading.key}`, "div", boxes);
      made.className = heading.main ? "heading main" : "heading";
      made.textContent = heading.text;
      put(made, heading.x, heading.y);
      seen.add(`h${heading.key}`);
    }
    for (const box of layout.placed) {
      const made = keep(box.key, "button", boxes);
      made.type = "button";
      made.dataset.key = box.key;
      fill(made, box, hits, path);
      put(made, box.x, box.y);
      made.style.width = `${WIDTH}px`;
      made.style.height = `${box.height}px`;
      seen.add(box.key);
    }
    for (const [key, made] of drawn)
      if (!seen.has(key)) { made.remove(); drawn.delete(key); }
    inOrder([...seen].map((key) => drawn.get(key)));
    drawLines(path);
    const right = Math.max(...layout.placed.map((box) => box.x + WIDTH));
    const bottom = Math.max(...layout.placed.map((box) => box.y + box.height));
    layout.size = [right, bottom];
    lines.setAttribute("width", right + GAP);
    lines.setAttribute("height", bottom + GAP);
    stage.parentElement.style.maxHeight = `${Math.max(LOWEST, bottom + 2 * SPACE + HEADING)}px`;
  }

  /** Puts elements into the order in which the tab key goes; those that are in place stay. */
  function inOrder(wanted) {
    let next = boxes.firstChild;
    for (const made of wanted) {
      if (made === next) next = next.nextSibling;
      else boxes.insertBefore(made, next);
    }
  }

  function put(made, x, y) {
    made.style.left = `${x}px`;
    made.style.top = `${y}px`;
  }

  function headNote(fails, found) {
    if (found) return counted("found", found);
    return fails ? counted("fail", fails) : "";
  }

  const line = (kind, text) => element("span", { class: kind, dir: "auto" }, text);

  function fill(made, box, hits, path) {
    let inside, classes, label;
    if (box.kind === "item") {
      const { item } = box;
      const facts = [effect(item), item.tier && words[item.tier], item.owner && words[item.owner]].filter(Boolean);
      if (item.status) facts.push(words[item.status]);
      inside = [line("name", nameOf(item)), item.name ? line("id", item.id) : "", line("note", facts.join(say.comma))];
      classes = ["box", "item", severity(item)];
      if (hits.has(item.at)) classes.push("found");
      if (item === state.selected) classes.push("selected");
      else if (path.has(item)) classes.push("onpath");
      else if (path.size) classes.push("aside");
      label = [nameOf(item), item.name && item.id, ...facts].filter(Boolean).join(say.comma);
      made.setAttribute("aria-pressed", item === state.selected);
      made.removeAttribute("aria-expanded");
    } else if (box.kind === "group") {
      const { items: held, key } = box.group;
      const fails = held.filter((item) => item.score === 1 && item.at >= data.changed).length;
      const found = held.filter((item) => hits.has(item.at)).length;
      const head = line("name", counted(key === "changed" ? "changed_items" : "items", held.length));
      const facts = line("note", headNote(fails, found));
      inside = [element("span", { class: "head" }, head, facts, element("span", { class: "sign", "aria-hidden": "true" }, box.opened ? "−" : "+"))];
      if (!box.opened) {
        const biggest = held.slice().sort((one, other) => other.followers - one.followers || one.at - other.at);
        inside.push(...biggest.slice(0, 3).map((item) => line("big", nameOf(item))));
      }
      classes = ["box", "group", severity(held[0])];
      if (found) classes.push("found");
      if (path.size) classes.push("aside");
      label = `${counted("items", held.length)}${say.comma}${box.opened ? say.close : say.open}`;
      made.setAttribute("aria-expanded", Boolean(box.opened));
      made.removeAttribute("aria-pressed");
    } else {
      inside = [line("name", told("more", { n: number(box.hidden) }))];
      classes = ["box", "more"];
      label = told("more", { n: number(box.hidden) });
    }
    made.className = classes.join(" ");
    made.title = label;
    made.replaceChildren(...inside.filter(Boolean));
  }

  /** Draws the ways by which most items of a box are affected, and every one that ends at an item. */
  function drawLines(path) {
    const at = new Map(layout.placed.map((box) => [box.key, box]));
    const ways = new Map(), most = new Map(), total = new Map();
    for (const item of affected) {
      const from = layout.rep[item.before], to = layout.rep[item.at];
      if (from === to) continue;
      const key = `${from} ${to}`;
      const way = ways.get(key) || { from, to, count: 0, item };
      way.count++;
      ways.set(key, way);
      total.set(to, (total.get(to) || 0) + 1);
      most.set(to, Math.max(most.get(to) || 0, way.count));
    }
    const widest = Math.max(1, ...[...ways.values()].map((way) => way.count));
    const made = [], above = [];
    for (const way of ways.values()) {
      if (way.count < most.get(way.to) && way.count < total.get(way.to) * 0.3) continue;
      const start = at.get(way.from), end = at.get(way.to);
      const x1 = start.x + WIDTH, y1 = start.y + start.height / 2, x2 = end.x, y2 = end.y + end.height / 2;
      const bend = Math.max(30, Math.abs(x2 - x1) / 2);
      const curve = document.createElementNS("http://www.w3.org/2000/svg", "path");
      curve.setAttribute("d", `M${x1} ${y1} C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}`);
      const single = end.kind === "item";
      const onPath = single && path.has(end.item) && path.has(items[end.item.before]) && start.kind === "item";
      const kind = single ? data.links[way.item.link] || "hard" : "many";
      curve.setAttribute("class", `${kind}${single ? ` ${severity(end.item)}` : ""}${onPath ? " onpath" : ""}${path.size && !onPath ? " aside" : ""}`);
      if (!single) curve.setAttribute("stroke-width", Math.max(1.5, 20 * Math.sqrt(way.count / widest)).toFixed(1));
      (onPath ? above : made).push(curve);
    }
    lines.replaceChildren(...made, ...above);
  }

  // -- moving ----------------------------------------------------------------------------------------

  function move() {
    paper.style.transform = `translate(${view.x}px, ${view.y}px) scale(${view.scale})`;
    byId("scale").textContent = `${Math.round(view.scale * 100)} %`;
  }

  function zoom(factor, x = stage.clientWidth / 2, y = stage.clientHeight / 2) {
    const scale = Math.min(3, Math.max(0.15, view.scale * factor));
    view.x = x - ((x - view.x) * scale) / view.scale;
    view.y = y - ((y - view.y) * scale) / view.scale;
    view.scale = scale;
    move();
  }

  /** Shows the whole where it can be read, and its beginning otherwise. */
  function fit(least = 0.85) {
    const [width, height] = layout.size, margin = MARGIN;
    const whole = Math.min((stage.clientWidth - 2 * margin) / width, (stage.clientHeight - 2 * margin) / height);
    view.scale = Math.min(1, Math.max(least, whole));
    view.x = Math.max(margin, (stage.clientWidth - width * view.scale) / 2);
    view.y = margin;
    if (whole < least) {
      view.x = margin;
      if (showsAll()) view.y = Math.min(margin, stage.clientHeight / 2 - (box(`i0`).y + ITEM / 2) * view.scale);
    }
    move();
  }

  const box = (key) => layout.placed.find((one) => one.key === key);

  function centre(key) {
    const found = box(key);
    if (!found) return;
    view.scale = Math.max(view.scale, 0.85);
    view.x = stage.clientWidth / 2 - (found.x + WIDTH / 2) * view.scale;
    // on a narrow screen the facts lie over the lower part of the picture
    const middle = state.selected && narrow.matches ? 0.2 : 0.5;
    view.y = stage.clientHeight * middle - (found.y + found.height / 2) * view.scale;
    move();
  }

  // -- choosing --------------------------------------------------------------------------------------

  function select(item, { centred = false } = {}) {
    state.selected = item;
    draw();
    if (item && centred) centre(`i${item.at}`);
    showFacts();
  }

  function showFacts() {
    const item = state.selected, panel = byId("facts");
    panel.hidden = !item;
    if (!item) return panel.replaceChildren();
    const close = element("button", { type: "button", class: "close", "aria-label": say.dismiss }, "×");
    close.addEventListener("click", () => { select(null); stage.focus({ preventScroll: true }); });
    const list = element("dl");
    const fact = (key, value) => value && list.append(element("dt", {}, say[key]), element("dd", { dir: "auto" }, value));
    fact("id", item.id);
    fact("effect", effect(item));
    fact("distance", item.at < data.changed ? "" : distance(item.hops));
    for (const key of FACTS) fact(key, item[key] ? words[item[key]] : "");
    fact("followers", item.followers ? number(item.followers) : "");
    const steps = element("ol", { class: "path" });
    for (const one of pathTo(item)) {
      const go = element("button", { type: "button", dir: "auto" }, nameOf(one));
      go.addEventListener("click", () => select(one, { centred: true }));
      const how = one.before >= 0 && one.link ? element("span", { class: "quiet" }, ` ${words[one.link]}`) : "";
      steps.append(element("li", {}, go, how));
    }
    panel.replaceChildren(close, element("h2", { dir: "auto" }, nameOf(item)), list, element("h3", {}, say.path), steps);
  }

  function press(key) {
    const found = box(key);
    if (!found) return;
    if (found.kind === "item") return select(found.item === state.selected ? null : found.item, { centred: narrow.matches });
    const { group } = found, shown = state.opened.get(group.key) || 0;
    if (found.kind === "more") state.opened.set(group.key, shown + MORE);
    else if (shown) state.opened.delete(group.key);
    else state.opened.set(group.key, OPENED);
    draw();
  }

  function foldBy(fold) {
    state.fold = fold;
    state.opened.clear();
    if (fold === "none" && !showsAll())
      for (const key of groupsOf().groups.keys()) state.opened.set(key, 8);
    byId("fold").value = fold;
    draw();
    fit();
  }

  // -- searching -------------------------------------------------------------------------------------

  const folded = items.map((item) => `${item.id}\n${item.name}`.toLocaleLowerCase());

  function seek() {
    const sought = byId("search").value.trim().toLocaleLowerCase();
    state.sought = sought;
    state.hit = -1;
    state.hits = sought ? items.filter((item) => folded[item.at].includes(sought)).map((item) => item.at) : [];
    const list = byId("hits");
    byId("found").textContent = sought ? counted("found", state.hits.length) : "";
    list.replaceChildren(...state.hits.slice(0, LISTED).map((at) => {
      const item = items[at];
      const go = element("button", { type: "button" }, line("name", nameOf(item)), item.name ? line("id", item.id) : "");
      go.addEventListener("click", () => jump(state.hits.indexOf(at)));
      return element("li", {}, go);
    }));
    if (state.hits.length > LISTED) list.append(element("li", { class: "quiet" }, told("more", { n: number(state.hits.length - LISTED) })));
    list.hidden = !state.hits.length;
    draw();
  }

  function jump(place) {
    if (!state.hits.length) return;
    state.hit = (place + state.hits.length) % state.hits.length;
    select(items[state.hits[state.hit]], { centred: true });
    byId("hits").hidden = true;
    byId("found").textContent = told("nth", { k: number(state.hit + 1), n: number(state.hits.length) });
  }

  // -- hands -----------------------------------------------------------------------------------------

  const fingers = new Map();
  let dragged = false, start = null;

  const spot = (event) => {
    const frame = stage.getBoundingClientRect();
    return { x: event.clientX - frame.left, y: event.clientY - frame.top };
  };

  stage.addEventListener("pointerdown", (event) => {
    if (event.button > 0) return;
    fingers.set(event.pointerId, spot(event));
    start = spot(event);
    if (fingers.size === 1) dragged = false;
  });
  stage.addEventListener("pointermove", (event) => {
    const before = fingers.get(event.pointerId);
    if (!before) return;
    const now = spot(event);
    if (!dragged && Math.hypot(now.x - start.x, now.y - start.y) < 6 && fingers.size === 1) return;
    if (!dragged) stage.setPointerCapture(event.pointerId);
    dragged = true;
    stage.classList.add("held");
    const other = [...fingers].find(([id]) => id !== event.pointerId);
    if (other) {
      const apart = (one) => Math.hypot(one.x - other[1].x, one.y - other[1].y) || 1;
      zoom(apart(now) / apart(before), other[1].x, other[1].y);
    } else {
      view.x += now.x - before.x;
      view.y += now.y - before.y;
      move();
    }
    fingers.set(event.pointerId, now);
  });
  for (const name of ["pointerup", "pointercancel"])
    addEventListener(name, (event) => {
      fingers.delete(event.pointerId);
      if (!fingers.size) stage.classList.remove("held");
    });
  stage.addEventListener("click", (event) => {
    const pressed = event.target.closest("button[data-key]");
    if (dragged) { dragged = false; return; }
    if (pressed) press(pressed.dataset.key);
  });
  stage.addEventListener("wheel", (event) => {
    event.preventDefault();
    const at = spot(event), amount = event.deltaY * (event.deltaMode ? 30 : 1);
    zoom(Math.exp(-Math.max(-120, Math.min(120, amount)) / 400), at.x, at.y);
  }, { passive: false });
  stage.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const steps = { ArrowLeft: [80, 0], ArrowRight: [-80, 0], ArrowUp: [0, 80], ArrowDown: [0, -80] };
    if (steps[event.key]) {
      view.x += steps[event.key][0];
      view.y += steps[event.key][1];
      move();
    } else if (event.key === "+" || event.key === "=") zoom(1.25);
    else if (event.key === "-") zoom(0.8);
    else if (event.key === "0") fit();
    else if (event.key === "Escape") select(null);
    else if (event.key === "/") byId("search").focus();
    else return;
    event.preventDefault();
  });
  // a box that the tab key reaches is brought into sight
  boxes.addEventListener("focusin", (event) => {
    stage.scrollTo(0, 0);
    if (!event.target.matches(":focus-visible")) return;
    const inner = event.target.getBoundingClientRect(), outer = stage.getBoundingClientRect();
    if (inner.left < outer.left || inner.right > outer.right || inner.top < outer.top || inner.bottom > outer.bottom)
      centre(event.target.dataset.key);
  });

  byId("zoom-in").addEventListener("click", () => zoom(1.25));
  byId("zoom-out").addEventListener("click", () => zoom(0.8));
  byId("fit").addEventListener("click", () => fit(0.15));
  byId("fold").addEventListener("change", (event) => foldBy(event.target.value));
  byId("fold-all").addEventListener("click", () => {
    state.selected = null;
    state.opened.clear();
    showFacts();
    draw();
    fit();
  });
  byId("search").addEventListener("input", seek);
  byId("search").addEventListener("keydown", (event) => {
    if (event.key === "Escape") { event.target.value = ""; seek(); }
    if (event.key !== "Enter") return;
    event.preventDefault();
    jump(state.hit + (event.shiftKey ? -1 : 1));
  });
  byId("next").addEventListener("click", () => jump(state.hit + 1));
  byId("previous").addEventListener("click", () => jump(state.hit - 1));
  byId("table").addEventListener("click", (event) => {
    const row = event.target.closest("tr[data-at]");
    if (!row || String(getSelection())) return;
    select(items[Number(row.dataset.at)], { centred: true });
    byId("app").scrollIntoView({ block: "start" });
  });

  document.body.classList.add("live");
  byId("app").hidden = false;
  foldBy(state.fold);
  // As a whole, a third of it could not be read at once.
  if (data.if_tall && (stage.clientHeight - 2 * MARGIN) / layout.size[1] < 1 / 3) foldBy(data.if_tall);
})();
