// Progressive enhancement only: every page does its work without this file.

const root = document.documentElement;

/** Switch theme or text size in place, and let the server remember it. */
function switchPreference(form, button) {
  const body = new FormData(form, button);
  if (button.name === "theme") root.dataset.theme = button.value;
  if (button.name === "large") root.classList.toggle("large", button.value === "on");
  form.querySelector(`[name="${button.name}"]:not([value="${button.value}"])`).focus();
  fetch(form.action, { method: "POST", body, redirect: "manual" });
}

/** Ask once more before a form that says so is sent; then refuse a second click until the page changes. */
document.addEventListener("submit", (event) => {
  const form = event.target;
  const button = event.submitter;
  if (form.matches("[data-preference]") && button) {
    event.preventDefault();
    switchPreference(form, button);
    return;
  }
  const question = button?.dataset.confirm ?? form.dataset.confirm;
  if (question && !window.confirm(question)) {
    event.preventDefault();
    return;
  }
  if (form.method === "post" && !event.defaultPrevented) setTimeout(() => guard(form));
});

function guard(form) {
  const buttons = [...form.elements].filter((element) => element.type === "submit" && !element.disabled);
  const release = () => buttons.forEach((button) => (button.disabled = false));
  buttons.forEach((button) => (button.disabled = true));
  setTimeout(release, 8000); // a download answers without a new page
  window.addEventListener("pageshow", release, { once: true });
}

/** Filters that say so apply themselves; their button stays for those who prefer it. */
document.addEventListener("change", (event) => {
  if (event.target.matches("form[data-autosubmit] select")) event.target.form.requestSubmit();
  const list = document.querySelector(`[data-preview-of="${event.target.id}"]`);
  if (list && event.target.type === "file") preview(event.target.files, list);
});

/** Show the chosen photos before they are sent. */
function preview(files, list) {
  list.hidden = files.length === 0;
  list.replaceChildren(...[...files].map((file) => {
    const item = document.createElement("li");
    const name = document.createElement("small");
    name.textContent = file.name;
    if (file.type.startsWith("image/")) {
      const image = new Image();
      image.alt = "";
      image.src = URL.createObjectURL(file);
      image.onload = () => URL.revokeObjectURL(image.src);
      item.append(image);
    }
    item.append(name);
    return item;
  }));
}

/** Say how many characters are left; aloud only when few are. */
function count(counter) {
  const field = document.getElementById(counter.dataset.counterOf);
  const update = () => {
    const left = field.maxLength - field.value.length;
    counter.textContent = counter.dataset.words.replace("{n}", left);
    counter.ariaLive = left <= 20 ? "polite" : "off";
  };
  field.addEventListener("input", update);
  counter.hidden = false;
  update();
}

function enhance(part) {
  part.querySelectorAll("[data-counter-of]").forEach(count);
  part.querySelector("[data-focus]")?.focus();
}

enhance(document);
document.addEventListener("htmx:load", (event) => {
  if (event.target !== document.body) enhance(event.target);
});
