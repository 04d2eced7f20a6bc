// Holds the imports of src/ to the arrows of docs/architecture.md. Fails on a forbidden arrow, on a cycle, and
// when it sees fewer modules than there are source files (a check that sees nothing proves nothing).
import { readdirSync } from 'node:fs';
import { cruise } from 'dependency-cruiser';

/** What each room may import, besides itself. @type {Record<string, readonly string[]>} */
const arrows = {
  errors: [],
  files: [],
  random: [],
  statistics: ['random'],
  kernels: [],
  environments: ['random', 'kernels'],
  networks: ['kernels', 'random'],
  agents: ['environments', 'networks', 'random', 'kernels'],
  search: ['agents', 'environments', 'networks', 'random', 'kernels', 'statistics'],
  study: ['search', 'agents', 'networks', 'environments', 'random', 'kernels', 'statistics'],
  storage: ['study', 'search', 'agents', 'networks'],
  execution: ['study', 'search', 'agents', 'environments', 'networks', 'kernels', 'random', 'statistics'],
  report: ['study', 'agents', 'environments', 'random', 'statistics'],
  dashboard: ['study', 'report'],
  library: ['study', 'storage', 'execution', 'environments', 'kernels'],
  cli: [
    'library',
    'random',
    'statistics',
    'kernels',
    'environments',
    'networks',
    'agents',
    'search',
    'study',
    'storage',
    'execution',
    'report',
    'dashboard',
  ],
};

/** The dashboard's page is bundled for browsers: it has these in it, and knows protocol and studies by their types. */
const page = 'src/dashboard/client/';
const pageRooms = ['kernels', 'environments', 'networks', 'errors'];

/** Every room may import these. */
const leaves = ['errors', 'files'];

const rooms = readdirSync('src', { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name);
const unknown = rooms.filter((room) => !(room in arrows));

/** @type {import('dependency-cruiser').IForbiddenRuleType[]} */
const forbidden = [
  { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
  {
    name: 'tests-stay-out',
    severity: 'error',
    from: { pathNot: '(\\.test\\.ts$|^test/)' },
    to: { path: '(\\.test\\.ts$|^test/)' },
  },
  {
    name: 'nobody imports the page',
    severity: 'error',
    from: { pathNot: `^${page}|\\.test\\.ts$` },
    to: { path: `^${page}` },
  },
  {
    name: `page → ${pageRooms.join(', ')}`,
    severity: 'error',
    from: { path: `^${page}` },
    to: {
      path: '^src/',
      pathNot: `^(${page}|src/(${pageRooms.join('|')})/)`,
      dependencyTypesNot: ['type-only'],
    },
  },
  {
    name: 'page → types of protocol and study',
    severity: 'error',
    from: { path: `^${page}` },
    to: {
      path: '^src/',
      pathNot: `^(${page}|src/dashboard/protocol\\.ts$|src/(study|${pageRooms.join('|')})/)`,
    },
  },
  ...Object.entries(arrows).map(([room, allowed]) => ({
    name: `${room} → ${allowed.join(', ') || 'nothing'}`,
    severity: /** @type {const} */ ('error'),
    from: { path: `^src/${room}/`, pathNot: `\\.test\\.ts$|^${page}` },
    to: { path: '^src/', pathNot: `^src/(${[room, ...leaves, ...allowed].join('|')})/` },
  })),
];

const result = await cruise(['src'], {
  ruleSet: { forbidden },
  validate: true,
  tsPreCompilationDeps: true,
  doNotFollow: { path: 'node_modules' },
});
if (typeof result.output === 'string') throw new Error('expected a report as data');
const { violations, totalCruised } = result.output.summary;
const files = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((name) =>
  /(?<!\.d)\.tsx?$/.test(name),
);
const problems = violations.map((found) => `${found.from} → ${found.to} breaks "${found.rule.name}"`);
if (unknown.length > 0)
  problems.push(`rooms without arrows in scripts/check-imports.mjs: ${unknown.join(', ')}`);
if (totalCruised < files.length)
  problems.push(`saw ${totalCruised} modules; expected at least ${files.length}`);
for (const problem of problems) console.error(problem);
console.log(`imports: ${totalCruised} modules, ${problems.length} problems`);
process.exitCode = problems.length > 0 ? 1 : 0;
