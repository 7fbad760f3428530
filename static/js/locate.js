// "Use my position": fills in two number fields from the device. Without script they can be left empty.

function offer(part) {
  const fields = part.dataset.locate.split(" ").map((id) => document.getElementById(id));
  const status = part.querySelector("[role=status]");
  const say = (word) => (status.textContent = status.dataset[word]);
  part.querySelector("button").addEventListener("click", () => {
    say("asking");
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        fields[0].value = coords.latitude.toFixed(5);
        fields[1].value = coords.longitude.toFixed(5);
        say("found");
      },
      () => say("failed"),
      { enableHighAccuracy: true, timeout: 15000, maximumAge: 60000 },
    );
  });
  part.hidden = false;
}

if (navigator.geolocation) document.querySelectorAll("[data-locate]").forEach(offer);
