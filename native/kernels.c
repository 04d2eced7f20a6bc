/* All kernels. A native instruction set compiles them as one translation unit; TOUCHDOWN_TABLE names the table
 * that it defines. WebAssembly compiles them as two, because only the learner may use relaxed SIMD: physics must
 * not depend on the machine in any bit, and clang makes relaxed instructions of ordinary C where it may. */
#include "kernels.h"

#ifdef __wasm__
#define EXPORT_KERNEL(name)                                                                      \
  __attribute__((export_name(#name))) double exported_##name(uint8_t *memory, uint32_t record, \
                                                             int32_t argument) {               \
    return name(memory, record, argument);                                                       \
  }
#endif

#ifndef TOUCHDOWN_LEARNER_ONLY
#include "lander.c"
#ifdef __wasm__
LANDER_KERNELS(EXPORT_KERNEL)
#endif
#endif

#ifndef TOUCHDOWN_LANDER_ONLY
#include "learner.c"
#ifdef __wasm__
LEARNER_KERNELS(EXPORT_KERNEL)

/* Whether this machine's multiply-add is a fused one: (1 + 2^-12)² − (1 + 2^-11) is 2^-24, or 0 in two steps. */
__attribute__((export_name("fuses"))) int32_t fuses(void) {
  volatile float factor = 1 + 0x1p-12f, summand = -(1 + 0x1p-11f);
  return fused(splat(factor), splat(factor), splat(summand))[0] == 0x1p-24f;
}
#endif
#endif

#ifdef TOUCHDOWN_TABLE
#define KERNEL_ENTRY(name) {#name, name},
const kernel_entry TOUCHDOWN_TABLE[] = {LANDER_KERNELS(KERNEL_ENTRY) LEARNER_KERNELS(KERNEL_ENTRY){NULL, NULL}};
#endif
