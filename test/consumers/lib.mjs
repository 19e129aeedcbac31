/*
 * What the consumer tests that run in Node.js share: TAP lines, and Chromium.
 */
let passed = 0;
let failed = 0;

/* one line: "ok N - what" or "not ok N - what"; gives good */
export function check(good, what) {
	if (good)
		passed++;
	else
		failed++;
	console.log((good ? "ok " : "not ok ") + (passed + failed) + " - " + what);
	return good;
}

/* the closing line, and the exit status */
export function finish(name) {
	console.log(name + ": " + passed + " passed, " + failed + " failed");
	process.exit(failed === 0 && passed > 0 ? 0 : 1);
}

/* headless Chromium that looks for nothing in the network */
export function launch(chromium) {
	return chromium.launch({
		executablePath: "/usr/bin/chromium",
		args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
			"--disable-component-update", "--disable-sync", "--hide-scrollbars"]
	});
}
