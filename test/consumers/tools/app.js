/* A program to be profiled: works for some seconds.  app.js [SECONDS] */
function fibonacci(n) {
	return n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2);
}

const end = Date.now() + 1000 * Number(process.argv[2] || 4);
(function work() {
	fibonacci(22);
	if (Date.now() < end)
		setImmediate(work);
	else
		process.exit(0);
})();
