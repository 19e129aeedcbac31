// Keep Node.js busy: the TypeScript compiler over its own files, then JSON,
// regular expressions and sorting. Run it with node --cpu-prof.
//
//   node workload.js DIRECTORY_OF_THE_TYPESCRIPT_PACKAGE
'use strict';
const fs = require('fs');
const path = require('path');
const zlib = require('zlib');
const lib = path.join(process.argv[2], 'lib');
const ts = require(path.join(lib, 'typescript.js'));

const nap = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

function syntaxKinds(file) {
  const source = ts.createSourceFile(file, fs.readFileSync(path.join(lib, file), 'utf8'), ts.ScriptTarget.Latest, true);
  const kinds = new Map();
  (function visit(node) {
    kinds.set(ts.SyntaxKind[node.kind], (kinds.get(ts.SyntaxKind[node.kind]) || 0) + 1);
    ts.forEachChild(node, visit);
  })(source);
  return [...kinds].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
}

function typeCheck(files, options) {
  const program = ts.createProgram(files.map((f) => path.join(lib, f)), { noEmit: true, target: ts.ScriptTarget.ES2022, ...options });
  const found = ts.getPreEmitDiagnostics(program);
  const checker = program.getTypeChecker();
  let described = 0;
  for (const file of program.getSourceFiles().slice(-2)) {
    ts.forEachChild(file, (node) => {
      if (node.name && ++described < 400) checker.typeToString(checker.getTypeAtLocation(node));
    });
  }
  return found.length;
}

function downLevel(file, target) {
  const text = fs.readFileSync(path.join(lib, file), 'utf8').slice(0, 1500000);
  return ts.transpileModule(text, { compilerOptions: { target, module: ts.ModuleKind.CommonJS }, fileName: file }).outputText.length;
}

function json(rows) {
  const data = Array.from({ length: rows }, (_, i) => ({ id: i, name: 'élan ' + (i * 7919) % 1000, tags: ['a' + i % 7, 'b' + i % 11], pos: { x: Math.sin(i), y: Math.cos(i) } }));
  const text = JSON.stringify(data, (key, value) => (typeof value === 'number' ? +value.toFixed(4) : value), 1);
  return JSON.parse(text, function revive(key, value) { return key === 'name' ? value.normalize('NFD') : value; });
}

function regexps(file) {
  const text = fs.readFileSync(path.join(lib, file), 'utf8');
  const words = text.match(/[\p{L}_$][\p{L}\p{N}_$]*/gu);
  const camel = text.replace(/([a-z])([A-Z])/g, (_, a, b) => a + '_' + b.toLowerCase());
  const comments = [...text.matchAll(/\/\*\*([^*]|\*(?!\/))*\*\//g)].map((m) => m[0].split(/\s+/));
  return words.length + camel.length + comments.length;
}

function sorts(rows) {
  rows.sort((a, b) => a.name.localeCompare(b.name) || a.id - b.id);
  rows.sort((a, b) => b.pos.x - a.pos.x);
  const groups = rows.reduce((map, r) => (map.set(r.tags[0], [...(map.get(r.tags[0]) || []).slice(-50), r]), map), new Map());
  return [...groups.values()].map((g) => g.sort((a, b) => a.id - b.id).length);
}

async function main() {
  syntaxKinds('typescript.js');
  await nap(200);
  typeCheck(['typescript.d.ts'], { strict: true });
  await nap(200);
  typeCheck(['_typingsInstaller.js', 'typescript.d.ts'].filter((f) => fs.existsSync(path.join(lib, f))), { allowJs: true, checkJs: true });
  for (const target of [ts.ScriptTarget.ES5, ts.ScriptTarget.ES2015]) {
    downLevel('typescript.js', target);
    await nap(200);
  }
  for (let i = 0; i < 10; i++) {
    const rows = json(25000);
    regexps('typescript.d.ts');
    sorts(rows);
    zlib.gunzipSync(zlib.gzipSync(JSON.stringify(rows)));
    await nap(100);
  }
}

main().catch((error) => { console.error(error); process.exit(1); });
