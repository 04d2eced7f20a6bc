/** The part of the WebAssembly JavaScript API that the kernels use; TypeScript has it only in its DOM library. */
declare namespace WebAssembly {
  function validate(bytes: BufferSource): boolean;
  class Module {
    constructor(bytes: BufferSource);
  }
  class Memory {
    constructor(options: { initial: number });
    readonly buffer: ArrayBuffer;
  }
  class Global {
    readonly value: number | bigint;
  }
  class Instance {
    constructor(module: Module, imports: Record<string, Record<string, unknown>>);
    readonly exports: Readonly<Record<string, unknown>>;
  }
}
type BufferSource = ArrayBuffer | ArrayBufferView<ArrayBuffer>;
