// Runs once for the transcript. `element`, `trigger` and `watch` come from Gradio's HTML component.
const unfolded = new Map(); // id of a <details> -> open; drawing again would close what a person has opened
const calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth";
let turns = 0;
let follow = true; // until the person scrolls
let live = false; // the last drawing was of a turn that was still coming in
for (const moved of ["wheel", "touchmove"]) {
	window.addEventListener(moved, () => { follow = false; }, { passive: true });
}

element.addEventListener("click", (event) => {
	const button = event.target.closest("button");
	if (button && button.dataset.react) {
		trigger("react", { kind: button.dataset.react, item: button.dataset.item });
	} else if (button && "example" in button.dataset) {
		trigger("example", { text: button.textContent });
	}
	const summary = event.target.closest("summary");
	if (summary) {
		unfolded.set(summary.parentElement.id, !summary.parentElement.open);
		if (!summary.parentElement.open) looked("viewed", summary);
	}
	const link = event.target.closest("a");
	if (link) looked("clicked", link);
});
element.addEventListener("auxclick", (event) => {
	const link = event.target.closest("a");
	if (link && event.button === 1) looked("clicked", link); // the middle button opens it in a tab of its own
});

// Tell that somebody had a look at an item; nothing is drawn anew for it.
function looked(kind, within) {
	const card = within.closest(".card");
	if (card) trigger("look", { kind, item: card.dataset.item });
}

watch("value", () => {
	for (const [id, open] of unfolded) {
		const details = document.getElementById(id);
		if (details && details.open !== open) details.open = open;
	}
	const articles = element.querySelectorAll("article.turn");
	const last = articles[articles.length - 1];
	if (articles.length < turns) unfolded.clear();
	if (articles.length > turns) {
		follow = true;
		last.scrollIntoView({ block: "start", behavior: calm });
	} else if (last && follow && live) {
		reveal(last);
	}
	turns = articles.length;
	live = Boolean(last) && last.classList.contains("live");
});

// Bring the end of the reply above the box, as long as the cards stay on screen.
function reveal(turn) {
	const top = document.getElementById("top").getBoundingClientRect().bottom;
	const foot = document.getElementById("composer").getBoundingClientRect().top;
	const cards = turn.querySelector(".cards") || turn;
	const below = turn.querySelector(".reply").getBoundingClientRect().bottom - foot + 26; // 26: the fade above the box
	const room = cards.getBoundingClientRect().top - top - 12;
	const by = Math.min(below, room);
	if (by > 1) window.scrollBy({ top: by, behavior: calm });
}
