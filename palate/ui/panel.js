// Runs once for the panel of what was understood. `element` and `trigger` come from Gradio's HTML component.
element.addEventListener("click", (event) => {
	const button = event.target.closest("button");
	if (!button) return;
	if (button.dataset.remove !== undefined) {
		trigger("edit", { remove: button.dataset.remove });
	} else if (button.dataset.forget !== undefined) {
		trigger("edit", { forget: button.dataset.forget });
	} else if (button.dataset.say !== undefined) {
		trigger("example", { text: button.dataset.say });
	} else if (button.dataset.sure !== undefined) {
		const label = button.textContent; // deleting everything takes a second press
		button.textContent = button.dataset.sure;
		delete button.dataset.sure;
		setTimeout(() => {
			button.dataset.sure = button.textContent;
			button.textContent = label;
		}, 4000);
	} else if (button.dataset.forgetAll !== undefined) {
		trigger("edit", { all: true });
	}
});
