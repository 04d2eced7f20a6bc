/* Node-API entry: tells which instruction sets this CPU has, hands out memory, calls kernels. */
#include <node_api.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "kernels.h"

extern const kernel_entry lander_baseline[], learner_baseline[];
#if defined(__x86_64__)
extern const kernel_entry lander_avx2[], learner_avx2[];
extern const kernel_entry lander_avx512[], learner_avx512[];
#endif

typedef struct {
  const char *name;
  const kernel_entry *lander, *learner;
  int supported;
} target;

static size_t list_targets(target *targets) {
  size_t n = 0;
#if defined(__x86_64__)
  __builtin_cpu_init();
  const int avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  const int avx512 = avx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
                     __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512bw");
  targets[n++] = (target){"avx512", lander_avx512, learner_avx512, avx512};
  targets[n++] = (target){"avx2", lander_avx2, learner_avx2, avx2};
#endif
  targets[n++] = (target){"baseline", lander_baseline, learner_baseline, 1};
  return n;
}

static napi_value fail(napi_env env, const char *message) {
  napi_throw_error(env, NULL, message);
  return NULL;
}

/* kernel(memory: ArrayBuffer, record: number, argument: number): number */
static napi_value call_kernel(napi_env env, napi_callback_info info) {
  napi_value arguments[3];
  size_t count = 3;
  void *kernel = NULL;
  if (napi_get_cb_info(env, info, &count, arguments, NULL, &kernel) != napi_ok || count < 3)
    return fail(env, "a kernel takes (memory, record, argument)");
  void *memory = NULL;
  size_t length = 0;
  uint32_t record = 0;
  int32_t argument = 0;
  if (napi_get_arraybuffer_info(env, arguments[0], &memory, &length) != napi_ok ||
      napi_get_value_uint32(env, arguments[1], &record) != napi_ok ||
      napi_get_value_int32(env, arguments[2], &argument) != napi_ok || record >= length)
    return fail(env, "a kernel takes (memory: ArrayBuffer, record: offset inside it, argument: integer)");
  napi_value result = NULL;
  napi_create_double(env, ((kernel_entry *)kernel)->call(memory, record, argument), &result);
  return result;
}

static void release_memory(napi_env env, void *memory, void *bytes) {
  int64_t unused = 0;
  munmap(memory, (size_t)bytes);
  napi_adjust_external_memory(env, -(int64_t)(size_t)bytes, &unused);
}

/* allocate(bytes: number): ArrayBuffer, zero-filled and page-aligned */
static napi_value allocate(napi_env env, napi_callback_info info) {
  napi_value argument;
  size_t count = 1;
  int64_t bytes = 0;
  if (napi_get_cb_info(env, info, &count, &argument, NULL, NULL) != napi_ok || count < 1 ||
      napi_get_value_int64(env, argument, &bytes) != napi_ok || bytes <= 0 || bytes > UINT32_MAX)
    return fail(env, "allocate takes a number of bytes from 1 to 4294967295");
  void *memory = mmap(NULL, (size_t)bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) return fail(env, "out of memory for a kernel workspace");
#ifdef MADV_HUGEPAGE
  madvise(memory, (size_t)bytes, MADV_HUGEPAGE);
#endif
  napi_value buffer = NULL;
  if (napi_create_external_arraybuffer(env, memory, (size_t)bytes, release_memory, (void *)(size_t)bytes, &buffer) !=
      napi_ok) {
    munmap(memory, (size_t)bytes);
    return fail(env, "this runtime refuses external memory");
  }
  int64_t unused = 0;
  napi_adjust_external_memory(env, bytes, &unused);
  return buffer;
}

static void add_kernels(napi_env env, napi_value object, const kernel_entry *kernels) {
  for (const kernel_entry *k = kernels; k->name != NULL; k++) {
    napi_value function = NULL;
    napi_create_function(env, k->name, NAPI_AUTO_LENGTH, call_kernel, (void *)k, &function);
    napi_set_named_property(env, object, k->name, function);
  }
}

/* exports: { allocate, targets: { [name]: { [kernel]: function } } }, only what this CPU can run, widest first */
NAPI_MODULE_INIT() {
  target targets[3];
  const size_t n = list_targets(targets);
  napi_value table = NULL, function = NULL;
  napi_create_object(env, &table);
  for (size_t i = 0; i < n; i++) {
    if (!targets[i].supported) continue;
    napi_value kernels = NULL;
    napi_create_object(env, &kernels);
    add_kernels(env, kernels, targets[i].lander);
    add_kernels(env, kernels, targets[i].learner);
    napi_set_named_property(env, table, targets[i].name, kernels);
  }
  napi_set_named_property(env, exports, "targets", table);
  napi_create_function(env, "allocate", NAPI_AUTO_LENGTH, allocate, NULL, &function);
  napi_set_named_property(env, exports, "allocate", function);
  return exports;
}
