"use strict";

// The page is built from the data in it. Texts become text nodes, never markup.
const data = JSON.parse(document.getElementById("data").textContent);
const SIGNS = { "translated": "✓", "inferred": "◇", "approximated": "≈", "not needed": "–", "dropped": "✕", "refused": "!" };
const LOSSES = ["dropped", "refused"];
// As people read them: what is well, what is not, what does not matter.
const SHOWN = ["translated", "inferred", "approximated", "dropped", "refused", "not needed"];
const REST = "project";
const FIRST_PLACES = 4;
const TARGET = data.target.split(",")[0];

const entries = data.entries.rows.map((row, id) => {
  const [path, rank, file, first, last, codes, note, part, targets, became] = row;
  const [say, hint] = note < 0 ? ["", ""] : data.entries.notes[note];
  return { id, path, outcome: data.outcomes[rank], file, first, last, codes, say, hint, part, targets, became };
});
const filter = { outcomes: new Set(), part: -1, code: "", text: "" };
const lines = { source: new Map(), output: new Map() };
let lit = [];
let pinned = null;

// -- small tools ------------------------------------------------------------------------------------------------------

const byId = (id) => document.getElementById(id);

function make(tag, look, ...children) {
  const node = document.createElement(tag);
  if (look) node.className = look;
  node.append(...children.filter((child) => child !== null && child !== ""));
  return node;
}

function attributes(node, values) {
  for (const [name, value] of Object.entries(values)) node.setAttribute(name, value);
  return node;
}

function push(map, key, value) {
  const known = map.get(key);
  if (known) known.push(value);
  else map.set(key, [value]);
}

const are = (count) => (count === 1 ? "is" : "are");
const slug = (outcome) => outcome.replace(" ", "-");
const spot = (file, line) => `${file}:${line}`;
const plural = (count, word) => `${count} ${word}${count === 1 ? "" : "s"}`;
const heading = (part) => (part.name === REST ? "Everything else" : part.name);
const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

function badge(outcome) {
  return make("span", `badge ${slug(outcome)}`, attributes(make("span", "sign", SIGNS[outcome] ?? "i"), { "aria-hidden": "true" }), outcome);
}

// -- the model of the lines: what there is of both sides, before any of it is drawn --------------------------------------

function indexEntries() {
  const source = new Map();
  const spans = [];
  for (const entry of entries) {
    for (let line = entry.first; line <= entry.last; line++) push(source, spot(entry.file, line), entry.id);
    for (const [first, last] of entry.became) spans.push([last - first, first, last, entry.id]);
  }
  return { source, output: nearest(spans) };
}

// A line of the output comes from the entries that became the smallest stretch around it.
function nearest(spans) {
  const output = new Map();
  const size = new Map();
  for (const [length, first, last, id] of spans.sort((one, other) => one[0] - other[0])) {
    for (let line = first; line <= last; line++) {
      const known = size.get(line);
      if (known !== undefined && known < length) continue;
      size.set(line, length);
      push(output, line, id);
    }
  }
  return output;
}

function worst(ids) {
  return ids.map((id) => entries[id].outcome).reduce((one, other) => (rank(one) >= rank(other) ? one : other));
}

const rank = (outcome) => data.outcomes.indexOf(outcome);

function indent(text) {
  const spaces = text.search(/\S/);
  return spaces < 0 ? Infinity : spaces + (text[spaces] === "-" ? 0.5 : 0);
}

function lineOf(side, part, file, number, text, index) {
  const key = side === "source" ? spot(file, number) : number;
  const ids = index[side].get(key) ?? [];
  const line = { side, part, file, number, text, ids, indent: indent(text), shown: true, node: null };
  push(lines[side], key, line);
  return line;
}

function modelOf(part, at, index) {
  const source = part.source.map(([file, first, texts]) => ({
    file,
    lines: texts.map((text, offset) => lineOf("source", at, file, first + offset, text, index)),
  }));
  const output = part.output.map(([first, texts]) => ({
    file: -1,
    lines: texts.map((text, offset) => lineOf("output", at, -1, first + offset, text, index)),
  }));
  return { part, at, source, output, own: entries.filter((entry) => entry.part === at), drawn: false, section: null };
}

