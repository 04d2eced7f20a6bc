/* Work that comes in chunks, each of which writes what no other one reads or writes: who does which, and in which order,
 * changes no bit. Threads exist in the addon only; WebAssembly does all chunks one after another. */
#ifndef TOUCHDOWN_CREW_H
#define TOUCHDOWN_CREW_H

typedef void crew_work(const void *context, int chunk);

#ifdef __wasm__
static inline void crew_run(int threads, crew_work *work, const void *context, int chunks) {
  (void)threads;
  for (int chunk = 0; chunk < chunks; chunk++) work(context, chunk);
}
#else
/* Calls work(context, chunk) once for every chunk from 0 on, on the calling thread and at most `threads` - 1 others, and
 * returns when all are done. There is one crew per process: while another thread has it, the caller works alone. */
void crew_run(int threads, crew_work *work, const void *context, int chunks);
#endif

#endif
