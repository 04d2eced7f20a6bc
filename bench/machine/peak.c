/* The most fused multiply-adds per second that one core does with vectors of BYTES bytes, in GFLOP/s: independent
 * sums in registers, no memory. */
#include <stdio.h>
#include <time.h>

#define UNROLL _Pragma("GCC unroll 16")

typedef float floats __attribute__((vector_size(BYTES)));

/* As many sums as the registers hold: there are 32 of AVX-512's, otherwise 16. */
enum { LANES = BYTES / 4, SUMS = BYTES == 64 ? 24 : 12 };

static double seconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* Compiled with contraction, so that a product and its sum are one instruction. */
static double measure(floats *sums, int rounds) {
  const floats factor = sums[0] * 0 + 0.999f, summand = sums[0] * 0 + 1e-3f;
  floats local[SUMS];
  for (int s = 0; s < SUMS; s++) local[s] = sums[s];
  const double start = seconds();
  for (int k = 0; k < rounds; k++) {
    UNROLL for (int s = 0; s < 12; s++) local[s] = local[s] * factor + summand;
    UNROLL for (int s = 12; s < SUMS; s++) local[s] = local[s] * factor + summand;
  }
  const double elapsed = seconds() - start;
  for (int s = 0; s < SUMS; s++) sums[s] = local[s];
  return 2.0 * LANES * SUMS * rounds / elapsed * 1e-9;
}

int main(void) {
  floats sums[SUMS];
  for (int s = 0; s < SUMS; s++) sums[s] = (floats){0} + (float)s;
  double best = 0;
  for (int repeat = 0; repeat < 20; repeat++) {
    const double rate = measure(sums, 500000);
    if (rate > best) best = rate;
  }
  float total = 0;
  for (int s = 0; s < SUMS; s++) total += sums[s][0];
  printf("%.1f\n", best);
  return total == 0; /* keeps the sums alive */
}
