/** What a figure was measured on: without it no figure means anything. */
import os from 'node:os';

export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly node: string;
  /** Processes that wanted to run, averaged over the last minute: above 1 something else was running too. */
  readonly load: number;
}

export function describeMachine(): Machine {
  return {
    cpu: os.cpus()[0].model,
    cores: os.cpus().length,
    node: process.versions.node,
    load: Math.round(os.loadavg()[0] * 10) / 10,
  };
}

export const formatMachine = ({ cpu, cores, node, load }: Machine): string =>
  `${cpu}, ${cores} cores, load ${load}, Node ${node}`;
