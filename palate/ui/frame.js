// In the page's head. Within a frame of another page (see palate.js there), tell that page what it cannot see.
if (window.parent !== window) {
	const tell = (what) => window.parent.postMessage({ palate: what }, "*"); // says nothing of what is said here
	tell("here");
	window.addEventListener("keydown", (event) => event.key === "Escape" && tell("close"));
	window.addEventListener("message", (event) => {
		if (event.source !== window.parent || !event.data || event.data.palate !== "focus") return;
		const focus = () => {
			const box = document.querySelector("#box textarea, main a");
			if (box) box.focus();
			else requestAnimationFrame(focus);
		};
		focus();
	});
}
