// The chain map: zooms and drags the picture that the server drew, finds boxes, lights
// up what hangs on one, and asks for the way between two. Without it all is there.
(function () {
  "use strict";
  function begin(work) {
    if (work.dataset.live) return;
    work.dataset.live = "1";
    var svg = work.querySelector("svg"), pane = work.querySelector(".chainpane"), told = work.querySelector("[data-told]");
    var spots = Array.from(svg.querySelectorAll(".spot")), wires = Array.from(svg.querySelectorAll(".wire"));
    var all = svg.viewBox.baseVal, whole = [all.x, all.y, all.width, all.height], box = whole.slice(), from = null;
    work.querySelector(".chaintools").hidden = false;
    pane.classList.add("live");
    svg.classList.add("live");
    svg.setAttribute("preserveAspectRatio", "xMinYMin meet");
    function show() { svg.setAttribute("viewBox", box.join(" ")); }
    function zoom(by, x, y) {
      var width = Math.min(Math.max(box[2] * by, 200), whole[2] * 2), k = width / box[2];
      box = [x - (x - box[0]) * k, y - (y - box[1]) * k, width, box[3] * k];
      show();
    }
    function point(e) {
      var p = svg.createSVGPoint();
      p.x = e.clientX; p.y = e.clientY;
      return p.matrixTransform(svg.getScreenCTM().inverse());
    }
    function light(ref) {
      var on = {};
      on[ref] = true;
      wires.forEach(function (w) {
        var lit = ref && (w.dataset.a === ref || w.dataset.b === ref);
        w.classList.toggle("lit", !!lit);
        if (lit) { on[w.dataset.a] = on[w.dataset.b] = true; }
      });
      spots.forEach(function (s) { s.classList.toggle("lit", !!on[s.dataset.ref]); });
      svg.classList.toggle("dim", !!ref);
    }
    work.querySelectorAll("[data-zoom]").forEach(function (b) {
      b.addEventListener("click", function () {
        if (b.dataset.zoom === "fit") { box = whole.slice(); show(); return; }
        zoom(b.dataset.zoom === "in" ? 0.8 : 1.25, box[0] + box[2] / 2, box[1] + box[3] / 2);
      });
    });
    svg.addEventListener("wheel", function (e) {
      if (!e.ctrlKey && !e.metaKey) return; // the page scrolls as ever
      e.preventDefault();
      var p = point(e);
      zoom(e.deltaY < 0 ? 0.9 : 1.1, p.x, p.y);
    }, { passive: false });
    var held = null, moved = false;
    svg.addEventListener("pointerdown", function (e) { held = { x: e.clientX, y: e.clientY, box: box.slice() }; moved = false; });
    window.addEventListener("pointermove", function (e) {
      if (!held || !svg.isConnected) return;
      var k = 1 / svg.getScreenCTM().a, dx = (e.clientX - held.x) * k, dy = (e.clientY - held.y) * k;
      if (Math.abs(e.clientX - held.x) + Math.abs(e.clientY - held.y) > 4) moved = true;
      if (moved) { box[0] = held.box[0] - dx; box[1] = held.box[1] - dy; show(); }
    });
    window.addEventListener("pointerup", function () { held = null; });
    svg.addEventListener("dragstart", function (e) { e.preventDefault(); });
    pane.addEventListener("keydown", function (e) {
      var step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[e.key];
      if (step) { box[0] += step[0] * box[2] / 10; box[1] += step[1] * box[3] / 10; show(); e.preventDefault(); }
      if (e.key === "+" || e.key === "=") zoom(0.8, box[0] + box[2] / 2, box[1] + box[3] / 2);
      if (e.key === "-") zoom(1.25, box[0] + box[2] / 2, box[1] + box[3] / 2);
    });
    var way = work.querySelector("[data-way]");
    way.addEventListener("click", function () {
      from = null;
      way.setAttribute("aria-pressed", way.getAttribute("aria-pressed") === "true" ? "false" : "true");
    });
    spots.forEach(function (s) {
      s.addEventListener("mouseenter", function () { light(s.dataset.ref); });
      s.addEventListener("mouseleave", function () { light(""); });
      s.addEventListener("focus", function () { light(s.dataset.ref); });
      s.addEventListener("blur", function () { light(""); });
      s.addEventListener("click", function (e) {
        if (moved) { e.preventDefault(); return; }
        if (way.getAttribute("aria-pressed") !== "true") return;
        e.preventDefault();
        if (!from) { from = s.dataset.ref; told.textContent = s.querySelector("text").textContent + " →"; return; }
        window.location = work.dataset.paths + "?from=" + encodeURIComponent(from) + "&to=" + encodeURIComponent(s.dataset.ref);
      }, true);
    });
    work.querySelector("[data-find]").addEventListener("input", function (e) {
      var text = e.target.value.trim().toLowerCase(), first = null, n = 0;
      spots.forEach(function (s) {
        var hit = text !== "" && s.dataset.name.toLowerCase().indexOf(text) >= 0;
        s.classList.toggle("hit", hit);
        if (hit) { n++; first = first || s; }
      });
      told.textContent = text === "" ? "" : String(n);
      if (first) {
        var r = first.querySelector("rect");
        box[0] = Number(r.getAttribute("x")) - box[2] / 3;
        box[1] = Number(r.getAttribute("y")) - box[3] / 3;
        show();
      }
    });
    if (window.innerWidth < 700) { box = [whole[0], whole[1], Math.min(440, whole[2]), Math.min(440, whole[2]) * 1.2]; show(); }
  }
  function look() { document.querySelectorAll("[data-chainmap]").forEach(begin); }
  look();
  if (!window.chainmapHears) { window.chainmapHears = true; document.addEventListener("htmx:afterSettle", look); }
})();
