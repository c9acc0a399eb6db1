// What HTML does not do by itself. Every page works without it.
"use strict";

const closest = (event, selector) => event.target instanceof Element && event.target.closest(selector);

// A menu closes when the visitor turns elsewhere.
const closeMenus = (except) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) if (menu !== except) menu.open = false;
};
document.addEventListener("click", (event) => closeMenus(closest(event, "details.menu")));
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  closest(event, "details.menu")?.querySelector("summary").focus();
  closeMenus();
});

// A form that moves money is sent once. The server would see to it too: this spares the visitor the wait.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("[data-once]")) return;
  if (form.getAttribute("aria-busy") === "true") event.preventDefault();
  form.setAttribute("aria-busy", "true");
});
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[aria-busy]")) form.removeAttribute("aria-busy");
});

// A row of links that is wider than the window begins where its reader is.
document.addEventListener("DOMContentLoaded", () => {
  for (const here of document.querySelectorAll(".scroller [aria-current], .rail nav ul [aria-current]")) {
    const row = here.closest(".scroller, ul");
    row.scrollLeft = here.offsetLeft - row.offsetLeft - (row.clientWidth - here.offsetWidth) / 2;
  }
});

// Buttons that count a number field up and down.
document.addEventListener("click", (event) => {
  const button = closest(event, "[data-step]");
  if (!button) return;
  const input = button.parentElement.querySelector("input");
  const before = input.value;
  input.stepUp(Number(button.dataset.step));
  if (input.value !== before) input.dispatchEvent(new Event("change", { bubbles: true }));
});

// Choices that are sent as soon as they are made.
document.addEventListener("change", (event) => {
  if (event.target.matches("[data-submit]")) event.target.form.requestSubmit();
});

// Suggestions are walked through with the arrow keys.
document.addEventListener("keydown", (event) => {
  const search = closest(event, ".search");
  if (!search || !["ArrowDown", "ArrowUp", "Escape"].includes(event.key)) return;
  const stops = [search.querySelector("input"), ...search.querySelectorAll(".suggestions a")];
  event.preventDefault();
  if (event.key === "Escape") {
    search.querySelector(".suggestions").replaceChildren();
    stops[0].focus();
    return;
  }
  const place = stops.indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : -1);
  stops[(place + stops.length) % stops.length].focus();
});

// What moves by itself rests while nobody sees it, and while somebody reads or works in it.
document.addEventListener("htmx:beforeRequest", (event) => {
  const part = event.detail.elt;
  if (!part.matches("[data-rests]")) return;
  if (document.hidden || part.matches(":hover") || part.contains(document.activeElement)) event.preventDefault();
});

// A toast goes when it is told to, or by itself; one that reports a failure stays.
document.addEventListener("click", (event) => closest(event, "[data-dismiss]")?.closest(".toast").remove());
const letToastsGo = () => {
  for (const toast of document.querySelectorAll(".toast:not(.error, [data-leaving])")) {
    toast.dataset.leaving = "";
    setTimeout(() => toast.remove(), 6000);
  }
};
document.addEventListener("DOMContentLoaded", letToastsGo);
document.addEventListener("htmx:afterSettle", letToastsGo);

// The picture that is about to be uploaded, cut as it will be. Drawn, because the policy lets no blob: be loaded.
document.addEventListener("change", async (event) => {
  const { preview, maxBytes, tooLarge } = event.target.dataset;
  const file = event.target.files?.[0];
  if (!preview || !file) return;
  event.target.setCustomValidity(file.size > Number(maxBytes) ? tooLarge : "");
  event.target.reportValidity();
  const bitmap = await createImageBitmap(file).catch(() => null); // what is no picture is refused by the server
  if (!bitmap) return;
  const canvas = document.createElement("canvas");
  const side = Math.min(bitmap.width, bitmap.height);
  const corner = [(bitmap.width - side) / 2, (bitmap.height - side) / 2];
  canvas.width = canvas.height = 192;
  canvas.getContext("2d").drawImage(bitmap, ...corner, side, side, 0, 0, 192, 192);
  document.getElementById(preview).replaceChildren(canvas);
});

// The browser's time zone, for a new account.
document.addEventListener("DOMContentLoaded", () => {
  const zone = document.querySelector("input[data-timezone]");
  if (zone) zone.value = Intl.DateTimeFormat().resolvedOptions().timeZone;
});
