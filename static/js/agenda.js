// Items of an agenda are dragged to their place; without this file their buttons move them.

const list = document.querySelector("[data-agenda]");
let dragged = null;
let before = null;

/** Send the form of the item, with the item that now stands before it. */
function move(item) {
  const form = item.querySelector("form");
  const after = document.createElement("input");
  after.type = "hidden";
  after.name = "move-after";
  after.value = item.previousElementSibling?.dataset.item ?? "";
  form.append(after);
  form.submit();
}

/** Put the item back where it was. */
function putBack() {
  list.insertBefore(dragged, before);
}

if (list) {
  for (const item of list.children) {
    if (item.querySelector("form")) item.draggable = true;
    for (const link of item.querySelectorAll("a")) link.draggable = false;
  }
  list.addEventListener("dragstart", (event) => {
    dragged = event.target.closest("[data-item]");
    before = dragged.nextElementSibling;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", dragged.dataset.item);
  });
  list.addEventListener("dragover", (event) => {
    const over = event.target.closest("[data-item]");
    if (!dragged) return;
    event.preventDefault();
    if (!over || over === dragged) return;
    const box = over.getBoundingClientRect();
    list.insertBefore(dragged, event.clientY < box.top + box.height / 2 ? over : over.nextElementSibling);
  });
  list.addEventListener("drop", (event) => event.preventDefault());
  list.addEventListener("dragend", (event) => {
    const wasMoved = dragged.nextElementSibling !== before;
    if (event.dataTransfer.dropEffect === "none") putBack();
    else if (wasMoved) move(dragged);
    dragged = null;
  });
}
