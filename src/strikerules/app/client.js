// What the page does in the browser: it sends what is changed, and shows what comes back.
// All answers are the server's; nothing is decided here.
(() => {
  "use strict";
  const NEAR = 18; // pixels within which a point is taken hold of
  const $ = (id) => document.getElementById(id);
  let inbox, outbox, maps, pans, ends;
  let held = null; // the point that is being dragged: {end, map}
  let asking = false, next = null; // one position is under way at most, the newest waits
  let marked = new Set();

  const GONE = "No answer. Is <code>strikerules app</code> still running? Reload the page once it is.";
  let waiting = null;

  function send(message) {
    inbox.data = {message: [JSON.stringify(message)]};
    waiting ??= setTimeout(() => show({notice: GONE}), 8000);
  }

  // -- what comes back

  function show(message) {
    if (message.number !== undefined) {
      clearTimeout(waiting);
      waiting = null;
      if ($("notice").source === GONE) message.notice ??= "";
    }
    for (const [id, html] of Object.entries(message.html ?? {})) fill($(id), html);
    if (message.two !== undefined) {
      document.body.classList.toggle("two", message.two);
      $("swap").hidden = !message.two;
    }
    for (const [key, text] of Object.entries(message.values ?? {})) {
      const control = field(key);
      if (control) control.value = text;
    }
    if (message.hints) hint(message.hints);
    if (message.errors) mark(message.errors);
    if (message.scenarios) offer(message.scenarios);
    if (message.slider) slide(message.slider);
    if (message.spoken !== undefined && $("spoken").textContent !== message.spoken) {
      $("spoken").textContent = message.spoken;
    }
    if (message.busy !== undefined) {
      $("busy").hidden = !message.busy;
      document.body.classList.toggle("stale", message.busy);
    }
    if (message.working !== undefined) {
      $("working").textContent = message.working;
      $("working").hidden = !message.working;
    }
    if (message.notice !== undefined) {
      $("notice").innerHTML = $("notice").source = message.notice;
      $("notice").hidden = !message.notice;
    }
    if (message.ms !== undefined) {
      $("ms").textContent = `Answered in ${message.ms} ms.`;
      document.body.dataset.answers = Number(document.body.dataset.answers ?? 0) + 1;
      asking = false;
      if (next) { const newest = next; next = null; move(newest); }
    }
    if (message.download) save(new Blob([message.download.text], {type: message.download.mime}), message.download.name);
  }

  function fill(element, html) {
    if (!element || element.innerHTML === html || element.source === html) return;
    const active = document.activeElement;
    const key = element.contains(active) ? active.dataset.key : null;
    const opened = [...element.querySelectorAll("details")].map((one) => one.open);
    element.innerHTML = html;
    element.source = html;
    element.querySelectorAll("details").forEach((one, i) => { one.open = opened[i] ?? one.open; });
    if (key) field(key)?.focus();
  }

  const field = (key) => document.querySelector(`[data-key="${CSS.escape(key)}"]`);

  function hint(hints) {
    for (const [key, text] of Object.entries(hints)) {
      const control = field(key);
      if (control?.tagName === "SELECT") control.title = control.options[0].textContent = text;
      else if (control) control.placeholder = text;
    }
  }

  function mark(errors) {
    for (const key of marked) {
      if (key in errors) continue;
      const control = field(key);
      control?.removeAttribute("aria-invalid");
      if (control) $(`e-${control.id}`).innerHTML = "";
    }
    marked = new Set(Object.keys(errors));
    for (const [key, html] of Object.entries(errors)) {
      const control = field(key);
      if (!control) continue;
      control.setAttribute("aria-invalid", "true");
      const place = $(`e-${control.id}`);
      if (place.innerHTML !== html) place.innerHTML = html;
      control.closest("details").open = true;
    }
  }

  function offer({names, chosen}) {
    const list = $("choose");
    list.replaceChildren(new Option("…", ""), ...names.map((name) => new Option(name, name)));
    list.value = chosen;
    $("scenarios").hidden = names.length === 0;
  }

  function slide({first, days, day, text, stretches}) {
    const slider = $("day");
    slider.max = days;
    slider.dataset.first = first;
    if (document.activeElement !== slider || day === null) slider.value = day ?? Math.round(days / 2);
    slider.classList.toggle("unset", day === null);
    slider.setAttribute("aria-valuetext", text);
    $("day-text").textContent = text;
    const bars = stretches.map((one) => {
      const bar = document.createElement("span");
      bar.style.flex = `${one.days} 0 0`;
      bar.textContent = bar.title = one.words;
      bar.title = `${one.words}, from ${one.first}`;
      bar.className = one.sure ? "" : "open";
      return bar;
    });
    $("stretches").replaceChildren(...bars);
    $("in-force").textContent = stretches.map((one) => `from ${one.first} ${one.words}`).join("; ");
  }

  function save(blob, name) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  }

  // -- what is done on the page

  const dayAt = (slider) => {
    const day = new Date(`${slider.dataset.first}T00:00:00Z`);
    day.setUTCDate(day.getUTCDate() + Number(slider.value));
    return day.toISOString().slice(0, 10);
  };

  function listen() {
    document.addEventListener("change", (event) => {
      const control = event.target;
      if (control.dataset.key) send({kind: "field", key: control.dataset.key, text: control.value});
      else if (control.id === "choose" && control.value) send({kind: "choose", name: control.value});
      else if (control.id === "open") read(control);
    });
    $("day").addEventListener("input", (event) => {
      const text = dayAt(event.target);
      event.target.setAttribute("aria-valuetext", text);
      if (field("date")) field("date").value = text;
      send({kind: "field", key: "date", text});
    });
    document.addEventListener("click", (event) => {
      const button = event.target.closest("[data-press]");
      if (!button) return;
      if (button.dataset.press === "png") picture();
      else send({kind: "press", name: button.dataset.press, what: button.dataset.what ?? ""});
    });
  }

  async function read(control) {
    const file = control.files[0];
    if (!file) return;
    if (file.size > 4e6) show({notice: "The file is larger than 4 MB."});
    else {
      show({notice: ""});
      send({kind: "open", name: file.name, text: await file.text()});
    }
    control.value = "";
  }

  // -- the map

  function move(message) {
    if (asking && !message.final) { next = message; return; }
    next = null;
    asking = true;
    send({kind: "move", ...message});
  }

  function nearest(name, x, y) {
    const map = maps[name];
    const wide = map.inner_width / (map.x_range.end - map.x_range.start);
    const tall = map.inner_height / (map.y_range.end - map.y_range.start);
    let best = null, least = NEAR;
    for (const [end, source] of Object.entries(ends[name])) {
      if (!source.data.x?.length) continue;
      const away = Math.hypot((source.data.x[0] - x) * wide, (source.data.y[0] - y) * tall);
      if (away < least) { least = away; best = end; }
    }
    return best;
  }

  function place(end, x, y) {
    for (const sources of Object.values(ends)) {
      const label = sources[end].data.label?.[0] ?? end;
      sources[end].data = {x: [x], y: [y], label: [label]};
    }
  }

  // while a point is held the map stays where it is, and nothing is said of what lies below
  function grasp(name, held) {
    pans[name].active = !held;
    const views = Bokeh.index.find_one(maps[name]).tool_views;
    for (const tool of maps[name].toolbar.tools) {
      if (tool.type !== "HoverTool") continue;
      if (held) views?.get(tool)?._move_exit?.(); // what stands there would stay
      tool.active = !held;
    }
  }

  function gesture(kind, name, {x, y}) {
    if (!maps) return;
    if (kind === "tap" || kind === "doubletap") {
      const end = document.querySelector("input[name=mode]:checked").value;
      if (end !== "nothing") move({place: end, x, y, final: true});
    } else if (kind === "mousemove") {
      if (held) return;
      const over = nearest(name, x, y);
      pans[name].active = over === null;
      $(name.replace("_", "-")).style.cursor = over ? "grab" : "";
    } else if (kind === "panstart") {
      const end = nearest(name, x, y);
      held = end ? {end, name} : null;
      if (held) grasp(name, true);
    } else if (held && held.name === name) {
      const final = kind === "panend";
      place(held.end, x, y);
      move({place: held.end, x, y, final});
      if (final) { held = null; grasp(name, false); }
    }
  }

  // -- the map as a picture, with the verdict above it and the bounds below

  async function picture() {
    const two = document.body.classList.contains("two");
    const scale = window.devicePixelRatio || 1, px = (n) => n * scale;
    const shots = (two ? ["a", "b"] : ["a"]).map((side) => {
      const view = Bokeh.index.find_one(maps[`map_${side}`]), frame = view.frame.bbox;
      return {side, frame, image: view.export("png", true).canvas};
    });
    const width = shots.reduce((sum, one) => sum + px(one.frame.width + 20), px(20));
    const tall = px(shots[0].frame.height), head = px(84), foot = px(112);
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [width, tall + head + foot];
    const pen = canvas.getContext("2d");
    const font = (size, weight = "") => { pen.font = `${weight} ${px(size)}px system-ui, sans-serif`; };
    pen.fillStyle = "white";
    pen.fillRect(0, 0, canvas.width, canvas.height);
    let left = px(20);
    for (const {side, frame, image} of shots) {
      const words = $(`verdict-${side}`), wide = px(frame.width);
      pen.fillStyle = "#1a1a1a";
      font(20, "bold");
      pen.fillText(words.querySelector(".word").textContent, left, px(32), wide);
      font(13);
      const said = (words.querySelector("div > p")?.innerText ?? "").replace(/\s+/g, " ");
      wrap(pen, said, wide).slice(0, 2).forEach((line, i) => pen.fillText(line, left, px(53 + 17 * i)));
      pen.drawImage(image, px(frame.left), px(frame.top), wide, tall, left, head, wide, tall);
      left += wide + px(20);
    }
    font(12);
    let along = px(20), down = tall + head + px(20);
    for (const item of document.querySelectorAll(".legend li")) {
      const mark = item.querySelector("i"), fill = mark?.style.getPropertyValue("--fill");
      if (mark && !fill) continue;
      const text = item.textContent + (mark?.classList.contains("hatched") ? " (hatched)" : "");
      const wide = pen.measureText(text).width + px(fill ? 23 : 0);
      if (along + wide > width - px(20)) { along = px(20); down += px(18); }
      if (fill) {
        pen.fillStyle = `color-mix(in srgb, ${fill} 50%, white)`;
        pen.fillRect(along, down - px(10), px(18), px(11));
      }
      pen.fillStyle = "#1a1a1a";
      pen.fillText(text, along + px(fill ? 23 : 0), down);
      along += wide + px(14);
    }
    const below = document.querySelector("footer p").innerText.replace(/Answered in.*?ms\.\s*/, "");
    const name = $("f-name").value;
    wrap(pen, `${name}, ${$("day-text").textContent}. ${below}`, width - px(40)).forEach((line, i) => {
      pen.fillText(line, px(20), down + px(22 + 16 * i));
    });
    const blob = await new Promise((done) => canvas.toBlob(done, "image/png"));
    save(blob, `${name.replace(/[^A-Za-z0-9._-]+/g, "-") || "case"}.png`);
  }

  function wrap(pen, text, width) {
    const lines = [""];
    for (const word of text.split(/\s+/)) {
      const longer = `${lines.at(-1)} ${word}`.trim();
      if (pen.measureText(longer).width > width) lines.push(word);
      else lines[lines.length - 1] = longer;
    }
    return lines;
  }

  function start(models) {
    ({inbox, outbox, maps, pans, ends} = models);
    Object.assign(window.live, models);
    outbox.properties.data.change.connect(() => {
      for (const text of outbox.data.message) show(JSON.parse(text));
    });
    listen();
    send({kind: "ready"});
  }

  window.live = {start, gesture};
})();
