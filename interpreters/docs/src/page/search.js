"use strict";
(() => {
  const form = document.getElementById("page-search");
  const input = document.getElementById("page-words");
  const found = document.getElementById("page-found");
  const leaves = [...document.querySelectorAll("main section")].filter((section) => !section.querySelector("section"));
  const nests = [...document.querySelectorAll("main section")].filter((section) => section.querySelector("section"));
  const entries = [...document.querySelectorAll("nav li")];
  const target = (entry) => document.getElementById(entry.querySelector("a").hash.slice(1));
  const plain = (text) => text.toLowerCase().replace(/[\s_]+/g, " ");
  const texts = new Map(leaves.map((section) => [section, plain(section.textContent)]));

  const show = () => {
    const words = plain(input.value).split(" ").filter((word) => word !== "");
    let count = 0;
    for (const [section, text] of texts) {
      const fits = words.every((word) => text.includes(word));
      section.hidden = !fits;
      count += fits ? 1 : 0;
    }
    for (const nest of nests) {
      nest.hidden = ![...nest.querySelectorAll("section")].some((section) => texts.has(section) && !section.hidden);
    }
    for (const entry of entries) {
      entry.hidden = target(entry).hidden;
    }
    document.body.classList.toggle("searching", words.length > 0);
    found.textContent = words.length === 0 ? "" : count === 0 ? "Nothing found" : count === 1 ? "1 found" : `${count} found`;
  };

  form.hidden = false;
  form.addEventListener("submit", (event) => event.preventDefault());
  input.addEventListener("input", show);
  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && document.activeElement !== input && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      input.focus();
    } else if (event.key === "Escape" && document.activeElement === input) {
      input.value = "";
      show();
    }
  });
  // Who follows a link to something that the search hides wants to see it.
  addEventListener("hashchange", () => {
    const section = document.getElementById(location.hash.slice(1));
    if (section && section.closest("[hidden]")) {
      input.value = "";
      show();
      section.scrollIntoView();
    }
  });
  // On paper everything is there.
  addEventListener("beforeprint", () => {
    input.value = "";
    show();
    document.querySelectorAll("details").forEach((details) => details.removeAttribute("open"));
  });
  // A page that is shown again may hold words from before.
  show();
})();
