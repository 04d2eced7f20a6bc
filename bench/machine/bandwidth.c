/* How fast one core reads, and updates in place, four arrays of together so many KiB, in GB/s: `bandwidth KIB` prints
 * both. An update counts every byte twice, read and written. Vectors of BYTES bytes. */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>

typedef float floats __attribute__((vector_size(BYTES)));

static double seconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static floats read_all(const floats *from, size_t count) {
  floats sums[8] = {{0}};
  for (size_t i = 0; i + 8 <= count; i += 8)
    for (int k = 0; k < 8; k++) sums[k] += from[i + k];
  floats sum = sums[0];
  for (int k = 1; k < 8; k++) sum += sums[k];
  return sum;
}

static void update_all(floats *at, size_t quarter) {
  for (size_t i = 0; i < quarter; i++)
    for (int k = 0; k < 4; k++) at[i + k * quarter] += 1.0f;
}

int main(int count, char **arguments) {
  const size_t bytes = (size_t)(count > 1 ? atol(arguments[1]) : 0) * 1024, vectors = bytes / BYTES;
  if (vectors < 32) return 2;
  floats *const memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) return 1;
#ifdef MADV_HUGEPAGE
  madvise(memory, bytes, MADV_HUGEPAGE);
#endif
  update_all(memory, vectors / 4);
  const int passes = bytes < (1 << 24) ? (1 << 24) / (int)bytes : 1;
  double reading = 0, updating = 0;
  float kept = 0;
  for (double end = seconds() + 0.4; seconds() < end;) {
    double start = seconds();
    for (int p = 0; p < passes; p++) kept += read_all(memory, vectors)[0];
    double rate = 1e-9 * (double)bytes * passes / (seconds() - start);
    if (rate > reading) reading = rate;
    start = seconds();
    for (int p = 0; p < passes; p++) update_all(memory, vectors / 4);
    rate = 2e-9 * (double)bytes * passes / (seconds() - start);
    if (rate > updating) updating = rate;
  }
  printf("%.1f %.1f\n", reading, updating);
  return kept == 0; /* keeps the sums alive */
}
