package io.luhproc.posix;

import java.io.IOException;
import java.lang.ref.Reference;
import jnr.constants.platform.OpenFlags;
import jnr.ffi.Pointer;

/**
 * Descriptor and directory changes that a child makes, in call order, before it runs its program.
 */
final class SpawnFileActions implements AutoCloseable {
  private static final int FILE_MODE = 0600;

  private final SpawnLibC libc;
  private final Pointer actions;

  /** Initializes a posix_spawn_file_actions_t in the given memory. */
  SpawnFileActions(SpawnLibC libc, Pointer memory) throws IOException {
    this.libc = libc;
    this.actions = memory;
    check("init", libc.posix_spawn_file_actions_init(actions));
  }

  Pointer pointer() {
    return actions;
  }

  /** Closes all descriptors from a number on. Must come first, so that later actions find some. */
  void closeFrom(int lowestFd) throws IOException {
    check("addclosefrom_np", libc.posix_spawn_file_actions_addclosefrom_np(actions, lowestFd));
  }

  void changeDirectory(Pointer directory) throws IOException {
    check("addchdir_np", libc.posix_spawn_file_actions_addchdir_np(actions, directory));
  }

  void openForRead(int descriptor, Pointer file) throws IOException {
    open(descriptor, file, OpenFlags.O_RDONLY.intValue());
  }

  void openForAppend(int descriptor, Pointer file) throws IOException {
    int flags =
        OpenFlags.O_WRONLY.intValue()
            | OpenFlags.O_APPEND.intValue()
            | OpenFlags.O_CREAT.intValue();
    open(descriptor, file, flags);
  }

  private void open(int descriptor, Pointer file, int flags) throws IOException {
    check(
        "addopen",
        libc.posix_spawn_file_actions_addopen(actions, descriptor, file, flags, FILE_MODE));
  }

  /** Makes {@code to} a duplicate of {@code from}, dup2(2). */
  void duplicate(int from, int to) throws IOException {
    check("adddup2", libc.posix_spawn_file_actions_adddup2(actions, from, to));
  }

  private static void check(String function, int error) throws IOException {
    JnrPosixSpawner.check("posix_spawn_file_actions_" + function, error);
  }

  @Override
  public void close() {
    try {
      int ignored = libc.posix_spawn_file_actions_destroy(actions);
    } finally {
      // The native call holds the address only, which does not keep the memory reachable.
      Reference.reachabilityFence(actions);
    }
  }
}
