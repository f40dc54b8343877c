package io.luhproc.posix;

import jnr.ffi.Pointer;
import jnr.ffi.annotations.Out;

/**
 * Binds the glibc functions of {@link JnrPosixSpawner} for jnr-ffi. Public because jnr-ffi requires
 * it. Pointers and {@code size_t} have 64 bits on all supported platforms.
 */
public interface SpawnLibC {
  int posix_spawn(
      @Out int[] pid,
      Pointer program,
      Pointer fileActions,
      Pointer attributes,
      Pointer argv,
      Pointer environment);

  int posix_spawnattr_init(Pointer attributes);

  int posix_spawnattr_setflags(Pointer attributes, short flags);

  int posix_spawnattr_setsigmask(Pointer attributes, Pointer signals);

  int posix_spawnattr_setsigdefault(Pointer attributes, Pointer signals);

  int posix_spawn_file_actions_init(Pointer actions);

  int posix_spawn_file_actions_destroy(Pointer actions);

  int posix_spawn_file_actions_addchdir_np(Pointer actions, Pointer directory);

  int posix_spawn_file_actions_addclosefrom_np(Pointer actions, int from);

  int posix_spawn_file_actions_addopen(
      Pointer actions, int descriptor, Pointer file, int flags, int mode);

  int posix_spawn_file_actions_adddup2(Pointer actions, int from, int to);

  int waitpid(int pid, @Out int[] status, int options);

  int waitid(int idType, int id, Pointer info, int options);

  int prctl(int option, long argument, long unused3, long unused4, long unused5);

  int epoll_create1(int flags);

  int epoll_ctl(int epoll, int operation, int descriptor, Pointer event);

  int epoll_wait(int epoll, Pointer events, int maxEvents, int timeoutMillis);

  int eventfd(int value, int flags);

  int eventfd_write(int descriptor, long value);

  int eventfd_read(int descriptor, @Out long[] value);

  int close(int descriptor);

  long syscall(long number, long first, long second);
}