// -- drawing ------------------------------------------------------------------------------------------------------------

function drawHead() {
  byId("brand").textContent = data.project;
  byId("title").textContent = data.project;
  byId("graph-summary").textContent = data.graph;
  byId("verdict").textContent = verdict();
  byId("whole").append(bar(SHOWN.map((outcome) => [outcome, data.counts[rank(outcome)]])));
}

function verdict() {
  const total = data.counts.reduce((sum, count) => sum + count, 0);
  const count = (...names) => names.reduce((sum, name) => sum + data.counts[rank(name)], 0);
  const lost = count(...LOSSES);
  const idle = count("not needed");
  const near = count("approximated");
  const said = [`${total - lost - idle} of ${plural(total, "key")} carry over to ${TARGET}${idle ? `, and ${idle} ${are(idle)} not needed there` : ""}.`];
  if (near) said.push(`${near} ${are(near)} approximated.`);
  said.push(lost ? `${lost} ${are(lost)} lost and need${lost === 1 ? "s" : ""} a decision.` : "Nothing is lost.");
  return said.join(" ");
}

function countsOf(own) {
  return SHOWN.map((outcome) => [outcome, own.filter((entry) => entry.outcome === outcome).length]);
}

function bar(counts) {
  const there = counts.filter(([, count]) => count);
  const total = there.reduce((sum, [, count]) => sum + count, 0);
  const track = attributes(make("div", "track"), { "aria-hidden": "true" });
  for (const [outcome, count] of there) {
    const piece = make("span", slug(outcome));
    piece.style.flexGrow = String(count / total);
    track.append(piece);
  }
  const words = make("ul", "legend");
  for (const [outcome, count] of there) {
    const sign = attributes(make("span", "sign", SIGNS[outcome]), { "aria-hidden": "true" });
    words.append(make("li", slug(outcome), sign, `${count} ${outcome}`));
  }
  return make("div", "bar-of-counts", track, words);
}

function drawOutcomes() {
  for (const outcome of SHOWN) {
    const count = data.counts[rank(outcome)];
    if (!count) continue;
    const sign = attributes(make("span", "sign", SIGNS[outcome]), { "aria-hidden": "true" });
    const chip = make("button", `chip ${slug(outcome)}`, sign, `${outcome} `, make("span", "count", String(count)));
    attributes(chip, { type: "button", "aria-pressed": "false" });
    chip.addEventListener("click", () => toggleOutcome(outcome, chip));
    byId("outcomes").append(chip);
  }
}

function drawChoices(models) {
  option(byId("part"), "-1", "All parts");
  for (const model of models) option(byId("part"), String(model.at), heading(model.part));
  option(byId("code"), "", "All rules");
  for (const [code, [name]] of Object.entries(data.rules)) option(byId("code"), code, `${code} ${name}`);
}

function option(select, value, text) {
  const made = make("option", "", text);
  made.value = value;
  select.append(made);
}

function drawFindings() {
  for (const finding of data.findings) {
    const outcome = finding.outcome < 0 ? finding.severity : data.outcomes[finding.outcome];
    const rule = data.rules[finding.code];
    const code = make("span", "code", finding.code);
    if (rule) code.title = rule[0];
    finding.node = make(
      "li",
      `finding ${slug(outcome)}`,
      make("div", "finding-head", badge(outcome), code),
      ...told(finding.message, finding.hint, finding.each ? "What to do, for the first: " : "What to do: "),
      placesOf(finding),
    );
    byId("findings").append(finding.node);
  }
  if (!data.findings.length) byId("findings").append(make("li", "finding quiet", "There is nothing to complain of."));
}

function told(message, hint, lead = "What to do: ") {
  return [
    message ? make("p", "message", ...words(sentence(message))) : null,
    hint ? make("p", "todo", make("span", "todo-word", lead), ...words(sentence(hint))) : null,
  ];
}

