/* The crew: helpers that take chunks of a job beside the caller. A job is over within microseconds, so helpers look out
 * for the next one for a while before they sleep; and a helper that the system doesn't let run holds nobody up, since
 * chunks are taken one by one and only those that were begun are waited for. */
#define _GNU_SOURCE
#include "crew.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

enum { MOST_HELPERS = 15, LOOKS_BEFORE_SLEEP = 4000 };

static struct {
  atomic_flag taken;
  /* The job: written while no helper is at work. */
  crew_work *work;
  const void *context;
  int chunks, helpers;
  atomic_uint open; /* the job's number while there are chunks to take, otherwise 0 */
  atomic_int next;  /* chunk */
  atomic_int working, sleeping; /* helpers */
  unsigned jobs;
  int started; /* helpers */
  pthread_mutex_t mutex;
  pthread_cond_t wake;
} crew = {.taken = ATOMIC_FLAG_INIT, .mutex = PTHREAD_MUTEX_INITIALIZER, .wake = PTHREAD_COND_INITIALIZER};

static void relax(void) {
#if defined(__x86_64__)
  _mm_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

static void take_chunks(void) {
  for (int chunk; (chunk = atomic_fetch_add(&crew.next, 1)) < crew.chunks;) crew.work(crew.context, chunk);
}

/* Waits for a job that isn't the one numbered `last`. */
static unsigned await_job(unsigned last) {
  for (int look = 0; look < LOOKS_BEFORE_SLEEP; look++) {
    const unsigned job = atomic_load(&crew.open);
    if (job != 0 && job != last) return job;
    relax();
  }
  unsigned job = 0;
  pthread_mutex_lock(&crew.mutex);
  atomic_fetch_add(&crew.sleeping, 1);
  while ((job = atomic_load(&crew.open)) == 0 || job == last) pthread_cond_wait(&crew.wake, &crew.mutex);
  atomic_fetch_sub(&crew.sleeping, 1);
  pthread_mutex_unlock(&crew.mutex);
  return job;
}

static void *help(void *number) {
  for (unsigned job = 0;;) {
    job = await_job(job);
    /* A job doesn't end while `working` isn't 0; if it has ended before that was seen, `open` tells. */
    atomic_fetch_add(&crew.working, 1);
    if (atomic_load(&crew.open) == job && (intptr_t)number < crew.helpers) take_chunks();
    atomic_fetch_sub(&crew.working, 1);
  }
  return NULL;
}

/* As many helpers as can be had, up to `count`. */
static int start_helpers(int count) {
  /* They run this library's code for as long as the process lives: it must not be unloaded with a worker thread. */
  Dl_info library;
  if (crew.started == 0 && dladdr((void *)&crew, &library)) dlopen(library.dli_fname, RTLD_NOW | RTLD_NODELETE);
  for (pthread_t thread; crew.started < count; crew.started++) {
    if (pthread_create(&thread, NULL, help, (void *)(intptr_t)crew.started) != 0) break;
    pthread_detach(thread);
  }
  return crew.started < count ? crew.started : count;
}

void crew_run(int threads, crew_work *work, const void *context, int chunks) {
  if (threads < 2 || chunks < 2 || atomic_flag_test_and_set(&crew.taken)) {
    for (int chunk = 0; chunk < chunks; chunk++) work(context, chunk);
    return;
  }
  crew.work = work;
  crew.context = context;
  crew.chunks = chunks;
  crew.helpers = start_helpers(threads - 1 < MOST_HELPERS ? threads - 1 : MOST_HELPERS);
  atomic_store(&crew.next, 0);
  crew.jobs = crew.jobs + 1 == 0 ? 1 : crew.jobs + 1;
  atomic_store(&crew.open, crew.jobs);
  if (atomic_load(&crew.sleeping) > 0) {
    pthread_mutex_lock(&crew.mutex);
    pthread_cond_broadcast(&crew.wake);
    pthread_mutex_unlock(&crew.mutex);
  }
  take_chunks();
  atomic_store(&crew.open, 0);
  while (atomic_load(&crew.working) > 0) relax();
  atomic_flag_clear(&crew.taken);
}
