import { beforeEach, describe, expect, it, vi } from 'vitest';

/** A module of its own for every test: the backend is chosen once and kept. */
async function loadWith(target: string) {
  vi.stubEnv('TOUCHDOWN_KERNELS', target);
  return await import('./load.ts');
}

describe('the choice of kernels', () => {
  beforeEach(() => {
    vi.resetModules();
    vi.unstubAllEnvs();
  });

  it('is the fastest target that runs here, unless TOUCHDOWN_KERNELS says otherwise', async () => {
    const { listBackends, listKernels, loadBackend, loadKernels } = await loadWith('');
    expect(loadBackend().target).toBe(listBackends()[0].target);
    expect(loadKernels().target).toBe(loadBackend().target);
    expect(listKernels().map(({ target }) => target)).toEqual([
      ...listBackends().map(({ target }) => target),
      'reference',
    ]);
  });

  it('can be forced for backend and kernels alike', async () => {
    const { loadBackend, loadKernels } = await loadWith('wasm-portable');
    expect(loadBackend().target).toBe('wasm-portable');
    expect(loadKernels().target).toBe('wasm-portable');
    expect(loadKernels('reference').target).toBe('reference');
  });

  it('can be the reference for kernels, which leaves the backend alone', async () => {
    const { listBackends, loadBackend, loadKernels } = await loadWith('reference');
    expect(loadKernels().target).toBe('reference');
    expect(loadBackend().target).toBe(listBackends()[0].target);
  });

  it('names the targets of this machine when asked for another one', async () => {
    const { loadBackend, loadKernels } = await loadWith('native-abacus');
    const message =
      /kernels "native-abacus" do not run on this machine; expected one of .*wasm, wasm-portable/;
    expect(loadBackend).toThrow(message);
    expect(loadKernels).toThrow(message);
  });
});
