/** What `touchdown ablate` trains where nothing else is asked for. */

/**
 * What motivates a search: how much scores depend on the architecture. The reference project trains these with
 * rectifiers on five seeds, with sigmoids on one. Without `seeds` it is as many as asked for.
 */
export const motivation: readonly { readonly architecture: string; readonly seeds?: number }[] = [
  [32, 64],
  [128, 128],
  [256, 256],
  [1024, 1024],
  [2048, 2048],
].flatMap(([first, second]) => [
  { architecture: `${first},relu,${second},relu` },
  { architecture: `${first},sigmoid,${second},sigmoid`, seeds: 1 },
]);