// What stands between backticks is code.
const words = (text) => text.split("`").map((piece, at, all) => (at % 2 && at < all.length - 1 ? make("code", "", piece) : piece));
const sentence = (text) => (text ? text[0].toUpperCase() + text.slice(1) + (/[.!?]$/.test(text) ? "" : ".") : "");

function placesOf(finding) {
  const list = make("ul", "places");
  finding.places.forEach((place, at) => {
    const item = make("li", "", placeOf(place));
    item.hidden = at >= FIRST_PLACES;
    list.append(item);
  });
  const rest = finding.places.length - FIRST_PLACES;
  if (rest > 0) list.append(make("li", "", more(list, rest + finding.more)));
  return list;
}

function more(list, count) {
  const button = attributes(make("button", "plain", `and ${count} more`), { type: "button" });
  button.addEventListener("click", () => {
    for (const item of list.children) item.hidden = false;
    button.parentNode.remove();
    list.children[FIRST_PLACES].querySelector("button")?.focus();
  });
  return button;
}

function placeOf([path, file, line, said]) {
  const where = file < 0 ? "" : `${short(data.files[file])}:${line}`;
  const about = [
    make("span", "path", path || "the project"),
    where ? make("span", "faint", ` ${where}`) : null,
    said ? make("span", "said", ...words(sentence(said))) : null,
  ];
  if (file < 0 || !lines.source.has(spot(file, line))) return make("span", "", ...about);
  const button = attributes(make("button", "place", ...about), { type: "button" });
  button.addEventListener("click", () => goTo("source", spot(file, line)));
  return button;
}

const short = (file) => file.split(/[\\/]/).pop();

function drawCoverage(models) {
  for (const model of models) {
    if (!model.own.length) continue;
    const link = attributes(make("a", "part-link", heading(model.part)), { href: `#part-${model.at}` });
    const about = [model.part.type, ...model.part.traits].filter(Boolean).join(", ");
    model.row = make("li", "", make("div", "part-name", link, about ? make("span", "faint", about) : null), bar(countsOf(model.own)));
    byId("coverage").append(model.row);
  }
}

function drawSections(models) {
  const observer = new IntersectionObserver(
    (seen) => seen.filter((item) => item.isIntersecting).forEach((item) => drawLines(models[item.target.dataset.at])),
    { rootMargin: "800px" },
  );
  for (const model of models) {
    const tall = Math.max(height(model.source), height(model.output));
    const head = attributes(make("h3", "", heading(model.part)), { id: `part-${model.at}-title` });
    const about = [model.part.type, ...model.part.traits].filter(Boolean).join(", ");
    const body = make("div", "sides");
    body.style.minHeight = `${tall * 20 + 40}px`;
    model.body = body;
    model.section = make("section", "part", make("div", "part-head", head, about ? make("p", "faint", about) : null), body);
    attributes(model.section, { id: `part-${model.at}`, "aria-labelledby": `part-${model.at}-title`, "data-at": model.at });
    byId("parts").append(model.section);
    observer.observe(model.section);
  }
}

const height = (excerpts) => excerpts.reduce((sum, excerpt) => sum + excerpt.lines.length + 1, 0);

function drawLines(model) {
  if (model.drawn) return;
  model.drawn = true;
  model.body.append(drawSide(model, "source", "Compose"), drawSide(model, "output", TARGET));
  model.body.style.minHeight = "";
}

function drawSide(model, side, name) {
  const box = attributes(make("div", `side ${side}`), { role: "group", "aria-label": `${name}: ${heading(model.part)}` });
  box.append(attributes(make("p", "side-name", name), { "aria-hidden": "true" }));
  let file = -1;
  for (const excerpt of model[side]) {
    const block = make("div", "excerpt");
    if (excerpt.file !== file) block.append(attributes(make("p", "file", short(data.files[excerpt.file])), { title: data.files[excerpt.file] }));
    file = excerpt.file;
    for (const line of excerpt.lines) block.append(drawLine(line));
    excerpt.node = block;
    block.hidden = !excerpt.lines.some((line) => line.shown);
    box.append(block);
  }
  if (!model[side].length) box.append(make("p", "none faint", side === "source" ? "No line of the project." : "Nothing is written for it."));
  const first = box.querySelector("[role=button]");
  if (first) first.tabIndex = 0;
  return box;
}

