/* All kernels as one translation unit. It is compiled once for WebAssembly and once for every native
 * instruction set; TOUCHDOWN_TABLE names the table that this compilation defines. */
#include "kernels.h"

#include "lander.c"
#include "learner.c"

#ifdef __wasm__
#define EXPORT_KERNEL(name)                                                                 \
  __attribute__((export_name(#name))) double exported_##name(uint8_t *memory, uint32_t record, \
                                                             int32_t argument) {            \
    return name(memory, record, argument);                                                  \
  }
TOUCHDOWN_KERNELS(EXPORT_KERNEL)
#else
#define KERNEL_ENTRY(name) {#name, name},
const kernel_entry TOUCHDOWN_TABLE[] = {TOUCHDOWN_KERNELS(KERNEL_ENTRY){NULL, NULL}};
#endif
