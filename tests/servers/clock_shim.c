/* Preloaded into a program: its clocks and waits go by a page of memory that the test holds (clock.py).

   Time runs at its own pace, and on the page stands by how much it was moved on since the start. A wait with an end is
   made in slices, so that it is over as soon as the clock says so, however the clock came there. What a thread waits
   for stands on the page too: when all are asleep, the test moves time on to the first end. Thus nothing that is worked
   on, nor the answer of another program, ever takes longer by the program's clocks than it takes in truth. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#define SLICE 0.001   /* real seconds until a wait looks at the clock again */
#define SHORT 20.0    /* a wait of no more seconds may be for an answer */
#define THREADS 256
#define YEARS 1e9     /* a moment beyond this many seconds is one of the wall clock */

struct thread { int64_t tid, turns; double until; int64_t expects; };   /* until: 0 while it works */
static struct page { double moved, wall; int64_t taken; struct thread threads[THREADS]; } nobody, *page = &nobody;
static __thread struct thread *own;
static pid_t watched; /* this process, if the test waits for its threads to sleep */

/* pthread_cond_timedwait has an older form of the same name; ours stands for the newer one. */
static void *next_one(const char *name) {
  void *found = dlvsym(RTLD_NEXT, name, "GLIBC_2.3.2");
  return found ? found : dlsym(RTLD_NEXT, name);
}
#define REAL(name) static __typeof__(name) *real_##name; if (!real_##name) real_##name = (__typeof__(name) *)next_one(#name)

