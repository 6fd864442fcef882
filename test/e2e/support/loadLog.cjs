// Preloaded into n8n: notes which files of the pack its process loads.
const { appendFileSync } = require('node:fs');
const Module = require('node:module');

const { LOAD_LOG_FILE, LOAD_LOG_FOLDER } = process.env;
if (LOAD_LOG_FILE && LOAD_LOG_FOLDER) {
	const compile = Module.prototype._compile;
	// Called once for each JavaScript file that is really evaluated.
	Module.prototype._compile = function (content, filename, ...rest) {
		if (filename.startsWith(LOAD_LOG_FOLDER)) appendFileSync(LOAD_LOG_FILE, `${filename}\n`);
		return compile.call(this, content, filename, ...rest);
	};
}
