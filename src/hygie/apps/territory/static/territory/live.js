// The live map of the scenario page. Everything it does, the forms of the page do as well.
// The address holds every change: this script only asks the server for the answer to another address.
const page = document.querySelector("[data-live-page]");
const one = (selector) => page.querySelector(selector);
const style = getComputedStyle(document.documentElement);
const colour = (name) => style.getPropertyValue(name).trim();

const LOOKS = {
  "map-none": "--map-none", "map-few": "--map-few", "map-zero": "--map-zero",
  "map-better-1": "--map-better-1", "map-better-2": "--map-better-2", "map-better-3": "--map-better-3",
  "map-worse-1": "--map-2", "map-worse-2": "--map-3", "map-worse-3": "--map-5",
};
const look = (name) => colour(LOOKS[name] ?? `--${name}`);
const rank = (letter) => parseInt(letter, 36);

const FRENCH = {
  "NavigationControl.ZoomIn": "Agrandir la carte",
  "NavigationControl.ZoomOut": "Réduire la carte",
  "Map.Title": "Carte : un clic ouvre, ferme ou déplace un lieu",
  "ScaleControl.Meters": "m",
  "ScaleControl.Kilometers": "km",
};

const state = { cells: null, view: "shift", key: "", moving: null, asked: null, map: null, scene: null, markers: [] };

function steps() {
  return new URLSearchParams(location.search).getAll("e");
}

function say(words) {
  one("[data-status]").textContent = words;
}

function hint(words) {
  const line = one("[data-hint]");
  if (line) line.textContent = words;
}

async function ask(search, extra) {
  const query = new URLSearchParams(search);
  for (const name of [...query.keys()]) if (name !== "e") query.delete(name);
  for (const [name, value] of Object.entries(extra)) query.set(name, value);
  const answer = await fetch(`${page.dataset.reply}?${query}`, {
    signal: state.asked.signal, headers: { Accept: "application/json" },
  });
  const told = await answer.json();
  if (told.error || !answer.ok) throw new Error(told.error ?? "La réponse n’est pas venue.");
  return told;
}

// Ask for the answer to an address, show it, then its printed maps once nothing else is asked.
async function go(search, { push = true } = {}) {
  state.asked?.abort();
  const asked = (state.asked = new AbortController());
  page.dataset.busy = "";
  try {
    const told = await ask(search, { indicateur: state.key });
    if (push) history.pushState(null, "", told.address);
    show(told);
    say(told.question || "Aucun changement.");
    hint("");
    if (told.answer) {
      await new Promise((done) => setTimeout(done, 400));
      if (asked.signal.aborted) return;
      const drawn = await ask(location.search, { indicateur: state.key, cartes: "1" });
      one("[data-region=answer]").innerHTML = drawn.answer;
    }
  } catch (error) {
    if (error.name === "AbortError") return;
    say(error.message);
    hint(error.message);
  } finally {
    if (state.asked === asked) delete page.dataset.busy;
  }
}

// The fragments are ours, written and escaped by the server; nothing typed is ever put in as markup.
function show(told) {
  const typed = one("#nom")?.value ?? "";
  one("[data-region=steps]").innerHTML = told.steps;
  if (one("#nom")) one("#nom").value = typed;
  one("[data-region=answer]").innerHTML = told.answer;
  for (const form of page.querySelectorAll("[data-adder]")) {
    for (const field of form.querySelectorAll("input[name=e]")) field.remove();
    for (const text of steps()) {
      const field = document.createElement("input");
      Object.assign(field, { type: "hidden", name: "e", value: text });
      form.prepend(field);
    }
  }
  state.cells = told.cells;
  state.key = told.cells?.key ?? state.key;
  questions(told.indicators);
  draw();
}

function questions(indicators) {
  const list = one("[data-indicator]");
  list.replaceChildren(...indicators.map(([key, title]) => new Option(title, key, false, key === state.key)));
  one("[data-question]").hidden = indicators.length < 2;
}

function draw() {
  if (!state.map) return;
  const shown = state.cells, view = state.view;
  const legend = shown ? (view === "shift" ? shown.change : shown.minutes) : [];
  const codes = shown ? shown[view] : "";
  state.scene.cells.forEach((_, id) => {
    const code = codes ? legend[rank(codes[id])][0] : "";
    state.map.setFeatureState({ source: "cells", id }, { c: code ? look(code) : "rgba(0,0,0,0)" });
  });
  const used = new Set([...codes].map(rank));
  const lines = legend.filter((_, position) => used.has(position)).map(([name, words]) => {
    const line = document.createElement("li"), swatch = document.createElement("span"), text = document.createElement("span");
    swatch.className = `swatch ${name}`;
    swatch.style.background = look(name);
    text.textContent = words;
    line.append(swatch, text);
    return line;
  });
  if (shown?.estimate) {
    const line = document.createElement("li");
    line.textContent = "Estimation";
    line.className = "badge estimate";
    lines.push(line);
  }
  one("[data-legend]").replaceChildren(...lines);
  marks();
}

