package io.luhproc.posix;

import java.io.IOException;
import java.lang.ref.Reference;
import jnr.constants.platform.OpenFlags;
import jnr.ffi.Pointer;

/** What the child of one posix_spawn(3) does before it becomes the program, in this order. */
final class SpawnActions implements AutoCloseable {
  private static final int PRIVATE = 0600;

  private final SpawnCalls libc;
  private final Pointer actions;

  /** Takes memory with room for a posix_spawn_file_actions_t. */
  SpawnActions(SpawnCalls libc, Pointer memory) throws IOException {
    this.libc = libc;
    this.actions = memory;
    check("init", libc.posix_spawn_file_actions_init(actions));
  }

  Pointer pointer() {
    return actions;
  }

  /** Closes all descriptors from a number on; first, so that what follows finds some free. */
  void closeFrom(int lowest) throws IOException {
    check("addclosefrom_np", libc.posix_spawn_file_actions_addclosefrom_np(actions, lowest));
  }

  void enter(Pointer directory) throws IOException {
    check("addchdir_np", libc.posix_spawn_file_actions_addchdir_np(actions, directory));
  }

  void read(int descriptor, Pointer file) throws IOException {
    open(descriptor, file, OpenFlags.O_RDONLY.intValue());
  }

  void append(int descriptor, Pointer file) throws IOException {
    int flags =
        OpenFlags.O_WRONLY.intValue()
            | OpenFlags.O_APPEND.intValue()
            | OpenFlags.O_CREAT.intValue();
    open(descriptor, file, flags);
  }

  private void open(int descriptor, Pointer file, int flags) throws IOException {
    check(
        "addopen",
        libc.posix_spawn_file_actions_addopen(actions, descriptor, file, flags, PRIVATE));
  }

  /** Makes one descriptor mean what another means. */
  void copy(int from, int to) throws IOException {
    check("adddup2", libc.posix_spawn_file_actions_adddup2(actions, from, to));
  }

  private static void check(String what, int error) throws IOException {
    JnrChildren.check("posix_spawn_file_actions_" + what, error);
  }

  @Override
  public void close() {
    try {
      int ignored = libc.posix_spawn_file_actions_destroy(actions);
    } finally {
      // Whoever has only the address does not keep the memory.
      Reference.reachabilityFence(actions);
    }
  }
}