function drawLine(line) {
  const node = make("div", "line", make("span", "number", String(line.number)));
  node.line = line;
  line.node = node;
  node.hidden = !line.shown;
  if (line.ids.length) makeActive(node, line);
  node.append(coloured(line.text));
  return node;
}

function makeActive(node, line) {
  const outcome = worst(line.ids);
  const where = line.side === "source" ? "Compose" : TARGET;
  node.classList.add("active", slug(outcome));
  attributes(node, {
    role: "button",
    tabindex: "-1",
    "aria-pressed": "false",
    "aria-label": `${where} line ${line.number}, ${outcome}: ${line.text.trim()}`,
  });
  if (line.side === "source") {
    const sign = attributes(make("span", "sign", SIGNS[outcome]), { "aria-hidden": "true", title: outcome });
    node.append(sign);
  }
}

function coloured(text) {
  const found = /^(\s*(?:- )*)([\w.$"'<][^\s:#]*:)(\s.*)?$/.exec(text);
  if (/^\s*#/.test(text)) return make("span", "text comment", text);
  if (!found) return make("span", "text value", text);
  return make("span", "text", found[1], make("span", "key", found[2]), found[3] ? make("span", "value", found[3]) : "");
}

// The rest is drawn when there is time, so that the browser's own search finds all of it.
function drawRest(models) {
  const waiting = models.filter((model) => !model.drawn);
  const idle = window.requestIdleCallback ?? ((act) => setTimeout(() => act({ timeRemaining: () => 10 }), 30));
  const step = (deadline) => {
    // On a busy machine there may never be time; one at a time goes on all the same.
    if (waiting.length) drawLines(waiting.shift());
    while (waiting.length && deadline.timeRemaining() > 4) drawLines(waiting.shift());
    if (waiting.length) idle(step, { timeout: 200 });
    else document.documentElement.dataset.drawn = "all";
  };
  idle(step, { timeout: 200 });
}

// -- lighting up and keeping -----------------------------------------------------------------------------------------------

function related(ids) {
  const found = new Set();
  for (const id of ids) {
    const entry = entries[id];
    for (let number = entry.first; number <= entry.last; number++) {
      for (const line of lines.source.get(spot(entry.file, number)) ?? []) found.add(line);
    }
    for (const [first, last] of entry.became) {
      for (let number = first; number <= last; number++) for (const line of lines.output.get(number) ?? []) found.add(line);
    }
  }
  return found;
}

function light(line) {
  for (const node of lit) node.classList.remove("lit", "self");
  lit = [];
  if (!line) return;
  for (const other of related(line.ids)) {
    if (!other.node) continue;
    other.node.classList.add("lit");
    lit.push(other.node);
  }
  line.node?.classList.add("self");
}

function keep(line) {
  for (const node of document.querySelectorAll('.line[aria-pressed="true"]')) node.setAttribute("aria-pressed", "false");
  pinned = line;
  light(line);
  line?.node?.setAttribute("aria-pressed", "true");
  drawPinned(line);
  // What is scrolled to is not to hide behind the panel.
  document.documentElement.style.scrollPaddingBottom = `${byId("pinned").offsetHeight + 12}px`;
  if (line) bring(counterpart(line));
}

// The first line on the other side, best one of the same part.
function counterpart(line) {
  const others = [...related(line.ids)].filter((other) => other.side !== line.side && other.shown);
  return others.find((other) => other.part === line.part) ?? others[0];
}

function bring(line) {
  if (!line) return;
  drawLines(models[line.part]);
  const box = line.node.getBoundingClientRect();
  const top = document.querySelector(".bar").offsetHeight;
  const bottom = innerHeight - (byId("pinned").hidden ? 0 : byId("pinned").offsetHeight);
  if (box.top >= top && box.bottom <= bottom) return;
  // Within the part that is looked at, nothing jumps further than it must.
  if (line.part === pinned?.part) line.node.scrollIntoView({ block: "nearest", behavior: calm() ? "auto" : "smooth" });
}

function goTo(side, key) {
  const line = (lines[side].get(key) ?? []).find((item) => item.ids.length) ?? lines[side].get(key)?.[0];
  if (!line) return;
  if (!line.shown) reset();
  drawLines(models[line.part]);
  line.node.scrollIntoView({ block: "center", behavior: calm() ? "auto" : "smooth" });
  if (line.ids.length) {
    line.node.focus({ preventScroll: true });
    keep(line);
  }
}

function drawPinned(line) {
  const box = byId("pinned");
  box.hidden = !line;
  box.replaceChildren();
  if (!line) return;
  const close = attributes(make("button", "plain close", "Let go"), { type: "button" });
  close.addEventListener("click", () => letGo());
  box.append(make("div", "pinned-list", ...line.ids.slice(0, 12).map((id) => drawEntry(entries[id]))), close);
}

function drawEntry(entry) {
  const [name, why] = data.rules[entry.codes[0]] ?? ["", ""];
  const links = make("ul", "places");
  if (lines.source.has(spot(entry.file, entry.first))) {
    links.append(make("li", "", jump("source", spot(entry.file, entry.first), `${short(data.files[entry.file])}:${entry.first}`)));
  }
  entry.became.forEach(([first], at) => links.append(make("li", "", jump("output", first, `line ${first} ${inside(entry.targets[at])}`))));
  return make(
    "article",
    "kept",
    make("p", "kept-head", badge(entry.outcome), make("strong", "path", entry.path || "the project")),
    ...told(entry.say, entry.hint),
    name ? make("p", "faint", `${entry.codes.join(", ")}: ${name}. ${why}`) : null,
    links,
  );
}

const inside = (target) => (target ?? "").replace(/^components\.[\w-]+\./, "");

function jump(side, key, text) {
  const button = attributes(make("button", "place", text), { type: "button" });
  button.addEventListener("click", () => goTo(side, key));
  return button;
}

function letGo() {
  const node = pinned?.node;
  keep(null);
  node?.focus();
}

// -- filter ---------------------------------------------------------------------------------------------------------------

function toggleOutcome(outcome, chip) {
  if (filter.outcomes.has(outcome)) filter.outcomes.delete(outcome);
  else filter.outcomes.add(outcome);
  chip.setAttribute("aria-pressed", String(filter.outcomes.has(outcome)));
  apply();
}

const isFiltered = () => Boolean(filter.outcomes.size || filter.part >= 0 || filter.code || filter.text);

function fits(entry) {
  return (!filter.outcomes.size || filter.outcomes.has(entry.outcome)) && (!filter.code || entry.codes.includes(filter.code));
}

function says(entry) {
  entry.words ??= [entry.path, entry.say, entry.hint, ...entry.codes, ...entry.targets].join("\n").toLowerCase();
  return entry.words.includes(filter.text);
}

function isWanted(line) {
  const byEntry = filter.outcomes.size || filter.code;
  const there = line.ids.map((id) => entries[id]).filter(fits);
  if (byEntry && !there.length) return false;
  if (!filter.text) return true;
  line.words ??= line.text.toLowerCase();
  return line.words.includes(filter.text) || there.some(says);
}

// Lines that fit are shown with the keys that they stand below.
function filterExcerpt(excerpt) {
  const wanted = excerpt.lines.map(isWanted);
  excerpt.lines.forEach((line, at) => {
    if (!wanted[at]) return;
    let within = line.indent;
    for (let above = at - 1; above >= 0 && within > 0; above--) {
      if (excerpt.lines[above].indent >= within) continue;
      wanted[above] = true;
      within = excerpt.lines[above].indent;
    }
  });
  return wanted;
}

function apply() {
  let shown = 0;
  let parts = 0;
  for (const model of models) {
    const count = filterPart(model);
    shown += count;
    parts += count ? 1 : 0;
  }
  filterFindings();
  const all = models.reduce((sum, model) => sum + total(model), 0);
  byId("shown").textContent = isFiltered() ? `${plural(shown, "line")} of ${all} in ${plural(parts, "part")}` : `${plural(all, "line")} in ${plural(parts, "part")}`;
  byId("reset").hidden = !isFiltered();
  byId("nothing").hidden = parts > 0;
}

const total = (model) => [...model.source, ...model.output].reduce((sum, excerpt) => sum + excerpt.lines.length, 0);

function filterPart(model) {
  const here = filter.part < 0 || filter.part === model.at;
  const free = here && !filter.outcomes.size && !filter.code && !filter.text;
  let count = 0;
  for (const excerpt of [...model.source, ...model.output]) {
    const wanted = here && !free ? filterExcerpt(excerpt) : null;
    let any = false;
    excerpt.lines.forEach((line, at) => {
      const show = free || Boolean(wanted?.[at]);
      any ||= show;
      count += show ? 1 : 0;
      if (show !== line.shown) {
        line.shown = show;
        if (line.node) line.node.hidden = !show;
      }
    });
    if (excerpt.node) excerpt.node.hidden = !any;
  }
  model.section.hidden = !count;
  if (model.row) model.row.hidden = !here;
  return count;
}

function filterFindings() {
  let count = 0;
  for (const finding of data.findings) {
    const outcome = finding.outcome < 0 ? "" : data.outcomes[finding.outcome];
    finding.words ??= [finding.message, finding.hint, finding.code, ...finding.places.flatMap(([path, , , said]) => [path, said])].join("\n").toLowerCase();
    const inPart = filter.part < 0 || finding.places.some(([path]) => isIn(path, data.parts[filter.part].name));
    const show =
      inPart &&
      (!filter.outcomes.size || filter.outcomes.has(outcome)) &&
      (!filter.code || finding.code === filter.code) &&
      finding.words.includes(filter.text);
    finding.node.hidden = !show;
    count += show ? 1 : 0;
  }
  byId("findings-section").hidden = isFiltered() && !count;
}

const isIn = (path, name) => path === name || path.startsWith(`${name}.`) || path.startsWith(`${name}[`);

function reset() {
  Object.assign(filter, { part: -1, code: "", text: "" });
  filter.outcomes.clear();
  for (const chip of byId("outcomes").children) chip.setAttribute("aria-pressed", "false");
  byId("search").value = "";
  byId("part").value = "-1";
  byId("code").value = "";
  apply();
}

// -- what a person does -----------------------------------------------------------------------------------------------------

function listenToFilter() {
  let waiting = 0;
  byId("search").addEventListener("input", (event) => {
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      filter.text = event.target.value.trim().toLowerCase();
      apply();
    }, 80);
  });
  byId("part").addEventListener("change", (event) => {
    filter.part = Number(event.target.value);
    apply();
  });
  byId("code").addEventListener("change", (event) => {
    filter.code = event.target.value;
    apply();
  });
  byId("reset").addEventListener("click", () => {
    reset();
    byId("search").focus();
  });
}

const activeAt = (event) => event.target.closest?.(".line.active");

function listenToLines() {
  const box = byId("parts");
  box.addEventListener("pointerover", (event) => {
    if (!pinned) light(activeAt(event)?.line ?? null);
  });
  box.addEventListener("pointerleave", () => {
    if (!pinned) light(null);
  });
  box.addEventListener("focusin", (event) => {
    const node = activeAt(event);
    if (!node) return;
    for (const other of node.closest(".side").querySelectorAll('.line[tabindex="0"]')) other.tabIndex = -1;
    node.tabIndex = 0;
    if (!pinned) light(node.line);
  });
  box.addEventListener("click", (event) => {
    const node = activeAt(event);
    if (node && getSelection().isCollapsed) keep(pinned === node.line ? null : node.line);
  });
  box.addEventListener("keydown", onLineKey);
}

function onLineKey(event) {
  const node = activeAt(event);
  if (!node) return;
  const step = { ArrowDown: 1, ArrowUp: -1, Home: -Infinity, End: Infinity }[event.key];
  if (event.key === "Enter" || event.key === " ") keep(pinned === node.line ? null : node.line);
  else if (event.key === "ArrowLeft" || event.key === "ArrowRight") cross(node.line);
  else if (step) move(node, step);
  else return;
  event.preventDefault();
}

function move(node, step) {
  const there = [...node.closest(".side").querySelectorAll(".line.active:not([hidden])")];
  const at = Math.min(Math.max(there.indexOf(node) + step, 0), there.length - 1);
  there[at].focus();
}

function cross(line) {
  const other = counterpart(line);
  if (!other) return;
  drawLines(models[other.part]);
  other.node.focus();
}

function listenToKeys() {
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && pinned) letGo();
    const typing = event.target.closest("input, select, textarea");
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      byId("search").focus();
    }
  });
}

