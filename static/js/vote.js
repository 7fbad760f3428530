// A vote on a phone that loses its connection: the choice stays in the form, and is sent until the server has answered.
// The server counts a person once, so sending twice does no harm. Without this file the form works as any other.

const AGAIN = 4000; // milliseconds

/** Wait until the browser says that the connection is back, or a while in case it does not notice. */
function reconnected() {
  return new Promise((resume) => {
    const timer = setTimeout(done, AGAIN);
    function done() {
      clearTimeout(timer);
      window.removeEventListener("online", done);
      resume();
    }
    window.addEventListener("online", done);
  });
}

/** Send `body` to `address` until the server answers; a server that fails is as good as none. */
async function delivered(address, body, say) {
  for (;;) {
    say("sending");
    try {
      const answer = await fetch(address, { method: "POST", body, redirect: "manual" });
      if (answer.status < 500) return answer;
    } catch {
      // no connection
    }
    say("offline");
    await reconnected();
  }
}

async function send(form) {
  const status = form.querySelector("[role=status]");
  const body = new FormData(form);
  form.dataset.sending = "";
  form.querySelectorAll("input[type=radio], button").forEach((control) => (control.disabled = true));
  const answer = await delivered(form.action, body, (word) => (status.textContent = status.dataset[word]));
  if (answer.type === "opaqueredirect") {
    location.assign(form.dataset.vote); // not followed by fetch: the message that waits there is for the page
    return;
  }
  form.querySelectorAll("input[type=radio]").forEach((control) => (control.disabled = false));
  form.submit(); // let the browser show what the server has to say; what was counted is not counted again
}

// Caught before it reaches portal.js, whose guard would enable the button again after a while.
document.addEventListener(
  "submit",
  (event) => {
    if (!event.target.matches("[data-vote]")) return;
    event.preventDefault();
    if (!("sending" in event.target.dataset)) send(event.target);
  },
  { capture: true },
);
