// Puts the maps into the page, and ties each to its table and its list of layers.
"use strict";
(() => {
  const data = document.getElementById("maps");
  if (data === null) return;
  const {docs, items, titles} = JSON.parse(data.textContent);

  const element = (name, text, parent) => {
    const made = document.createElement(name);
    if (text !== null) made.textContent = text;
    parent.append(made);
    return made;
  };

  const layersOf = (figure) => {
    const found = new Map();
    for (const drawn of figure.renderers) {
      const layer = drawn.tags[0];
      if (layer === undefined) continue;
      found.set(layer, [...(found.get(layer) ?? []), drawn]);
    }
    return found;
  };

  const isThere = (drawn) => {
    const columns = drawn.data_source.data;
    return (columns.xs ?? columns.x ?? []).length > 0;
  };

  const tie = (figure) => {
    const id = figure.name;
    const part = document.getElementById(`${id}-live`);
    const table = document.querySelector(`table[data-map="${id}"]`);
    const said = document.getElementById(`${id}-said`);
    const layers = layersOf(figure);

    const box = document.getElementById(`${id}-layers`);
    for (const layer of Object.keys(titles)) {
      const drawn = layers.get(layer);
      if (drawn === undefined || !drawn.some(isThere)) continue;
      const label = element("label", null, box);
      const check = element("input", null, label);
      check.type = "checkbox";
      check.checked = drawn[0].visible;
      const swatch = element("span", "", label);
      swatch.className = `swatch ${layer.replaceAll("_", "-")}`;
      label.append(titles[layer]);
      check.addEventListener("change", () => {
        for (const one of drawn) one.visible = check.checked;
      });
      drawn[0].properties.visible.change.connect(() => {
        check.checked = drawn[0].visible;
      });
    }

    // where there is little room the boxes below the map are the legend
    const [legend] = figure.right;
    const fit = () => {
      if (legend !== undefined) legend.visible = part.clientWidth >= 640;
    };
    fit();
    window.addEventListener("resize", fit);

    const regions = figure.renderers.filter((r) => r.data_source.data.row !== undefined);
    let busy = false;
    const show = (row) => {
      let found = false;
      busy = true;
      for (const drawn of regions) {
        const rows = Array.from(drawn.data_source.data.row);
        const at = rows.indexOf(row);
        drawn.data_source.selected.indices = at < 0 ? [] : [at];
        if (at < 0) continue;
        found = true;
        const columns = drawn.data_source.data;
        said.replaceChildren();
        element("strong", `Part ${row + 1}: ${columns.words[at]} (${columns.area[at]})`, said);
        element("span", `${columns.reasons[at]}\nclaims: ${columns.citations[at]}`, said);
      }
      busy = false;
      for (const line of table?.querySelectorAll("tr[data-row]") ?? []) {
        const chosen = Number(line.dataset.row) === row;
        line.classList.toggle("chosen", chosen);
        line.querySelector("button")?.setAttribute("aria-pressed", String(chosen));
      }
      if (row === null) said.textContent = said.dataset.hint;
      else if (!found) said.textContent = "This part lies outside the map.";
    };
    for (const drawn of regions) {
      drawn.data_source.selected.properties.indices.change.connect(() => {
        if (busy) return;
        const [at] = drawn.data_source.selected.indices;
        show(at === undefined ? null : drawn.data_source.data.row[at]);
      });
    }
    for (const line of table?.querySelectorAll("tr[data-row]") ?? []) {
      const row = Number(line.dataset.row);
      const there = regions.some((r) => Array.from(r.data_source.data.row).includes(row));
      if (!there) continue;
      const button = element("button", "show on the map", line.cells[1]);
      button.type = "button";
      button.setAttribute("aria-label", `show part ${row + 1} on the map`);
      button.setAttribute("aria-pressed", "false");
      button.addEventListener("click", () => {
        show(button.getAttribute("aria-pressed") === "true" ? null : row);
        part.scrollIntoView({block: "nearest"});
      });
    }
    part.dataset.ready = "true";
  };

  const start = async () => {
    try {
      await Bokeh.embed.embed_items(docs, items);
    } catch (error) {
      document.body.classList.add("no-script");
      throw error;
    }
    for (const doc of Bokeh.documents) {
      for (const root of doc.roots()) {
        if (document.getElementById(`${root.name}-live`) !== null) tie(root);
      }
    }
  };
  document.body.classList.remove("no-script");
  start();

  const closed = [];
  window.addEventListener("beforeprint", () => {
    for (const part of document.querySelectorAll("details:not([open])")) {
      part.open = true;
      closed.push(part);
    }
  });
  window.addEventListener("afterprint", () => {
    for (const part of closed.splice(0)) part.open = false;
  });
})();