function marks() {
  for (const marker of state.markers) marker.remove();
  state.markers = [];
  const places = new Map(state.scene.places.map((place) => [place[0], place]));
  const add = (lon, lat, sign, words) => {
    const element = document.createElement("div");
    element.className = `live-mark ${sign === "+" ? "opened" : "closed"}`;
    element.textContent = sign;
    element.title = words;
    state.markers.push(new maplibregl.Marker({ element }).setLngLat([lon, lat]).addTo(state.map));
    element.removeAttribute("role");  // a picture of what the list of changes says
    element.setAttribute("aria-hidden", "true");
    element.removeAttribute("aria-label");
    element.removeAttribute("tabindex");
  };
  for (const step of steps()) {
    const [word, ...rest] = step.split(":");
    if (word === "ouvrir") add(+rest[1], +rest[2], "+", "Ouverture");
    const id = word === "fermer" ? rest.join(":") : word === "deplacer" ? rest.slice(2).join(":") : "";
    const place = places.get(id);
    if (place) add(place[3], place[4], "×", `Fermeture : ${place[1]}`);
    if (word === "deplacer") add(+rest[0], +rest[1], "+", "Nouvel endroit");
  }
}

function withStep(text) {
  const query = new URLSearchParams();
  for (const step of [...steps(), text]) query.append("e", step);
  return `?${query}`;
}

function clicked(event) {
  const tool = one("input[name=outil]:checked").value, sort = one("#sorte").value;
  const point = `${event.lngLat.lng.toFixed(5)}:${event.lngLat.lat.toFixed(5)}`;
  if (tool === "open") {
    if (!sort) return hint("Choisissez d’abord la sorte de lieu à ouvrir.");
    return go(withStep(`ouvrir:${sort}:${point}:1`));
  }
  if (tool === "move" && state.moving) {
    const place = state.moving;
    state.moving = null;
    return go(withStep(`deplacer:${point}:${place}`));
  }
  const { x, y } = event.point;
  const found = state.map.queryRenderedFeatures([[x - 10, y - 10], [x + 10, y + 10]], { layers: ["places"] });
  if (!found.length) return hint("Aucun lieu à cet endroit : visez un point de la carte.");
  const { id, name } = found[0].properties;
  if (tool === "close") return go(withStep(`fermer:${id}`));
  state.moving = id;
  return hint(`${name || "Ce lieu"} : cliquez maintenant sur son nouvel endroit.`);
}

function ground(tiles) {
  const sources = {}, layers = [];
  const spans = { far: { maxzoom: 13 }, near: { minzoom: 13 } };
  const kinds = [
    ["green", "fill", { "fill-color": colour("--map-green") }],
    ["water", "fill", { "fill-color": colour("--map-water") }],
  ];
  const over = [
    ["building", "fill", { "fill-color": colour("--map-street"), "fill-opacity": 0.35 }],
    ["path", "line", { "line-color": colour("--map-street"), "line-width": 0.6, "line-opacity": 0.5 }],
    ["street", "line", { "line-color": colour("--map-street"), "line-width": 1, "line-opacity": 0.7 }],
    ["road", "line", { "line-color": colour("--map-street"), "line-width": 2.2, "line-opacity": 0.8 }],
    ["rail", "line", { "line-color": colour("--map-street"), "line-width": 1.2, "line-dasharray": [4, 2] }],
    ["zone", "line", { "line-color": colour("--map-outline"), "line-width": 1 }],
  ];
  const layersOf = (drawn) => Object.keys(tiles).flatMap((part) => drawn.map(([kind, type, paint]) => ({
    id: `${part}-${kind}`, type, paint, source: part, "source-layer": "base", ...spans[part],
    filter: ["all", ["==", ["get", "kind"], kind], ["==", ["geometry-type"], type === "fill" ? "Polygon" : kind === "zone" ? "Polygon" : "LineString"]],
  })));
  for (const [part, address] of Object.entries(tiles)) {
    sources[part] = { type: "vector", url: `pmtiles://${new URL(address, location.href)}` };
  }
  layers.push(...layersOf(kinds));
  return { sources, layers, over: layersOf(over) };
}

function features(rows) {
  return { type: "FeatureCollection", features: rows };
}