__attribute__((constructor)) static void open_page(void) {
  const char *path = getenv("SIMULATED_CLOCK");
  int file = path ? open(path, O_RDWR | O_CLOEXEC) : -1;
  if (file < 0) return;
  void *found = mmap(0, sizeof *page, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  close(file);
  if (found == MAP_FAILED) return;
  page = found;
  if (getenv("SIMULATED_CLOCK_WATCHED")) watched = getpid();
}

/* --- clocks ------------------------------------------------------------------------------------------------------ */

static double seconds(const struct timespec *t) { return (double)t->tv_sec + t->tv_nsec / 1e9; }
static struct timespec moment(double s) {
  struct timespec t = {.tv_sec = (time_t)s};
  t.tv_nsec = (long)((s - (double)t.tv_sec) * 1e9);
  return t;
}
static double read_clock(clockid_t clock) {
  struct timespec t;
  syscall(SYS_clock_gettime, clock, &t);
  return seconds(&t);
}
static double ahead(clockid_t clock) {
  switch (clock) {
    case CLOCK_MONOTONIC: case CLOCK_MONOTONIC_RAW: case CLOCK_MONOTONIC_COARSE: case CLOCK_BOOTTIME: return page->moved;
    case CLOCK_REALTIME: case CLOCK_REALTIME_COARSE: return page->moved + page->wall;
    default: return 0;   /* CPU time is what it is */
  }
}
static double now(clockid_t clock) { return read_clock(clock) + ahead(clock); }

int clock_gettime(clockid_t clock, struct timespec *t) {
  if (syscall(SYS_clock_gettime, clock, t)) return -1;
  if (ahead(clock) != 0) *t = moment(seconds(t) + ahead(clock));
  return 0;
}
int gettimeofday(struct timeval *t, void *zone) {
  (void)zone;
  double s = now(CLOCK_REALTIME);
  t->tv_sec = (time_t)s;
  t->tv_usec = (suseconds_t)((s - (double)t->tv_sec) * 1e6);
  return 0;
}
time_t time(time_t *t) {
  time_t s = (time_t)now(CLOCK_REALTIME);
  if (t) *t = s;
  return s;
}

/* --- who sleeps -------------------------------------------------------------------------------------------------- */

static struct thread *place(void) {
  if (getpid() != watched) return 0;   /* nor a child that has not become another program yet */
  if (!own) {
    int64_t n = __atomic_fetch_add(&page->taken, 1, __ATOMIC_SEQ_CST);
    if (n >= THREADS) return 0;
    own = &page->threads[n];
    own->tid = gettid();
  }
  return own;
}
static void sleeps(double until, int expects) {
  struct thread *t = place();
  if (!t) return;
  t->expects = expects;
  __atomic_add_fetch(&t->turns, 1, __ATOMIC_SEQ_CST);
  t->until = until;
}
static int woke(int result) {
  struct thread *t = place();
  int error = errno;
  if (t) t->until = 0;
  errno = error;
  return result;
}

/* --- signals -----------------------------------------------------------------------------------------------------
   One that comes between two slices must end the wait as one that comes in the midst of it does. */

static volatile sig_atomic_t signals;
static void (*handlers[65])(int);

static void hear(int number) {
  signals++;
  handlers[number](number);
}
int sigaction(int number, const struct sigaction *given, struct sigaction *old) {
  REAL(sigaction);
  struct sigaction ours;
  void (*before)(int) = number > 0 && number < 65 ? handlers[number] : 0;
  int named = given && !(given->sa_flags & SA_SIGINFO) && given->sa_handler != SIG_DFL && given->sa_handler != SIG_IGN;
  if (named) {
    ours = *given;
    handlers[number] = given->sa_handler;
    ours.sa_handler = hear;
  }
  int r = real_sigaction(number, named ? &ours : given, old);
  if (r == 0 && old && old->sa_handler == hear) old->sa_handler = before;
  return r;
}
static int interrupted(sig_atomic_t since) {
  if (signals != since) errno = EINTR;
  return signals != since;
}

/* --- waits ------------------------------------------------------------------------------------------------------- */

static double slice(double until) {
  double left = until - now(CLOCK_MONOTONIC);
  return left < 0 ? 0 : left < SLICE ? left : SLICE;
}
static double by_monotonic(double at) { return at > YEARS ? at - now(CLOCK_REALTIME) + now(CLOCK_MONOTONIC) : at; }

int poll(struct pollfd *fds, nfds_t n, int ms) {
  REAL(poll);
  if (ms == 0) return real_poll(fds, n, 0);
  sig_atomic_t since = signals;
  double until = ms < 0 ? INFINITY : now(CLOCK_MONOTONIC) + ms / 1e3;
  sleeps(until, ms > 0);   /* a socket with a time-out: somebody is to answer */
  for (;;) {
    double rest = slice(until);
    int r = real_poll(fds, n, ms < 0 ? -1 : (int)ceil(rest * 1e3));
    if (r || rest == 0) return woke(r);
    if (interrupted(since)) return woke(-1);
  }
}
int __poll_chk(struct pollfd *fds, nfds_t n, int ms, size_t size) { return (void)size, poll(fds, n, ms); }

int select(int n, fd_set *in, fd_set *out, fd_set *bad, struct timeval *limit) {
  REAL(select);
  double length = limit ? (double)limit->tv_sec + limit->tv_usec / 1e6 : INFINITY;
  if (length == 0) return real_select(n, in, out, bad, limit);
  double until = now(CLOCK_MONOTONIC) + length;
  sig_atomic_t since = signals;
  sleeps(until, length <= SHORT);
  for (;;) {
    fd_set sets[3], *given[3] = {in, out, bad}, *asked[3];
    for (int i = 0; i < 3; i++) asked[i] = given[i] ? (sets[i] = *given[i], &sets[i]) : 0;
    double rest = slice(until);
    struct timeval t = {0, (suseconds_t)(rest * 1e6)};
    int r = real_select(n, asked[0], asked[1], asked[2], limit ? &t : 0);
    if (!r && interrupted(since)) return woke(-1);
    if (!r && rest > 0) continue;
    for (int i = 0; i < 3; i++) if (given[i] && r >= 0) *given[i] = sets[i];
    return woke(r);
  }
}

ssize_t recv(int fd, void *buffer, size_t size, int flags) {
  REAL(recv);
  sleeps(INFINITY, 0);     /* only a socket without a time-out ever waits here */
  ssize_t r = real_recv(fd, buffer, size, flags);
  woke(0);
  return r;
}

int sem_wait(sem_t *s) {
  REAL(sem_wait);
  sleeps(INFINITY, 0);
  return woke(real_sem_wait(s));
}
static int wait_for(sem_t *s, double until) {
  REAL(sem_clockwait);
  sig_atomic_t since = signals;
  sleeps(until, until - now(CLOCK_MONOTONIC) <= SHORT);
  for (;;) {
    double rest = slice(until);
    struct timespec t = moment(read_clock(CLOCK_MONOTONIC) + rest);
    int r = real_sem_clockwait(s, CLOCK_MONOTONIC, &t);
    if (r == 0 || errno != ETIMEDOUT || rest == 0 || interrupted(since)) return woke(r);
  }
}
int sem_clockwait(sem_t *s, clockid_t clock, const struct timespec *t) {
  return (void)clock, wait_for(s, by_monotonic(seconds(t)));
}
int sem_timedwait(sem_t *s, const struct timespec *t) { return wait_for(s, by_monotonic(seconds(t))); }

/* The interpreter's lock: waits of milliseconds among those who work. */
int pthread_cond_timedwait(pthread_cond_t *c, pthread_mutex_t *m, const struct timespec *t) {
  REAL(pthread_cond_timedwait);
  double at = seconds(t);
  struct timespec real = moment(at - ahead(at > YEARS ? CLOCK_REALTIME : CLOCK_MONOTONIC));
  return real_pthread_cond_timedwait(c, m, &real);
}

int clock_nanosleep(clockid_t clock, int flags, const struct timespec *t, struct timespec *left) {
  (void)clock, (void)left;   /* interrupted sleeps are begun anew by their moment, or not at all */
  double until = flags & TIMER_ABSTIME ? by_monotonic(seconds(t)) : now(CLOCK_MONOTONIC) + seconds(t);
  sig_atomic_t since = signals;
  sleeps(until, until - now(CLOCK_MONOTONIC) <= SHORT);
  for (;;) {
    double rest = slice(until);
    struct timespec pause = moment(rest);
    if (rest == 0) return woke(0);
    if (syscall(SYS_clock_nanosleep, CLOCK_MONOTONIC, 0, &pause, 0) || interrupted(since)) return woke(EINTR);
  }
}
