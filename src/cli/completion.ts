/**
 * Scripts by which shells complete what is typed, made from the commands themselves. All three go the same way: find
 * the command among the words before the cursor; after an option with values offer these; after a dash the options; else
 * the commands below, or what the arguments may be.
 */
import type { CommandUnknownOpts, Option } from '@commander-js/extra-typings';
import { environmentIds } from '../environments/registry.ts';
import { spaces } from '../search/space.ts';
import { strategyNames } from '../search/strategies.ts';
import { heuristicName } from './agent.ts';

export const shells = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof shells)[number];

/** What can stand in a place: words, and files or folders. */
interface Values {
  readonly words: readonly string[];
  readonly paths: 'files' | 'folders' | 'none';
}

interface CompletedOption extends Values {
  readonly short: string | undefined;
  readonly long: string;
  readonly description: string;
  readonly takesValue: boolean;
}

interface CompletedCommand {
  /** Below the program: `studies list`, empty for the program itself. */
  readonly path: string;
  readonly children: readonly { readonly name: string; readonly description: string }[];
  readonly options: readonly CompletedOption[];
  /** Of all arguments together. */
  readonly values: Values;
}

const nothing: Values = { words: [], paths: 'none' };

/** By what stands in the pointed brackets of an option, or by the name of an argument. */
const placeholders: Readonly<Record<string, Values>> = {
  file: { words: [], paths: 'files' },
  agent: { words: [heuristicName], paths: 'files' },
  agents: { words: [heuristicName], paths: 'files' },
  folder: { words: [], paths: 'folders' },
  study: { words: [], paths: 'folders' },
  studies: { words: [], paths: 'folders' },
};

/** Of options whose values have names that they don't list as choices: files do as well, or several. */
const named: Readonly<Record<string, Values>> = {
  '--env': { words: environmentIds, paths: 'none' },
  '--space': { words: spaces.map(({ name }) => name), paths: 'files' },
  '--strategy': { words: strategyNames, paths: 'none' },
  '--strategies': { words: strategyNames, paths: 'none' },
};