// -- the drawing ------------------------------------------------------------------------------------------------------------

function prepareDrawing() {
  const picture = document.querySelector("svg.c2o");
  const wide = picture.viewBox.baseVal.width;
  let scale = 1;
  const show = (wanted) => {
    scale = Math.min(2, Math.max(0.1, wanted));
    picture.style.width = `${wide * scale}px`;
    picture.style.height = "auto";
  };
  const fit = () => Math.min(1, byId("drawing").clientWidth / wide);
  byId("smaller").addEventListener("click", () => show(scale / 1.25));
  byId("larger").addEventListener("click", () => show(scale * 1.25));
  byId("fit").addEventListener("click", () => show(fit()));
  // Smaller than this, nobody can read it.
  show(Math.max(0.6, fit()));
  listenToNodes(picture);
}

function listenToNodes(picture) {
  const nodes = [...picture.querySelectorAll(".node")];
  const edges = [...picture.querySelectorAll(".edge")];
  const mark = (node) => {
    const id = node?.dataset.id;
    const near = new Set([id]);
    for (const edge of edges) {
      const own = Boolean(id) && (edge.dataset.from === id || edge.dataset.to === id);
      edge.classList.toggle("near", own);
      if (own) near.add(edge.dataset.from).add(edge.dataset.to);
    }
    for (const other of nodes) other.classList.toggle("near", Boolean(id) && near.has(other.dataset.id));
    picture.classList.toggle("looking", Boolean(id));
  };
  for (const kind of ["pointerover", "focusin"]) picture.addEventListener(kind, (event) => mark(event.target.closest(".node")));
  for (const kind of ["pointerleave", "focusout"]) picture.addEventListener(kind, () => mark(null));
}