function started(scene) {
  state.scene = scene;
  maplibregl.setWorkerUrl(page.dataset.worker);
  maplibregl.addProtocol("pmtiles", new pmtiles.Protocol().tile);
  const under = ground(scene.tiles);
  const cells = scene.cells.map((ring, id) => ({
    type: "Feature", id, properties: {}, geometry: { type: "Polygon", coordinates: [[...ring, ring[0]]] },
  }));
  const places = scene.places.map(([id, name, sort, lon, lat]) => ({
    type: "Feature", properties: { id, name, sort }, geometry: { type: "Point", coordinates: [lon, lat] },
  }));
  const [west, south, east, north] = scene.bounds;
  const map = new maplibregl.Map({
    container: one("[data-canvas]"),
    style: {
      version: 8,
      sources: {
        ...under.sources,
        cells: { type: "geojson", data: features(cells) },
        places: { type: "geojson", data: features(places) },
      },
      layers: [
        { id: "land", type: "background", paint: { "background-color": colour("--map-land") } },
        ...under.layers,
        { id: "cells", type: "fill", source: "cells", paint: {
          "fill-color": ["to-color", ["coalesce", ["feature-state", "c"], "rgba(0,0,0,0)"]], "fill-opacity": 0.75 } },
        ...under.over,
        { id: "places", type: "circle", source: "places", paint: {
          "circle-radius": ["interpolate", ["linear"], ["zoom"], 9, 2.5, 14, 6],
          "circle-color": colour("--surface"), "circle-stroke-color": colour("--ink"), "circle-stroke-width": 1.5 } },
      ],
    },
    bounds: [[west, south], [east, north]],
    fitBoundsOptions: { padding: 16 },
    maxZoom: 17, minZoom: 7, locale: FRENCH, attributionControl: false,
    dragRotate: false, pitchWithRotate: false, touchPitch: false, cooperativeGestures: false,
  });
  map.touchZoomRotate.disableRotation();
  map.addControl(new maplibregl.NavigationControl({ showCompass: false }));
  map.addControl(new maplibregl.ScaleControl());
  map.on("click", clicked);
  map.on("load", () => {
    state.map = map;
    for (const [name, lon, lat, near] of scene.names) {
      const element = document.createElement("span");
      element.className = `live-name${near ? " near" : ""}`;
      element.textContent = name;
      new maplibregl.Marker({ element }).setLngLat([lon, lat]).addTo(map);
      for (const attribute of ["role", "aria-label", "tabindex"]) element.removeAttribute(attribute);
    }
    const named = () => one("[data-canvas]").classList.toggle("close-up", map.getZoom() > 11.5);
    map.on("zoom", named);
    named();
    page.dataset.ready = "";
    if (steps().length) go(location.search, { push: false });
    else draw();
  });
  const credits = document.createElement("p");
  credits.className = "live-credits";
  credits.textContent = scene.credits.join(" · ");
  one("[data-canvas]").after(credits);
}

function filterPlaces() {
  const sort = one("#sorte").value;
  state.map?.setFilter("places", sort ? ["==", ["get", "sort"], sort] : null);
}

page.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-live]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  event.preventDefault();
  go(new URL(link.href).search);
});
page.addEventListener("submit", async (event) => {
  const form = event.target.closest("[data-adder]");
  if (!form || !state.map) return;
  const wanted = new URLSearchParams(new FormData(form));
  event.preventDefault();
  // the server turns the form into one more step, and sends to its address; else it says what is wrong
  const answer = await fetch(`${form.action}?${wanted}`);
  if (answer.redirected) go(new URL(answer.url).search);
  else form.submit();
});
page.addEventListener("change", (event) => {
  if (event.target.name === "moment") {
    state.view = event.target.value;
    draw();
  } else if (event.target.matches("[data-indicator]")) {
    state.key = event.target.value;
    go(location.search, { push: false });
  } else if (event.target.id === "sorte") filterPlaces();
  else if (event.target.name === "outil") {
    state.moving = null;
    hint({ open: "Choisissez une sorte de lieu, puis cliquez où l’ouvrir.", close: "Cliquez sur le lieu à fermer.", move: "Cliquez sur le lieu à déplacer." }[event.target.value]);
  }
});
addEventListener("popstate", () => go(location.search, { push: false }));

function drawable() {
  try {
    return Boolean(document.createElement("canvas").getContext("webgl2")) && "maplibregl" in globalThis;
  } catch {
    return false;
  }
}

if (drawable()) {
  const answer = await fetch(page.dataset.map);
  if (answer.ok) {
    one("[data-stage]").hidden = false;
    one("[data-no-map]").hidden = true;
    try {
      started(await answer.json());
    } catch {
      one("[data-stage]").hidden = true;
      one("[data-no-map]").hidden = false;
    }
  }
}
