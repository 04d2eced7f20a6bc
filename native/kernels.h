/* The border between C and JavaScript, the same for WebAssembly and the Node-API addon.
 *
 * Every kernel has one signature. `memory` is the base of a workspace (0 in WebAssembly), `record` the byte
 * offset of the kernel's record: a struct of 32-bit integers, floats and doubles that holds sizes and the byte
 * offsets of arrays in the same workspace. Nothing else crosses the border, so one TypeScript wrapper serves
 * every target. Records contain no pointers: their layout does not depend on the machine. */
#ifndef TOUCHDOWN_KERNELS_H
#define TOUCHDOWN_KERNELS_H

#include <stddef.h>
#include <stdint.h>

typedef double kernel_function(uint8_t *memory, uint32_t record, int32_t argument);

/* The lists of kernels; src/kernels/backend.ts has the same names. */
#define LANDER_KERNELS(X) \
  X(lander_observe)       \
  X(lander_reset)         \
  X(lander_scene)         \
  X(lander_step)
#define LEARNER_KERNELS(X) \
  X(draw_indices)          \
  X(learner_update)        \
  X(network_forward)

/* The array at a byte offset of the workspace. */
#define AT(type, memory, offset) ((type *)((memory) + (uint32_t)(offset)))

typedef struct {
  const char *name;
  kernel_function *call;
} kernel_entry;

/* Ends a source of kernels: PUBLISH(LANDER_KERNELS) exports them from a WebAssembly module, or defines their table
 * for the addon, whose name the build gives for every instruction set. */
#ifdef __wasm__
#define PUBLISHED_KERNEL(name)                                                                  \
  __attribute__((export_name(#name))) double exported_##name(uint8_t *memory, uint32_t record, \
                                                             int32_t argument) {               \
    return name(memory, record, argument);                                                      \
  }
#define PUBLISH(kernels) kernels(PUBLISHED_KERNEL)
#else
#define PUBLISHED_KERNEL(name) {#name, name},
#define PUBLISH(kernels) const kernel_entry TOUCHDOWN_TABLE[] = {kernels(PUBLISHED_KERNEL){NULL, NULL}};
#endif

#endif