// -- light and dark -----------------------------------------------------------------------------------------------------------

function prepareTheme() {
  const button = byId("theme");
  const stored = () => {
    try {
      return localStorage.getItem("compose2oam-theme");
    } catch {
      return null;
    }
  };
  const show = (dark) => {
    document.documentElement.dataset.theme = dark ? "dark" : "light";
    button.setAttribute("aria-pressed", String(dark));
  };
  const system = matchMedia("(prefers-color-scheme: dark)");
  const chosen = stored();
  show(chosen ? chosen === "dark" : system.matches);
  system.addEventListener("change", () => stored() ?? show(system.matches));
  button.addEventListener("click", () => {
    const dark = button.getAttribute("aria-pressed") !== "true";
    show(dark);
    try {
      localStorage.setItem("compose2oam-theme", dark ? "dark" : "light");
    } catch {
      // A browser that keeps nothing forgets the choice.
    }
  });
}

// -- all of it ---------------------------------------------------------------------------------------------------------------

prepareTheme();
const index = indexEntries();
const models = data.parts.map((part, at) => modelOf(part, at, index));
drawHead();
drawOutcomes();
drawChoices(models);
drawFindings();
drawCoverage(models);
drawSections(models);
prepareDrawing();
listenToFilter();
listenToLines();
listenToKeys();
apply();
document.documentElement.dataset.ready = "yes";
drawRest(models);
