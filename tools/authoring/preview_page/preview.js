"use strict";

const $ = (id) => document.getElementById(id);
const chosen = { template: "", case: "sample", locale: "en", paper: "" };
let stamp = "";
let own = null; // data that were written on the page
let isWritten = false; // as soon as a key is pressed, before the text is read
let drawings = 0;
let shownDrawing = null;

async function get(path) {
  const answer = await fetch(path);
  const body = await answer.json();
  if (!answer.ok) throw new Error(body.message);
  return body;
}

function buttons(place, name, values) {
  place.replaceChildren(
    ...values.map((value) => {
      const button = document.createElement("button");
      button.textContent = value;
      button.setAttribute("aria-pressed", String(value === chosen[name]));
      button.onclick = () => choose(name, value);
      return button;
    }),
  );
}

function options(place, values, selected) {
  place.replaceChildren(...values.map((value) => new Option(value, value, false, value === selected)));
}

async function choose(name, value) {
  chosen[name] = value;
  if (name === "template" || name === "case") {
    clearTimeout(typing);
    own = null;
    isWritten = false;
  }
  if (name === "template") {
    Object.assign(chosen, { case: "sample", paper: "" });
    $("lines").replaceChildren();
    $("origin").replaceChildren("Click a word on a page.");
  }
  remember();
  await refresh();
}

function remember() {
  history.replaceState(null, "", `#${new URLSearchParams(chosen)}`);
}

async function refresh() {
  try {
    const known = await get(`/choices?${new URLSearchParams({ template: chosen.template })}`);
    options($("case"), known.cases, chosen.case);
    buttons($("locales"), "locale", known.locales);
    buttons($("papers"), "paper", known.papers);
    if (!isWritten) $("data").value = JSON.stringify(known.sample, null, 2);
  } catch {
    // What is wrong with the template is among its findings.
  }
  if ($("source-part").open) await readSources();
  await draw();
}

async function draw() {
  const number = ++drawings;
  const began = performance.now();
  $("state").textContent = "drawing …";
  const answer = await fetch("/draw", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ ...chosen, data: own }),
  });
  const drawn = await answer.json();
  if (number !== drawings) return; // a later save was faster
  show(drawn);
  const wall = Math.round(performance.now() - began);
  $("state").textContent = drawn.is_good ? `drawn in ${wall} ms (${drawn.cpu_ms} ms of CPU)` : "the last good pages";
  $("state").dataset.drawing = String(number);
  const more = await get(`/findings?${new URLSearchParams({ template: chosen.template })}`);
  if (number === drawings) list([...drawn.findings, ...more.findings]);
}

function show(drawn) {
  $("pages").classList.toggle("stale", !drawn.is_good);
  list(drawn.findings);
  if (drawn.drawing === null) {
    $("pages").replaceChildren();
    return;
  }
  if (shownDrawing !== drawn.drawing) outline([]);
  shownDrawing = drawn.drawing;
  $("pdf").href = `/report/${drawn.drawing}`;
  // Pages are changed in place, so that the window stays where it is.
  const shown = $("pages").children;
  while (shown.length > drawn.pages.length) shown[shown.length - 1].remove();
  drawn.pages.forEach((page, index) => {
    let figure = shown[index];
    if (!figure) {
      figure = document.createElement("div");
      figure.className = "page";
      const picture = document.createElement("img");
      picture.loading = "lazy";
      figure.append(picture);
      figure.onclick = (event) => follow(event, index);
      $("pages").append(figure);
    }
    figure.style.aspectRatio = `${page.width} / ${page.height}`;
    const picture = figure.querySelector("img");
    picture.alt = `Page ${index + 1}`;
    picture.src = `/pictures/${drawn.drawing}/${index}`;
    figure.querySelector(".change")?.remove();
    if (page.change && drawn.is_good) mark(figure, page.change);
  });
}

// The words of the pages that are shown, asked for when the first of them is clicked.
let words = { drawing: null, pages: null };
let sources = {};
let chosenLine = { file: "", line: 0 }; // in the source, which may be listed again at any time

async function wordsOf(drawing) {
  if (words.drawing !== drawing) words = { drawing, pages: (await get(`/words/${drawing}`)).pages };
  return words.pages;
}

