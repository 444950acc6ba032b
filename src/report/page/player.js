"use strict";
// Shows recordings as text. Nothing in them is ever markup: all of it goes through
// `textContent` and text nodes, and the page's policy forbids the other ways.
(() => {
  const byId = (id) => document.getElementById(id);
  const recordings = JSON.parse(byId("recordings").textContent);
  const screen = byId("screen");
  const position = byId("position");
  // Waits are shortened to this many milliseconds.
  const LONGEST_WAIT = 2000;

  let frames = [];
  let shown = 0;
  let now = 0;
  let playing = false;
  let last = 0;

  const add = (parent, name, text) => {
    const element = document.createElement(name);
    element.textContent = text;
    parent.append(element);
    return element;
  };

  const clock = (ms) => {
    const seconds = Math.floor(ms / 1000);
    return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  };

  // Shows what there is up to `now`; from the beginning if time went back.
  const draw = () => {
    if (shown > 0 && frames[shown - 1].at > now) {
      screen.textContent = "";
      shown = 0;
    }
    let text = "";
    let step = -1;
    while (shown < frames.length && frames[shown].at <= now) {
      if (frames[shown].kind === "o") text += frames[shown].text;
      shown += 1;
    }
    if (text !== "") {
      screen.append(document.createTextNode(text));
      screen.scrollTop = screen.scrollHeight;
    }
    for (let i = 0; i < shown; i += 1) if (frames[i].kind === "m") step += 1;
    [...byId("steps").children].forEach((button, index) => {
      button.classList.toggle("current", index === step);
    });
    position.value = now;
    const real = shown > 0 ? frames[shown - 1].real : 0;
    byId("clock").textContent = clock(real);
  };

  const seek = (to) => {
    now = to;
    draw();
  };

  const tick = (time) => {
    if (!playing) return;
    now += (time - last) * Number(byId("speed").value);
    last = time;
    const end = frames.length > 0 ? frames[frames.length - 1].at : 0;
    if (now >= end) {
      now = end;
      pause();
    }
    draw();
    if (playing) requestAnimationFrame(tick);
  };

  const pause = () => {
    playing = false;
    byId("play").textContent = "Play";
  };

  const play = () => {
    if (frames.length === 0) return;
    if (now >= frames[frames.length - 1].at) seek(0);
    playing = true;
    byId("play").textContent = "Pause";
    last = performance.now();
    requestAnimationFrame(tick);
  };

  const load = (index) => {
    pause();
    let at = 0;
    let before = 0;
    frames = recordings[index].frames.map(([real, kind, text]) => {
      at += Math.min(Math.max(real - before, 0), LONGEST_WAIT);
      before = real;
      return { at, real, kind, text };
    });
    screen.textContent = "";
    shown = 0;
    position.max = frames.length > 0 ? frames[frames.length - 1].at : 0;
    const steps = byId("steps");
    steps.replaceChildren();
    for (const frame of frames) {
      if (frame.kind !== "m") continue;
      add(steps, "button", frame.text).addEventListener("click", () => seek(frame.at));
    }
    [...byId("targets").children].forEach((button, at) => {
      button.classList.toggle("current", at === index);
    });
    seek(0);
  };

  recordings.forEach((recording, index) => {
    add(byId("targets"), "button", recording.target).addEventListener("click", () => load(index));
  });
  byId("play").addEventListener("click", () => (playing ? pause() : play()));
  position.addEventListener("input", () => seek(Number(position.value)));
  document.addEventListener("keydown", (event) => {
    if (event.key !== " " || event.target.tagName === "BUTTON") return;
    event.preventDefault();
    if (playing) pause();
    else play();
  });
  if (recordings.length > 0) load(0);
})();