/** Up to the first colon, semicolon or bracket. */
const firstClause = (text: string): string => text.split(/[:;(]/, 1)[0].trim();

function readOption({ short, long, flags, description, argChoices, required }: Option): CompletedOption {
  const placeholder = /<(\w+)>/.exec(flags)?.[1] ?? '';
  const values = argChoices
    ? { words: argChoices, paths: 'none' as const }
    : (named[long ?? ''] ?? placeholders[placeholder] ?? nothing);
  return { short, long: long ?? '', description: firstClause(description), takesValue: required, ...values };
}

function readValues({ registeredArguments }: CommandUnknownOpts): Values {
  const all = registeredArguments.map((argument) =>
    argument.argChoices
      ? { words: argument.argChoices, paths: 'none' as const }
      : (placeholders[argument.name()] ?? nothing),
  );
  return {
    words: all.flatMap(({ words }) => words),
    paths: all.map(({ paths }) => paths).find((paths) => paths !== 'none') ?? 'none',
  };
}

/** The command and all below it. */
function readCommands(
  command: CommandUnknownOpts,
  above: readonly string[],
  inherited: readonly Option[],
): readonly CompletedCommand[] {
  const own = [...command.options, ...inherited];
  const options = [...own.map(readOption), { ...help, ...nothing }];
  const children = command.commands.map((child) => ({
    name: child.name(),
    description: firstClause(child.description()),
  }));
  return [
    { path: above.join(' '), children, options, values: readValues(command) },
    ...command.commands.flatMap((child) => readCommands(child, [...above, child.name()], own)),
  ];
}

const help = { short: '-h', long: '--help', description: 'display help for command', takesValue: false };

const quote = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
const lines = (...parts: readonly (string | readonly string[])[]): string => `${parts.flat().join('\n')}\n`;

/** The names of an option with a command before each: `search -e`. */
const namesWithin = (path: string, { short, long }: CompletedOption): readonly string[] =>
  [short, long].flatMap((name) => (name === undefined ? [] : [`${path} ${name}`]));

/** The branches by which the words before the cursor lead to a command, in bash and zsh. */
const walk = (commands: readonly CompletedCommand[]): readonly string[] =>
  commands.flatMap(({ path, children }) =>
    children.map(
      ({ name }) => `      ${quote(`${path}/${name}`)}) command=${quote(`${path} ${name}`.trim())} ;;`,
    ),
  );

/** A branch per option that takes a value. */
const valueBranches = (
  commands: readonly CompletedCommand[],
  offer: (values: Values) => string,
): readonly string[] =>
  commands.flatMap(({ path, options }) =>
    options
      .filter(({ takesValue }) => takesValue)
      .map(
        (option) => `    ${namesWithin(path, option).map(quote).join(' | ')}) ${offer(option)}; return ;;`,
      ),
  );

function writeBash(commands: readonly CompletedCommand[]): string {
  const offer = ({ words, paths }: Values): string => {
    const flag = { files: 'f', folders: 'd', none: '' }[paths];
    return `_touchdown_offer ${quote(words.join(' '))} ${quote(flag)}`;
  };
  return lines(
    '# Completion of touchdown for bash, made by: touchdown completion bash',
    '_touchdown_offer() {',
    '  mapfile -t COMPREPLY < <(compgen -W "$1" -- "$current")',
    '  [[ -z $2 ]] && return',
    '  local -a paths',
    '  mapfile -t paths < <(compgen "-$2" -- "$current")',
    '  COMPREPLY+=("${paths[@]}")',
    '  compopt -o filenames 2> /dev/null',
    '}',
    '_touchdown() {',
    '  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]} command= i',
    '  # --option=value comes in three words.',
    '  if [[ $current == = ]]; then current=; elif [[ $previous == = ]]; then previous=${COMP_WORDS[COMP_CWORD - 2]}; fi',
    '  COMPREPLY=()',
    '  for ((i = 1; i < COMP_CWORD; i++)); do',
    '    case "$command/${COMP_WORDS[i]}" in',
    walk(commands),
    '    esac',
    '  done',
    '  case "$command $previous" in',
    valueBranches(commands, offer),
    '  esac',
    '  case "$command" in',
    commands.map(({ path, options, children, values }) => {
      const flags = options.flatMap(({ short, long }) => [short ?? [], long].flat()).join(' ');
      const words = [...children.map(({ name }) => name), ...values.words];
      const rest = offer({ ...values, words });
      return `    ${quote(path)}) if [[ $current == -* ]]; then _touchdown_offer ${quote(flags)} ''; else ${rest}; fi ;;`;
    }),
    '  esac',
    '}',
    'complete -F _touchdown touchdown',
  );
}

function writeZsh(commands: readonly CompletedCommand[]): string {
  const describe = (entries: readonly (readonly [name: string, description: string])[]): string =>
    entries.map(([name, description]) => quote(`${name}:${description.replaceAll(':', '\\:')}`)).join(' ');
  const paths = { files: '_files', folders: '_files -/', none: undefined };
  const offer = (values: Values): string =>
    [
      values.words.length > 0 ? `compadd -- ${values.words.map(quote).join(' ')}` : undefined,
      paths[values.paths],
    ]
      .filter((part) => part !== undefined)
      .join('; ') || 'true';
  return lines(
    '#compdef touchdown',
    '# Completion of touchdown for zsh, made by: touchdown completion zsh',
    '_touchdown() {',
    '  local current=$words[CURRENT] previous=$words[CURRENT-1] command=',
    '  local -a entries',
    '  local -i i',
    '  for ((i = 2; i < CURRENT; i++)); do',
    '    case "$command/$words[i]" in',
    walk(commands),
    '    esac',
    '  done',
    '  case "$command $previous" in',
    valueBranches(commands, offer),
    '  esac',
    '  case "$command" in',
    commands.map(({ path, options, children, values }) => {
      const flags = describe(
        options.flatMap(({ short, long, description }) =>
          [short, long].flatMap((name) => (name === undefined ? [] : [[name, description] as const])),
        ),
      );
      const below = describe(children.map(({ name, description }) => [name, description]));
      const rest = children.length > 0 ? `entries=(${below}); _describe command entries` : offer(values);
      return `    ${quote(path)}) if [[ $current == -* ]]; then entries=(${flags}); _describe option entries; else ${rest}; fi ;;`;
    }),
    '  esac',
    '}',
    'if [[ $funcstack[1] == _touchdown ]]; then _touchdown; else compdef _touchdown touchdown; fi',
  );
}

function writeFish(commands: readonly CompletedCommand[]): string {
  const inQuotes = (text: string): string => `'${text.replaceAll(/[\\']/g, '\\$&')}'`;
  const at = (path: string): string =>
    `complete -c touchdown -n ${inQuotes(`__touchdown_at ${inQuotes(path)}`)}`;
  const valueFlags = ({ words, paths }: Values): string => {
    const list = [...words, ...(paths === 'folders' ? ['(__fish_complete_directories)'] : [])].join(' ');
    return `${paths === 'files' ? '' : ' -f'}${list === '' ? '' : ` -a ${inQuotes(list)}`}`;
  };
  return lines(
    '# Completion of touchdown for fish, made by: touchdown completion fish',
    'function __touchdown_at',
    '  set -l command ""',
    '  for word in (commandline -opc)[2..]',
    '    switch "$command/$word"',
    commands.flatMap(({ path, children }) =>
      children.map(
        ({ name }) =>
          `      case ${inQuotes(`${path}/${name}`)}; set command ${inQuotes(`${path} ${name}`.trim())}`,
      ),
    ),
    '    end',
    '  end',
    '  test "$command" = "$argv[1]"',
    'end',
    commands.flatMap(({ path, options, children, values }) => [
      ...children.map(
        ({ name, description }) => `${at(path)} -f -a ${inQuotes(name)} -d ${inQuotes(description)}`,
      ),
      ...options.map((option) => {
        const short = option.short === undefined ? '' : ` -s ${option.short.slice(1)}`;
        const value = option.takesValue ? ` -r${valueFlags(option)}` : '';
        return `${at(path)}${short} -l ${option.long.slice(2)}${value} -d ${inQuotes(option.description)}`;
      }),
      ...(children.length > 0 ? [] : [`${at(path)}${valueFlags(values)}`]),
    ]),
  );
}

/** @param program the whole command line. */
export function writeCompletion(program: CommandUnknownOpts, shell: Shell): string {
  const commands = readCommands(program, [], []);
  switch (shell) {
    case 'bash':
      return writeBash(commands);
    case 'zsh':
      return writeZsh(commands);
    case 'fish':
      return writeFish(commands);
    default:
      return shell satisfies never;
  }
}
