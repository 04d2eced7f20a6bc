/** Experiments with the one-shot prototype: node bench/one-shot-experiment.ts name=value …; ROOT is the repository. */
const R = process.env.ROOT ?? import.meta.dirname + '/..';
const { OneShotSearch } = await import(R + '/src/search/enas/one-shot.ts');
const { loadKernels, loadBackend } = await import(R + '/src/kernels/load.ts');
const { createVectorEnvironment } = await import(R + '/src/environments/registry.ts');
const { findSpace, enumerateSamples, decodeSample } = await import(R + '/src/search/space.ts');
const { formatArchitecture } = await import(R + '/src/networks/architecture.ts');
const args = Object.fromEntries(process.argv.slice(2).map((a) => { const [k, v] = a.split('='); return [k, isNaN(Number(v)) ? v : Number(v)]; })) as any;
const { space: spaceName = 'lunar-lander-100', seed = 1, envs = 8, threads = 2, ...rest } = args;
const space = findSpace(spaceName);
const settings = { totalSteps: 400_000, segmentSteps: 320, costExponent: 0.7, learningRate: 3e-4, decayStart: 0.5, tau: 4e-3, gamma: 0.99, batchSize: 64, bufferSize: 200_000, learningStarts: 2000, trainFrequency: 2, loss: 'huber', huberDelta: 1, explorationFraction: 0.6, explorationFinalEps: 0.01, exploration: 'exponential', warmupFraction: 0.4, iterations: 20, samplesPerIteration: 12, episodesPerSample: 8, controllerLearningRate: 0.03, entropyWeight: 0.05, baselineDecay: 0.8, finalEpisodes: 16, init: 'wide', scoreWith: 'target', rewardScale: 1, ...rest };
console.log('CONFIG', process.argv.slice(2).join(' '));
const search = new OneShotSearch(loadKernels(undefined, threads), (n: number) => createVectorEnvironment('LunarLander-v3', n), envs, space, settings, seed);
const t0 = performance.now();
const seconds = () => ((performance.now() - t0) / 1000).toFixed(0);
const warmup = settings.warmupFraction * settings.totalSteps;
let next = 0, report = 0;
for (let it = 0; search.step < settings.totalSteps;) {
  const controlled = search.step >= warmup;
  search.segment(controlled);
  if (search.step >= report) { report += settings.totalSteps / 20; console.log(`${seconds()}s step ${search.step} eps ${search.epsilon.toFixed(3)} avg100 ${search.log.averageReturn?.toFixed(1)} episodes ${search.log.episodes}`); }
  if (controlled && search.step >= warmup + (it + 1) * (settings.totalSteps - warmup) / settings.iterations) {
    it++;
    const scored = search.iteration();
    const mean = scored.reduce((a: number, s: any) => a + s.score, 0) / scored.length;
    console.log(`  ${seconds()}s iteration ${it}: mean ${mean.toFixed(0)} best ${Math.max(...scored.map((s: any) => s.score)).toFixed(0)} policy ${search.controller.marginals().map((d: any) => d.map((p: number) => p.toFixed(2)).join(' ')).join(' | ')}`);
  }
}
(search as any).setScore?.('online'); const online = search.scoreAll([...enumerateSamples(space)]).map((s: any) => s.score); console.log('OTHER solved', online.filter((x: number) => x >= 200).length, 'mean', (online.reduce((a: number, b: number) => a + b) / online.length).toFixed(0), 'best', Math.max(...online).toFixed(0)); (search as any).setScore?.('target');
const all = search.scoreAll([...enumerateSamples(space)]).map((s: any) => ({ name: formatArchitecture(decodeSample(space, s.sample)), score: s.score })).sort((a: any, b: any) => b.score - a.score);
console.log(`${seconds()}s done; times`, search.times, 'work', (search.work / 1e12).toFixed(2), 'solved', all.filter((a: any) => a.score >= 200).length, 'mean', (all.reduce((a: number, b: any) => a + b.score, 0) / all.length).toFixed(0));
console.log(all.slice(0, 15).map((a: any) => `${a.name} ${a.score.toFixed(0)}`).join('; '));
const by: any = {}; for (const a of all) { const p = a.name.split(','); const k = p[1] + '-' + p[3]; (by[k] ??= []).push(a.score); } console.log(Object.entries(by).map(([k, v]: any) => `${k} ${(v.reduce((a: number, b: number) => a + b) / v.length).toFixed(0)}`).join('; '));

 