async function follow(event, page) {
  const drawing = shownDrawing;
  const box = event.currentTarget.getBoundingClientRect();
  const [x, y] = [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
  $("origin").replaceChildren("looking …");
  try {
    const known = (await wordsOf(drawing))[page] ?? [];
    const near = 0.004;
    const index = known.findIndex(
      ({ place: [left, top, right, bottom] }) =>
        x >= left - near && x <= right + near && y >= top - near && y <= bottom + near,
    );
    if (index < 0) {
      outline([]);
      $("origin").replaceChildren("There is no word. Click one on a page.");
      return;
    }
    outline([[page, index]]);
    const found = await get(`/origins/${drawing}/${page}/${index}`);
    tell(known[index].text, found.origins);
  } catch (error) {
    $("origin").replaceChildren(error.message);
  }
}

function tell(word, origins) {
  const title = document.createElement("p");
  title.append(Object.assign(document.createElement("strong"), { textContent: word }));
  if (!origins.length) title.append(" has no origin that is known.");
  const parts = origins.map((each) => {
    const part = document.createElement("div");
    part.className = "origin";
    part.append(button(each.place, () => toSource(each.file, each.line)));
    part.append(Object.assign(document.createElement("pre"), { textContent: each.source }));
    for (const [name, found] of [
      ["Data", each.data],
      ["Beside it", each.beside],
      ["labels.json", each.labels],
    ]) {
      if (!found.pointers.length) continue;
      const list = document.createElement("p");
      list.append(`${name}: `);
      for (const pointer of found.pointers) {
        list.append(
          name !== "labels.json"
            ? button(pointer, () => toPlaces({ pointer }))
            : Object.assign(document.createElement("code"), { textContent: pointer }),
          " ",
        );
      }
      if (!found.is_whole) list.append("and more");
      part.append(list);
    }
    return part;
  });
  $("origin").replaceChildren(title, ...parts);
}

function button(text, action) {
  const made = Object.assign(document.createElement("button"), { type: "button", textContent: text });
  made.onclick = action;
  return made;
}

function outline(found) {
  document.querySelectorAll(".found").forEach((each) => each.remove());
  found.forEach(([page, index], number) => {
    const [left, top, right, bottom] = words.pages[page][index].place;
    const box = document.createElement("div");
    box.className = "found";
    Object.assign(box.style, {
      left: `${left * 100}%`,
      top: `${top * 100}%`,
      width: `${(right - left) * 100}%`,
      height: `${(bottom - top) * 100}%`,
    });
    $("pages").children[page]?.append(box);
    if (number === 0 && found.length > 1) box.scrollIntoView({ block: "nearest" });
  });
}

async function toPlaces(asked) {
  try {
    await wordsOf(shownDrawing);
    const found = (await get(`/places/${shownDrawing}?${new URLSearchParams(asked)}`)).words;
    outline(found);
    if (found.length) $("pages").querySelector(".found").scrollIntoView({ block: "nearest" });
    else $("origin").replaceChildren("That prints no word on these pages.");
  } catch (error) {
    $("origin").replaceChildren(error.message);
  }
}

async function toSource(file, line) {
  $("source-part").open = true;
  chosenLine = { file, line };
  await readSources();
  $("file").value = file;
  listLines();
  $("lines").children[line - 1]?.scrollIntoView({ block: "center" });
}

async function readSources() {
  sources = (await get(`/sources?${new URLSearchParams({ template: chosen.template })}`)).sources;
  const before = chosenLine.file in sources ? chosenLine.file : $("file").value;
  options($("file"), Object.keys(sources), before in sources ? before : `${chosen.template}/template.html.j2`);
  listLines();
}

function listLines() {
  const file = $("file").value;
  $("lines").replaceChildren(
    ...(sources[file] ?? []).map((text, index) => {
      const row = document.createElement("li");
      row.className = chosenLine.file === file && chosenLine.line === index + 1 ? "chosen" : "";
      const line = button(text || " ", () => {
        $("lines").querySelector(".chosen")?.classList.remove("chosen");
        row.classList.add("chosen");
        chosenLine = { file, line: index + 1 };
        toPlaces({ file, line: index + 1 });
      });
      row.append(line);
      return row;
    }),
  );
}

function mark(figure, [left, top, right, bottom]) {
  const box = document.createElement("div");
  box.className = "change";
  box.title = "Changed since the last good drawing";
  Object.assign(box.style, {
    left: `${left * 100}%`,
    top: `${top * 100}%`,
    width: `${(right - left) * 100}%`,
    height: `${(bottom - top) * 100}%`,
  });
  figure.append(box);
}

function list(findings) {
  // A render says again what reading has found; of two at one place in a line, the first is enough.
  const once = new Map();
  for (const each of findings) {
    const key = /:\d+:\d+$/.test(each.place) ? each.place : each.lines.join("\n");
    if (!once.has(key)) once.set(key, each);
  }
  const items = [...once.values()].map((each) => {
    const item = document.createElement("li");
    item.className = each.severity;
    each.lines.forEach((line, index) => {
      const text = document.createElement("pre");
      text.className = index === 0 ? "said" : "";
      if (/^ +\^$/.test(line)) return; // the mark in the line above says it in every font
      text.textContent = line;
      const caret = each.lines[index + 1]?.match(/^( +)\^$/);
      if (caret) underline(text, line, caret[1].length);
      item.append(text);
    });
    return item;
  });
  if (!items.length) items.push(Object.assign(document.createElement("li"), { textContent: "Nothing is wrong." }));
  $("findings").replaceChildren(...items);
}

function underline(place, line, start) {
  const end = start + (line.slice(start).match(/^\w+/)?.[0].length ?? 1);
  const marked = document.createElement("mark");
  marked.textContent = line.slice(start, end);
  place.replaceChildren(line.slice(0, start), marked, line.slice(end));
}

async function watch() {
  for (;;) {
    try {
      const now = await get(`/changed?${new URLSearchParams({ stamp })}`);
      if (now.stamp !== stamp) {
        stamp = now.stamp;
        await refresh();
      }
    } catch {
      $("state").textContent = "the server has ended";
      await new Promise((done) => setTimeout(done, 1000));
    }
  }
}

$("file").onchange = () => {
  chosenLine = { file: $("file").value, line: 0 };
  listLines();
};
$("source-part").ontoggle = () => {
  if ($("source-part").open && !$("lines").children.length) readSources();
};

let typing;
$("template").onchange = (event) => choose("template", event.target.value);
$("case").onchange = (event) => choose("case", event.target.value);
$("reset").onclick = () => choose("case", chosen.case);
$("data").oninput = (event) => {
  isWritten = true;
  clearTimeout(typing);
  typing = setTimeout(() => {
    try {
      own = JSON.parse(event.target.value);
      draw();
    } catch (error) {
      list([{ severity: "error", lines: [`data: ${error.message}`] }]);
    }
  }, 200);
};

(async () => {
  const known = await get("/templates");
  stamp = known.stamp;
  Object.assign(chosen, Object.fromEntries(new URLSearchParams(location.hash.slice(1))));
  if (!known.templates.includes(chosen.template)) chosen.template = known.templates[0] ?? "";
  options($("template"), known.templates, chosen.template);
  await refresh();
  watch();
})();
